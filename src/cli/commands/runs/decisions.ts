import { defaultOut, storeOption } from '../../options.ts';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { UserError } from '../../../errors.ts';
import { type DecisionsFile, decisionsFileSchema } from '../../../records/decision.ts';
import { safeJson } from '../../../words/safe.ts';
import { print, say } from '../../output.ts';
import { writeWhole } from '../../../app/whole-file.ts';
import { openRun, type RunPlace } from '../../../app/runs/runs.ts';

/** `turncoat decisions export|import RUN`: what people decided, as a file. */
export function addDecisions(program: Command): void {
  const decisions = program.command('decisions').description('take decisions out of a run, or into one');
  const ofRun = (name: string) =>
    decisions
      .command(name)
      .argument('<run>', "a run file, the start of a run's id, or 'last'")
      .option('--out <dir>', 'folder of the run files', defaultOut)
      .addOption(storeOption());
  ofRun('export')
    .description('print all decisions of a run as JSON')
    .option('--output <file>', 'file to write (default: stdout)')
    .action(async (name: string, flags: RunPlace & { output?: string }) => {
      await using store = await openRun(name, flags);
      const file: DecisionsFile = { schemaVersion: 1, decisions: await store.decisions() };
      if (flags.output === undefined) await print(`${safeJson(file)}\n`);
      else writeWhole(flags.output, `${safeJson(file)}\n`);
    });
  ofRun('import')
    .description('add decisions from a file that `export` wrote; the latest decision on a case holds')
    .argument('<file>', 'the JSON file')
    .action(async (name: string, file: string, flags: RunPlace) => {
      const read = readDecisions(file);
      await using store = await openRun(name, flags);
      const cases = new Set((await store.cases()).map(({ id }) => id));
      const known = read.decisions.filter(decision => cases.has(decision.case));
      const added = await store.addDecisions(known);
      const elsewhere = read.decisions.length - known.length;
      say(
        `turncoat: ${added} decisions added, ${known.length - added} were there, ${elsewhere} on cases this run has not`,
      );
    });
}

/** @throws UserError `decisions-unreadable` */
function readDecisions(file: string): DecisionsFile {
  const hint = 'give a file that `turncoat decisions export` wrote';
  try {
    return decisionsFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? (z.prettifyError(error).split('\n')[0] ?? '') : (error as Error).message;
    throw new UserError('decisions-unreadable', `${file}: ${why}`, hint, { file }, error);
  }
}
