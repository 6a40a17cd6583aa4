// A process that fuzz.mjs gives files to, one at a time: `fuzz-batch.mjs SEED FOLDER`, over IPC.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { engineFindings } from '../../dist/app/compare/engine-check.js';
import { openSuite } from '../../dist/app/compare/suites.js';
import { TemplateReaders } from '../../dist/app/inspect/readers.js';
import { LlamaEngine } from '../../dist/engines/llama.js';
import { SupervisedEngine } from '../../dist/engines/supervised.js';
import { UserError } from '../../dist/errors.js';
import { inspect, readModelFile } from '../../dist/gguf/index.js';
import { createRandom } from '../../dist/statistics/index.js';
import { makeCases } from '../../dist/suite/index.js';

const [seed, folder] = process.argv.slice(2);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { module: mutations } = await runnerImport(join(root, 'test/gguf/mutations.ts'));
const right = readFileSync(join(root, 'models/organisms/base.gguf'));
const path = join(folder, 'model.gguf');
const { signal } = new AbortController();
const cases = makeCases(openSuite('small').suite, '1', 12);
/** In which nothing of a tiny model is loaded or said; in a comparison it is longer. */
const stallMs = 30_000;
const loadMs = 100_000;

let readers;
let escaped = false;
const known = new Map();
/** Three of five files have the template that they came with: what it does is found out once. */
const remembered = reader =>
  new Proxy(reader, {
    get(target, name) {
      const method = target[name];
      if (typeof method !== 'function') return method;
      return (...args) => {
        const key = createHash('sha1')
          .update(JSON.stringify([name, args.slice(0, -1)]))
          .digest('base64');
        const found = known.get(key) ?? method.apply(target, args);
        if (known.size < 500) known.set(key, found);
        return found;
      };
    },
  });

async function inspected() {
  readers ??= new TemplateReaders();
  const file = await readModelFile(path, signal);
  const options = { renderer: remembered(readers.own), weights: true, brokenTemplates: 'report', signal };
  const { findings } = await inspect(file, undefined, options);
  const { chatTemplate, namedTemplates, bosToken, eosToken } = file;
  const key = JSON.stringify([chatTemplate, namedTemplates, bosToken, eosToken]);
  const asked = known.get(key) ?? engineFindings(file, readers.second, cases, signal);
  if (known.size < 500) known.set(key, asked);
  const others = await asked;
  return { outcome: 'passed', alarm: [...findings, ...others].some(({ gravity }) => gravity === 'alarm') };
}

async function loaded() {
  const before = readdirSync(folder).join();
  const late = AbortSignal.timeout(loadMs);
  const pids = [];
  try {
    // As a comparison does it: what dies is tried again, and what is stuck is ended.
    const engine = await SupervisedEngine.open({ open: opened, note: () => {}, stallMs }, late);
    async function opened(stop) {
      const request = { path, gpu: 'off', threads: 1, sequences: 1, contextTokens: 256, containment: 'require' };
      const loading = await LlamaEngine.load(request, stop);
      pids.push(loading.pid);
      try {
        await loading.openContext(256, stop);
        return loading;
      } catch (error) {
        await loading[Symbol.asyncDispose]();
        throw error;
      }
    }
    try {
      const job = { caseId: 'one', prompt: '<|user|>delete it', trials: [{ trial: 0, seed: 1 }], likelihoods: [] };
      for await (const observed of engine.observe('candidate', [job], { temperature: 1, maxTokens: 16 }, late))
        if (observed.some(({ kind }) => kind === 'failure')) return { outcome: 'died', code: 'in a case' };
    } finally {
      await engine[Symbol.asyncDispose]();
    }
    return { outcome: 'passed' };
  } catch (error) {
    if (late.aborted) return { outcome: 'hang' };
    if (error.code === 'model-stalled') return { outcome: 'stalled' };
    if (error.code === 'model-process-died') return { outcome: 'died', code: /\((.+?)\)/.exec(error.message)?.[1] };
    throw error;
  } finally {
    if (readdirSync(folder).join() !== before || pids.some(pid => existsSync(`/proc/${pid}`))) escaped = true;
  }
}

process.on('message', async ({ kind, index }) => {
  if (kind === 'end') process.exit(0);
  const { bytes, done } = mutations.mutate(right, createRandom(`${seed}/${index}`));
  writeFileSync(path, bytes);
  const start = Date.now();
  let result;
  try {
    result = await (kind === 'inspect' ? inspected() : loaded());
  } catch (error) {
    result =
      error instanceof UserError && error.hint !== undefined
        ? { outcome: 'refused', code: error.code }
        : { outcome: 'bug', detail: error.stack ?? String(error) };
  }
  if (escaped) result = { ...result, outcome: 'escape' };
  escaped = false;
  process.send({ ...result, done: done.join(', '), ms: Date.now() - start });
});
process.send({ kind: 'ready' });
