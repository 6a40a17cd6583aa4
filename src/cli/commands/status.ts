import type { Command } from 'commander';
import { visible } from '../../report/visible.ts';
import { print } from '../output.ts';
import { isAlive, readStatus } from '../sweep-journal.ts';
import { pairLine } from '../sweep-lines.ts';

/** `turncoat status DIR`: where a sweep stands, from any terminal. */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('show where a sweep stands, while it runs or afterwards')
    .argument('<dir>', 'the folder of the sweep')
    .option('--json', 'print it as JSON on stdout')
    .action(async (folder: string, flags: { json?: boolean }) => {
      const status = readStatus(folder);
      if (flags.json) return print(`${JSON.stringify(status)}\n`);
      const { sweep, state, pid, host, updatedAt, memoryBytes, pairs } = status;
      const died = state === 'running' && !isAlive(status);
      const where = died ? 'stopped without a word; the same `turncoat sweep` command goes on' : state;
      const process = died || state !== 'running' ? '' : `, process ${pid}, ${Math.round(memoryBytes / 1e6)} MB`;
      await print(`${visible(sweep)}: ${where} (${visible(host)}${process}, ${visible(updatedAt)})\n`);
      await print(pairs.map(pair => `${pairLine(pair)}\n`).join(''));
    });
}
