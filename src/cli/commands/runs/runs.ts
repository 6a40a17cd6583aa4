import { defaultOut, storeOption } from '../../options.ts';
import type { Command } from 'commander';
import { modelText } from '../../../words/wording.ts';
import { visible } from '../../../words/visible.ts';
import { openStore } from '../../../stores/index.ts';
import { print } from '../../output.ts';
import { runLocations, type RunPlace } from '../../../app/runs/runs.ts';

/** `turncoat runs`: what is stored in a folder. */
export function addRuns(program: Command): void {
  program
    .command('runs')
    .description('list stored runs, newest first')
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .action(async (flags: RunPlace) => {
      for (const location of await runLocations(flags)) {
        await using store = await openStore(location, { create: false });
        const run = await store.run();
        if (run === undefined) continue;
        const part = run.shard && `part ${run.shard.index}/${run.shard.of}`;
        const state = part ?? (run.finishedAt === undefined ? 'unfinished' : 'finished');
        const { candidate, baseline, suite, cases } = run.spec;
        const pair = `${modelText(candidate)} against ${modelText(baseline)}`;
        await print(
          `${run.id}  ${run.createdAt.slice(0, 16)}  ${state.padEnd(10)}  ${pair}, ${visible(suite.name)}, ${cases} cases\n`,
        );
      }
    });
}
