import { defaultOut, storeOption } from '../../options.ts';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { UserError } from '../../../errors.ts';
import { type ReviewSource, serveReview } from '../../../review/server.ts';
import type { CommandContext } from '../../main.ts';
import { print, say } from '../../output.ts';
import { reviewSource } from '../../../app/review/reviewing.ts';
import { sweepSource } from '../../../app/review/sweep.ts';
import { openBrowser } from '../../browser.ts';
import { isFolder, openRun, placeOf, type RunPlace } from '../../../app/runs/runs.ts';

interface ReviewFlags extends RunPlace {
  open: boolean;
  port: string;
  by?: string;
  against?: string;
}

/** `turncoat review RUN`: the ranked list as a local page, to work through with the keyboard. */
export function addReview(program: Command, context: CommandContext): void {
  program
    .command('review')
    .description('open a run as a local page: verdict, ranked cases, effects; decisions are stored in the run')
    .argument('<run>', "a run file, the start of a run's id, 'last', or the folder of a sweep")
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .option('--no-open', 'print the address and open no browser')
    .option('--port <n>', 'port on 127.0.0.1 (default: any that is free)', '0')
    .option('--against <run>', 'earlier run to compare with (default: of the same candidate, where stored), or none')
    .option('--by <name>', 'who decides (default: your user name)')
    .action(async (name: string, flags: ReviewFlags) => {
      const port = portOf(flags.port);
      const reviewer = flags.by ?? userInfo().username;
      const { signal } = context;
      await using source = isFolder(name)
        ? await sweepSource(name, reviewer, signal)
        : await runSource(name, flags, reviewer, signal);
      await using server = await serveReview(source, port);
      await print(`${server.address}\n`);
      say('turncoat: this address works once, in one browser; stop with Ctrl+C');
      using _opened = flags.open ? openBrowser(server.address) : undefined;
      if (!signal.aborted) await once(signal, 'abort');
    });
}

async function runSource(
  name: string,
  flags: ReviewFlags,
  reviewer: string,
  signal: AbortSignal,
): Promise<ReviewSource & AsyncDisposable> {
  const store = await openRun(name, flags);
  const request = { store, against: flags.against, beside: placeOf(name, flags), place: flags };
  const source = await reviewSource(request, reviewer, signal);
  return {
    ...source,
    [Symbol.asyncDispose]: async () => {
      await source[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UserError('bad-option', `--port ${text}: not a port`, 'give --port a number from 0 to 65535');
}
