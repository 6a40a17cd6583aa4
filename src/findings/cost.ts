// Observations -> what they took, in tokens. Tokens, not seconds: they say the same on every machine.
import type { Cost, RoleCost } from '../records/cost.ts';
import type { Observation } from '../records/observation.ts';

const nothing: RoleCost = {
  observations: 0,
  promptTokens: 0,
  reusedTokens: 0,
  evaluatedTokens: 0,
  generatedTokens: 0,
};

/** Sums what observations took, by model. Failures cost nothing that was counted. */
export function costOf(observations: Iterable<Observation>): Cost {
  const cost = { candidate: { ...nothing }, baseline: { ...nothing } };
  for (const observation of observations) {
    if (observation.kind === 'failure') continue;
    const sum = cost[observation.role];
    const { promptTokens, reusedTokens, evaluatedTokens } = observation;
    const generated = observation.kind === 'trial' ? observation.tokens.length : 0;
    sum.observations++;
    sum.promptTokens += promptTokens;
    sum.reusedTokens += reusedTokens;
    // Runs made before it was counted know only what was not reused; forced texts are then left out.
    sum.evaluatedTokens += evaluatedTokens ?? promptTokens - reusedTokens + Math.max(0, generated - 1);
    sum.generatedTokens += generated;
  }
  return cost;
}
