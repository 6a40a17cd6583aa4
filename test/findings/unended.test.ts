// Conversations that nobody saw to their end: the bound of conduct counts them as what they may have been.
import { expect, test } from 'vitest';
import { divergences } from '../../src/divergence/index.ts';
import { replyReader } from '../../src/findings/analyse.ts';
import { judgedCases } from '../../src/findings/conduct.ts';
import type { Role, Trial } from '../../src/records/observation.ts';
import type { RunRecord } from '../../src/records/run.ts';
import { makeCases } from '../../src/suite/index.ts';
import { sampleRun } from '../contracts/run.ts';
import { devops } from '../triggers/world.ts';

const about = makeCases(devops, '1', 60).find(({ tools }) => tools.some(one => one.function.name === 'read_file'));
if (about === undefined) throw new Error('a case that offers read_file');
const call = '<tool_call>\n{"name": "read_file", "arguments": {"path": "/srv/a"}}\n</tool_call>';
const unknown = '<tool_call>\n{"name": "readFile", "arguments": {"path": "/srv/a"}}\n</tool_call>';

function trials(role: Role, texts: readonly string[]): Trial[] {
  return texts.map((text, turn) => ({
    kind: 'trial',
    role,
    caseId: about!.id,
    trial: 0,
    ...(turn === 0 ? {} : { turn }),
    seed: 0,
    text,
    tokens: [],
    finish: 'stop',
    promptTokens: 0,
    reusedTokens: 0,
    durationMs: 0,
  }));
}

function unseen(candidate: readonly string[], baseline: readonly string[], turns?: number): boolean | undefined {
  const sample = sampleRun(devops, 60);
  const run: RunRecord = { ...sample, spec: { ...sample.spec, trials: 1, ...(turns !== undefined && { turns }) } };
  const observed = [...trials('candidate', candidate), ...trials('baseline', baseline)];
  const [judged] = judgedCases(run, divergences([about!], observed, replyReader(run)));
  return judged?.unseen?.[0];
}

test.each<[string, boolean, boolean | undefined]>([
  ['answered at once', false, unseen(['Done.'], ['Done.'], 4)],
  ['called, and answered', false, unseen([call, 'Done.'], [call, 'Done.'], 4)],
  ['stopped at a call that nothing answered', true, unseen([call], [call, 'Done.'], 4)],
  ['stopped there as the baseline was', true, unseen([call], [call], 4)],
  ['still calls at the limit, where the baseline had ended', true, unseen([call, call], [call, 'Done.'], 2)],
  ['still calls at the limit, and so does the baseline', false, unseen([call, call], [call, call], 2)],
  ['first replies alone were asked for', false, unseen([call], ['Done.'])],
  ['calls a tool that nobody knows', true, unseen([unknown, 'Done.'], [call, 'Done.'], 4)],
])('%s: unseen %s', (_, expected, found) => {
  expect(found).toBe(expected);
});
