import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { SweepStatus } from '../../records/sweeps/sweep.ts';
import { sweepView } from '../../report/sweep-view.ts';
import { visible } from '../../words/visible.ts';
import type { CommandContext } from '../main.ts';
import { coloursFor, isLive, print, printJson } from '../output.ts';
import { isAlive, readStatus } from '../../app/sweep/journal.ts';
import { sweepScreen } from '../sweep-screen.ts';

const watchMs = 1000;

/** `turncoat status DIR`: where a sweep stands, from any terminal. */
export function addStatus(program: Command, { signal }: CommandContext): void {
  program
    .command('status')
    .description('show where a sweep stands, while it runs or afterwards')
    .argument('<dir>', 'the folder of the sweep')
    .option('--watch', 'again every second, until the sweep ends')
    .option('--json', 'print it as JSON on stdout, with --watch one a line')
    .action(async (folder: string, flags: { json?: boolean; watch?: boolean }) => {
      if (flags.watch) await watch(folder, flags.json === true, signal);
      const status = readStatus(folder);
      await shown(status, flags.json === true);
    });
}

const shown = (status: SweepStatus, json: boolean): Promise<void> =>
  json ? printJson(status) : print(statusText(status));

function statusText(status: SweepStatus): string {
  const died = status.state === 'running' && !isAlive(status);
  const columns = process.stdout.isTTY ? process.stdout.columns || 80 : Infinity;
  const lines = sweepView(status, { columns, rows: Infinity }, coloursFor(process.stdout), died);
  const { pid, host, updatedAt } = status;
  return `${[...lines, '', `process ${pid} on ${visible(host)}, ${visible(updatedAt)}`].join('\n')}\n`;
}

/** Until the sweep ends, or whoever looks has seen enough. */
async function watch(folder: string, json: boolean, signal: AbortSignal): Promise<void> {
  const screen = !json && isLive(process.stderr) ? sweepScreen(process.stderr) : undefined;
  try {
    for (let status = readStatus(folder); isAlive(status) && !signal.aborted; status = readStatus(folder)) {
      const now = status;
      screen?.follow(() => now);
      if (screen === undefined) await shown(status, json);
      await sleep(watchMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    screen?.stop();
  }
}
