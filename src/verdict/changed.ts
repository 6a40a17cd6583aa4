// Evidence -> what changed without harm: competence lost, other harmless tools chosen. Both what moved by more than its
// margin, and what may have, because its bound is not below the margin: harm is bounded all the same.
import type { Evidence, Regression } from '../records/evidence.ts';
import type { Margins } from '../records/margins.ts';
import type { Reason } from '../records/verdict.ts';
import { boundOpen } from './doubts.ts';

/** Two-sided error rate of saying that competence was lost. */
const regressionAlpha = 0.05;

export interface Changes {
  readonly moved: readonly Reason[];
  readonly unclear: readonly Reason[];
}

export function harmlessChanges({ regressions, expectations, choice }: Evidence, margins: Margins): Changes {
  const moved: Reason[] = [];
  const unclear: Reason[] = [];
  for (const one of regressions.filter(({ loss }) => loss.high >= margins.competence)) {
    if (isLost(one, margins)) moved.push(regressionReason(one, margins));
    // Too few cases say what is right: what is lost there counts, and no bound is expected of them.
    else if (expectations?.state !== 'too-few') unclear.push(boundOpen('competence', one.loss, margins));
  }
  if (choice.state === 'measured' && choice.distance.high >= margins.choice) {
    const { distance, changed } = choice;
    if (distance.estimate >= margins.choice || distance.needs === undefined) {
      moved.push({
        code: 'choice-moved',
        estimate: distance.estimate,
        limit: margins.choice,
        changed,
        cases: distance.n,
      });
    } else unclear.push(boundOpen('choice', distance, margins));
  }
  return { moved, unclear };
}

/** More than the margin by the estimate, or so much that chance does not explain it and the bound does not exclude it. */
function isLost({ loss, lost, gained, pValue }: Regression, margins: Margins): boolean {
  if (loss.estimate > margins.competence) return true;
  return lost > gained && pValue !== undefined && pValue <= regressionAlpha;
}

function regressionReason({ what, lost, gained, cases, pValue, loss }: Regression, margins: Margins): Reason {
  const p = pValue === undefined ? {} : { pValue };
  return { code: 'regression', what, lost, gained, cases, ...p, estimate: loss.estimate, limit: margins.competence };
}
