// Some models write a sentence or a thought before they call, and their template says nothing of it. A few cases, sampled
// before anything is kept, show it: a call that is made, where none can be opened at once.
import { type Case, expectedCall } from '../../../records/suites/case.ts';
import type { Observation, Role } from '../../../records/observation.ts';
import type { RunRecord, RunSpec } from '../../../records/run.ts';
import { type Prompts, trialSeed } from '../../../observe/run.ts';
import type { Engine, Job } from '../../../ports/engine.ts';
import { readReply } from '../../../toolcalls/index.ts';

/** Cases of the design that ask for a call, or may: those that say so first. */
const pilotCases = 8;
/** In so many of them a call comes later than at once: more than chance, and less than a model that does not always. */
const enough = 2;
/** A call is not at once where fewer than half of replies open one there. */
const atOnce = Math.log(0.5);
/** Tokens of a reply at most, and no more than the run gives: a call that comes later is none that a pilot waits for. */
const pilotTokens = 256;

/** @returns whether a model writes something before its calls, whatever its template says */
export async function writesBeforeCalls(
  engine: Pick<Engine, 'observe'>,
  role: Role,
  { spec, formats }: { readonly spec: RunSpec; readonly formats: RunRecord['formats'] },
  {
    design,
    prompts,
    signal,
  }: { readonly design: readonly Case[]; readonly prompts: Prompts; readonly signal: AbortSignal },
): Promise<boolean> {
  const { frame, format, markers, generationPrompt } = formats[role];
  if (frame === undefined) return false;
  const reading = { format, ...(markers && { markers }), generationPrompt };
  const untold = design.filter(({ expect }) => expect === undefined);
  const cases = [...design.filter(expectedCall), ...untold].slice(0, pilotCases);
  const jobs = cases.map((about): Job => {
    const tools = about.tools.map(tool => tool.function.name);
    const prompt = prompts[role].get(about.id) as string;
    const trials = [{ trial: 0, seed: trialSeed(`${spec.seed}/pilot`, about, 0) }];
    return { caseId: about.id, prompt, score: { frame, tools }, trials, likelihoods: [] };
  });
  const maxTokens = Math.min(pilotTokens, spec.maxTokens);
  const sampling = { temperature: spec.temperature, maxTokens, stopAtCall: reading };
  // A case's score and reply need not come together.
  const found: Observation[] = [];
  for await (const batch of engine.observe(role, jobs, sampling, signal)) found.push(...batch);
  const notAtOnce = new Set(found.flatMap(one => (one.kind === 'score' && one.logOpen < atOnce ? [one.caseId] : [])));
  const later = found.filter(one => {
    if (one.kind !== 'trial' || !notAtOnce.has(one.caseId)) return false;
    const { calls } = readReply(one.text, { ...reading, finish: one.finish });
    return calls.some(({ state }) => state === 'complete');
  });
  return later.length >= enough;
}
