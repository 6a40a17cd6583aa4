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

interface Flags extends RunPlace {
  readonly format: string;
  readonly all?: boolean;
}

/** `turncoat trace RUN CASE`, `turncoat trace RUN --all`. */
export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('every call of a case, apart from what was said: arguments, results, what changed, what is claimed')
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .argument('[case]', 'a case id or the start of one')
    .option('--all', 'every case that has conversations')
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .addOption(
      new Option('--format <form>', 'text, OpenAI messages (JSON lines) or OpenTelemetry GenAI spans (OTLP JSON)')
        .choices(Object.keys(traceForms))
        .default('text'),
    )
    .action(async (name: string, wanted: string | undefined, flags: Flags) => {
      if ((wanted === undefined) === (flags.all !== true)) {
        throw new UserError('bad-option', 'trace: say which case, or --all', 'one of the two');
      }
      await using store = await openRun(name, flags);
      const run = await runOf(store);
      const all = await store.cases();
      const cases = wanted === undefined ? all : all.filter(({ id }) => id.startsWith(wanted)).slice(0, 1);
      if (wanted !== undefined && cases.length === 0) {
        const hint = 'give a case id from the list of findings, or one of `analyze --json`';
        throw new UserError('case-not-found', `${wanted}: no such case in run ${run.id}`, hint);
      }
      const ids = new Set(cases.map(({ id }) => id));
      const observations: Observation[] = [];
      for await (const one of store.observations()) if (ids.has(one.caseId)) observations.push(one);
      const form = traceForms[flags.format];
      if (form === undefined) throw new RangeError(`${flags.format}: no form of traces`);
      const judge = judgeOf(run, 'always');
      for (const one of divergences(cases, observations, replyReader(run))) {
        const trace = traceOf(run, one, judge);
        // Probes have no conversations: asked for by name, that is said.
        if (wanted !== undefined || trace.trials.length > 0) await print(form(trace));
      }
    });
}
