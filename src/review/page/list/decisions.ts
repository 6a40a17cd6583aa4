// Decisions as the page knows them: shown at once, stored by the server, taken back on the screen when that fails.
import { useState } from 'preact/hooks';
import { identityText } from '../../../records/adapted.ts';
import type { Decision, Judgement } from '../../../records/decision.ts';
import type { ReportModel } from '../../../report/model.ts';
import type { Source } from '../source.ts';

export interface Decisions {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly judge: (id: string, verdict: Judgement) => void;
  readonly note: (id: string, note: string) => void;
  /** Why the last decision was not stored. */
  readonly problem: string | undefined;
}

export function useDecisions(
  source: Source,
  model: ReportModel,
  initial: () => ReadonlyMap<string, Decision>,
): Decisions {
  const [decisions, setDecisions] = useState(initial);
  const [problem, setProblem] = useState<string>();
  const put = (id: string, decision: Decision | undefined) =>
    setDecisions(before => {
      const after = new Map(before);
      if (decision === undefined) after.delete(id);
      else after.set(id, decision);
      return after;
    });
  const send = (id: string, change: { verdict?: Judgement | undefined; note: string }) => {
    const { verdict, note } = change;
    const before = decisions.get(id);
    const about = { run: model.head.run.id, candidateSha256: identityText(model.head.candidate), scenario: '' };
    const judged = { case: id, note, ...(verdict !== undefined && { verdict }) };
    put(id, { ...judged, by: model.reviewer ?? '', at: new Date().toISOString(), about });
    source
      .decide(judged)
      .then(stored => {
        put(id, stored);
        setProblem(undefined);
      })
      .catch((error: Error) => {
        put(id, before);
        setProblem(`not stored: ${error.message}`);
      });
  };
  return {
    decisions,
    judge: (id, verdict) => {
      const before = decisions.get(id);
      send(id, { verdict: before?.verdict === verdict ? undefined : verdict, note: before?.note ?? '' });
    },
    note: (id, note) => send(id, { verdict: decisions.get(id)?.verdict, note }),
    problem,
  };
}
