import { defaultOut, storeOption } from '../../options.ts';
import { Command, Option } from 'commander';
import { UserError } from '../../../errors.ts';
import { divergences } from '../../../divergence/index.ts';
import { judgeOf, traceOf } from '../../../findings/conduct.ts';
import { replyReader } from '../../../findings/analyse.ts';
import type { Observation } from '../../../records/observation.ts';
import { traceForms } from '../../../report/traces/index.ts';
import { runOf } from '../../../app/compare/kept.ts';
import { print } from '../../output.ts';
import { openRun, type RunPlace } from '../../../app/runs/runs.ts';

/** `turncoat trace RUN CASE`. */
export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('every call of a case, apart from what was said: arguments, results, what changed, what is claimed')
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .argument('<case>', 'a case id or the start of one')
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .addOption(
      new Option('--format <form>', 'text, OpenAI messages (JSON lines) or OpenTelemetry GenAI spans (OTLP JSON)')
        .choices(Object.keys(traceForms))
        .default('text'),
    )
    .action(async (name: string, wanted: string, flags: RunPlace & { format: string }) => {
      await using store = await openRun(name, flags);
      const run = await runOf(store);
      const about = (await store.cases()).find(({ id }) => id.startsWith(wanted));
      if (about === undefined) {
        const hint = 'give a case id from the list of findings, or one of `analyze --json`';
        throw new UserError('case-not-found', `${wanted}: no such case in run ${run.id}`, hint);
      }
      const observations: Observation[] = [];
      for await (const one of store.observations()) if (one.caseId === about.id) observations.push(one);
      const [one] = divergences([about], observations, replyReader(run));
      const form = traceForms[flags.format];
      if (one === undefined || form === undefined) throw new RangeError('one case gives one divergence');
      await print(form(traceOf(run, one, judgeOf(run, 'always'))));
    });
}
