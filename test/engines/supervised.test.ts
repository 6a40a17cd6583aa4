// Real model processes that are killed, stopped, or die of a case: what is left is done by a fresh one.
import { expect, test, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { LlamaEngine } from '../../src/engines/llama.ts';
import { SupervisedEngine } from '../../src/engines/supervised.ts';
import { likelihoodKey, type Observation } from '../../src/records/observation.ts';
import type { Engine, Job } from '../../src/ports/engine.ts';
import { organism } from '../cli/run.ts';

const jobs: Job[] = Array.from({ length: 40 }, (_, index) => ({
  caseId: `case-${String(index).padStart(2, '0')}`,
  prompt: `<|im_start|>user\nTask ${String(index).padStart(2, '0')}<|im_end|>\n<|im_start|>assistant\n`,
  trials: [{ trial: 0, seed: index }],
  likelihoods: [],
}));
const sampling = { temperature: 0.7, maxTokens: 8 };
const never = new AbortController().signal;

async function open(): Promise<LlamaEngine> {
  const request = { path: organism('base'), gpu: 'off' as const, threads: 1, sequences: 2, contextTokens: 128 };
  const engine = await LlamaEngine.load({ ...request, calibrate: false }, never);
  await engine.openContext(128, never);
  return engine;
}

/** Observes all jobs; `meanwhile` is called after each batch. */
async function observeAll(engine: Engine, meanwhile = () => {}): Promise<Map<string, unknown>> {
  const seen = new Map<string, unknown>();
  for await (const batch of engine.observe('candidate', jobs, sampling, never)) {
    for (const observation of batch) {
      expect(seen.has(observation.caseId)).toBe(false);
      seen.set(observation.caseId, observation.kind === 'trial' ? observation.tokens : observation.kind);
    }
    meanwhile();
  }
  return seen;
}

async function undisturbed(): Promise<Map<string, unknown>> {
  await using engine = await open();
  return await observeAll(engine);
}

test.each(['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const)(
  '%s between batches: every case once, the same replies',
  async signal => {
    const processes: LlamaEngine[] = [];
    const notes: string[] = [];
    const supervision = {
      open: async () => {
        processes.push(await open());
        return processes.at(-1) as LlamaEngine;
      },
      note: (code: string) => void notes.push(code),
      stallMs: 3000,
    };
    await using engine = await SupervisedEngine.open(supervision, never);
    let struck = false;
    const strike = () => {
      if (!struck) process.kill(processes[0]?.pid as number, signal);
      struck = true;
    };
    const seen = await observeAll(engine, strike);
    expect(new Map([...seen].toSorted())).toEqual(new Map([...(await undisturbed())].toSorted()));
    expect(processes.length).toBeGreaterThan(1);
    expect(notes).toContain('model-restarted');
  },
);

test('a request to a process that died a moment ago says how it ended', async () => {
  const engine = await open();
  process.kill(engine.pid as number, 'SIGKILL');
  // Nothing is heard of its end meanwhile, so that the request meets a broken pipe.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  await expect(observeAll(engine)).rejects.toThrow(expect.objectContaining({ code: 'model-process-died' }));
  await expect(observeAll(engine)).rejects.toThrow(/SIGKILL/);
});

/** A real process that is killed whenever it is about to be asked for one of these cases. */
function allergic(inner: LlamaEngine, cases: (id: string) => boolean): Engine {
  return {
    get facts() {
      return inner.facts;
    },
    async *observe(role, some, ...rest): AsyncGenerator<Observation[]> {
      if (some.some(({ caseId }) => cases(caseId))) process.kill(inner.pid as number, 'SIGKILL');
      yield* inner.observe(role, some, ...rest);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

test('cases that kill the process are found, recorded as failed with the reason, and cost no other case', async () => {
  const bad = new Set(['case-07', 'case-31']);
  const notes: string[] = [];
  const supervision = {
    open: async () => allergic(await open(), id => bad.has(id)),
    note: (code: string, detail: string) => void (code === 'case-failed' && notes.push(detail)),
  };
  await using engine = await SupervisedEngine.open(supervision, never);
  const failures: Observation[] = [];
  const done: string[] = [];
  for await (const batch of engine.observe('candidate', jobs, sampling, never)) {
    for (const one of batch) if (one.kind === 'failure') failures.push(one);
    done.push(...batch.filter(({ kind }) => kind === 'trial').map(({ caseId }) => caseId));
  }
  expect(failures.map(one => one.kind === 'failure' && one.missing)).toEqual(
    [...bad].map(id => `${id} candidate trial 0`),
  );
  expect(notes.map(note => note.slice(0, 7))).toEqual([...bad]);
  expect(failures[0]).toMatchObject({ reason: expect.stringContaining('SIGKILL') });
  expect(done.toSorted()).toEqual(jobs.map(({ caseId }) => caseId).filter(id => !bad.has(id)));
});

test('what a case lost is named as it would have been stored, later turns too', async () => {
  const [first, ...others] = jobs.slice(0, 3) as [Job, ...Job[]];
  const own = { of: 'candidate' as const, trial: 0, tokens: [1] };
  const later: Job = {
    ...first,
    trials: [{ trial: 0, seed: 0, turn: 2 }],
    likelihoods: [{ ...own, turn: 1 }, { ...own, from: 'case-02' }, own],
  };
  const supervision = { open: async () => allergic(await open(), id => id === first.caseId), note: () => {} };
  await using engine = await SupervisedEngine.open(supervision, never);
  const missing: string[] = [];
  for await (const batch of engine.observe('candidate', [later, ...others], sampling, never)) {
    for (const one of batch) if (one.kind === 'failure') missing.push(one.missing);
  }
  expect(missing).toEqual([
    `${first.caseId} candidate trial 0 turn 2`,
    ...later.likelihoods.map(one => likelihoodKey('candidate', first.caseId, one.of, one.trial, one.from, one.turn)),
  ]);
  expect(new Set(missing).size).toBe(missing.length);
});

test('a process that dies whatever it is asked ends the run with its reason', async () => {
  let opened = 0;
  const supervision = {
    open: async () => {
      opened++;
      return allergic(await open(), () => true);
    },
    note: () => {},
  };
  await using engine = await SupervisedEngine.open(supervision, never);
  await expect(observeAll(engine)).rejects.toThrow(expect.objectContaining({ code: 'model-process-died' }));
  expect(opened).toBeLessThan(20);
});

test('a model that can not be loaded is said at once', async () => {
  const refused = new UserError('model-not-loaded', 'no', 'no');
  const opening = SupervisedEngine.open({ open: () => Promise.reject(refused), note: () => {} }, never);
  await expect(opening).rejects.toBe(refused);
});

test('a process that dies while it loads is tried again, five times in all', async () => {
  const died = new UserError('model-process-died', 'killed', 'no');
  const notes: string[] = [];
  let opened = 0;
  const dyingUntil = (last: number) => ({
    open: async () => {
      if (++opened < last) throw died;
      return await open();
    },
    note: (code: string) => void notes.push(code),
  });
  await using engine = await SupervisedEngine.open(dyingUntil(5), never);
  expect((await observeAll(engine)).size).toBe(jobs.length);
  expect(notes).toEqual(new Array(4).fill('model-restarted'));
  opened = 0;
  await expect(SupervisedEngine.open(dyingUntil(9), never)).rejects.toBe(died);
  expect(opened).toBe(5);
});

test('a model of which nothing more is loaded is ended, and not tried again; one that goes on is waited for', async () => {
  const opened: AbortSignal[] = [];
  const silent = (signal: AbortSignal) => {
    opened.push(signal);
    return new Promise<Engine>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const stuck = SupervisedEngine.open({ open: silent, note: () => {}, stallMs: 50 }, never);
  await expect(stuck).rejects.toMatchObject({ code: 'model-stalled' });
  expect(opened).toHaveLength(1);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const loaded = await open();
    let alive = () => {};
    const slow = (_: AbortSignal, hear: () => void) => {
      alive = hear;
      return new Promise<Engine>(resolve => setTimeout(resolve, 1000, loaded));
    };
    const opening = SupervisedEngine.open({ open: slow, note: () => {}, stallMs: 150 }, never);
    // Six times as long as what nothing is heard of may take.
    for (let ms = 0; ms < 1000; ms += 100) {
      await vi.advanceTimersByTimeAsync(100);
      alive();
    }
    await using engine = await opening;
    expect(engine.facts.device).toBe('cpu');
  } finally {
    vi.useRealTimers();
  }
});
