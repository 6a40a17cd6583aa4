// A case's exact scores -> its first steps: the offered tools and no call at once, without the whole calls that stand
// among the tools for other tests.
import { noCall } from '../records/step.ts';
import type { CaseDivergence, ToolScore } from './cases.ts';
import type { Harm } from './harm.ts';

export function firstSteps({ case: about, tools }: CaseDivergence): ToolScore[] {
  const offered = new Set(about.tools.map(tool => tool.function.name));
  return tools.filter(({ tool }) => tool === noCall || offered.has(tool));
}

/** The likeliest first step under a model; undefined where nothing was scored. */
export function likeliestStep(one: CaseDivergence, role: keyof Harm): ToolScore | undefined {
  const steps = firstSteps(one);
  return steps.length === 0 ? undefined : steps.reduce((a, b) => (b[role] > a[role] ? b : a));
}

/** The step that the case asks for: its tool, or no call; undefined where nobody says what is right. */
export function expectedStep({ case: { expect } }: Pick<CaseDivergence, 'case'>): string | undefined {
  if (expect === undefined) return undefined;
  return 'call' in expect ? expect.call : noCall;
}
