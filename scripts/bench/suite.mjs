// The engine on a real suite with a shipped model: how much of the prompts is reused, and whether memory stays flat.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getLlama } from 'node-llama-cpp';
import { readModelFile } from '../../dist/gguf/index.js';
import { chatTemplate, describeFormat } from '../../dist/prompt/index.js';
import { makeCases, readSuite } from '../../dist/suite/index.js';
import { withEngine, runJobs } from './engine.mjs';
import { usage } from './processes.mjs';

const file = path => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Jobs of a suite's cases: exact scores alone, or with trials.
 * @param sharedHead all cases get the first one's system text and tools, so that only their tasks differ
 */
async function suiteJobs(path, cases, { trials = 0, sharedHead = false }) {
  const model = await readModelFile(path);
  const template = chatTemplate(model.chatTemplate);
  const options = { bosToken: model.bosToken ?? '', eosToken: model.eosToken ?? '' };
  const { frame } = describeFormat(model.chatTemplate, template, options);
  const suite = readSuite(readFileSync(file('suites/devops.yaml'), 'utf8'), 'devops');
  const made = makeCases(suite, 'bench', cases);
  const { messages, tools } = made[0];
  const withHead = one => ({ ...one, tools, messages: [messages[0], ...one.messages.slice(1)] });
  return made
    .map(one => (sharedHead ? withHead(one) : one))
    .map((one, index) => ({
      caseId: one.id,
      prompt: template.render(one, options),
      score: { frame, tools: one.tools.map(tool => tool.function.name) },
      trials: Array.from({ length: trials }, (_, trial) => ({ trial, seed: 1000 + index * 100 + trial })),
      likelihoods: [],
    }));
}

/** Share of the prompt tokens of suites/devops.yaml that are not evaluated, because a prompt before had them. */
export async function reuse(settings, { cases }) {
  const path = file('models/organisms/base.gguf');
  const shares = {};
  for (const [name, kind] of Object.entries({
    exact: {},
    exactAndTrial: { trials: 1 },
    sharedHead: { sharedHead: true },
  })) {
    const jobs = await suiteJobs(path, cases, kind);
    const prompts = jobs.map(({ prompt }) => prompt);
    shares[name] = await withEngine({ ...settings, path }, prompts, 64, engine => runJobs(engine, jobs, 48));
    if (name === 'exact') shares.shareable = await shareable(path, prompts);
  }
  return shares;
}

/** Share of the prompts' tokens that a prompt before them has at the same place after the same start: all one can save. */
async function shareable(path, prompts) {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
  const model = await llama.loadModel({ modelPath: path, vocabOnly: true });
  const root = new Map();
  let [all, distinct] = [0, 0];
  for (const prompt of prompts) {
    let at = root;
    for (const token of model.tokenize(prompt, true)) {
      all++;
      if (!at.has(token)) {
        at.set(token, new Map());
        distinct++;
      }
      at = at.get(token);
    }
  }
  await llama.dispose();
  return 1 - distinct / all;
}

/** Resident MiB of the model's process after a tenth of the cases and after all of them, exact scores alone. */
export async function memory(settings, { cases }) {
  const path = file('models/organisms/base.gguf');
  const jobs = await suiteJobs(path, 500, {});
  const prompts = jobs.map(({ prompt }) => prompt);
  const resident = [];
  await withEngine({ ...settings, path }, prompts, 64, async engine => {
    for (let done = 0; done < cases; done += jobs.length) {
      const round = jobs.map(job => ({ ...job, caseId: `${done}-${job.caseId}` }));
      await runJobs(engine, round, 48);
      resident.push({ cases: done + jobs.length, mebibytes: usage(engine.pid).resident });
    }
  });
  const first = resident.find(at => at.cases >= cases / 10);
  return { growth: resident.at(-1).mebibytes / first.mebibytes - 1, resident };
}
