import { defaultOut, storeOption } from '../../options.ts';
import type { Command } from 'commander';
import { UserError } from '../../../errors.ts';
import { listedRecord, type ListedRun, listRuns } from '../../../app/runs/listing.ts';
import type { RunPlace } from '../../../app/runs/runs.ts';
import { visible } from '../../../words/visible.ts';
import { modelText } from '../../../words/wording.ts';
import { print, printJson, say } from '../../output.ts';

interface RunsFlags extends Partial<RunPlace> {
  json?: boolean;
}

/** `turncoat runs`: what is stored in a folder, a sweep's too, or in a database. */
export function addRuns(program: Command): void {
  program
    .command('runs')
    .description('list stored runs, newest first')
    .argument('[dir]', 'the folder of a sweep, or any other that holds runs')
    .option('--out <dir>', `folder of the run files (default: "${defaultOut}")`)
    .addOption(storeOption())
    .option('--json', 'print them as JSON on stdout')
    .action(async (folder: string | undefined, { out, store, json }: RunsFlags) => {
      if (folder !== undefined && (out !== undefined || store !== undefined)) {
        throw new UserError('bad-option', `${folder}: --out or --store names another place`, 'leave out one of them');
      }
      const runs: ListedRun[] = [];
      for await (const one of listRuns({ out: folder ?? out ?? defaultOut, store })) {
        if (one.kind === 'broken') say(`turncoat: left out: ${visible(one.message)}`);
        else if (json) runs.push(one);
        else await print(lineOf(one));
      }
      if (json) await printJson({ schemaVersion: 1, runs: runs.map(listedRecord) });
    });
}

function lineOf({ record, state, outcome }: ListedRun): string {
  const { id, createdAt, shard, spec } = record;
  const { candidate, baseline, suite, cases } = spec;
  const finished = state === 'finished' ? (outcome ?? state) : state;
  const shown = shard === undefined ? finished : `part ${shard.index}/${shard.of}`;
  const pair = `${modelText(candidate)} against ${modelText(baseline)}`;
  return `${visible(id)}  ${visible(createdAt.slice(0, 16))}  ${shown.padEnd(12)}  ${pair}, ${visible(suite.name)}, ${cases} cases\n`;
}
