// npm run bench: how fast the engine is on a fixed workload, and against llama-server on the same machine in the same
// run. It asserts nothing. Figures go to stdout (--json for programs), progress to stderr.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readModelFile } from '../../dist/gguf/index.js';
import { ceiling } from './ceiling.mjs';
import { withEngine, runJobs } from './engine.mjs';
import { runServer } from './llama-server.mjs';
import { inspection } from './inspection.mjs';
import { benchModel } from './model.mjs';
import { median } from './processes.mjs';
import { inspectionReport, report } from './report.mjs';
import { memory, reuse } from './suite.mjs';
import { generatedTokens, jobs, prompts } from './workload.mjs';

const help = `npm run bench -- [options]
  --json              print one JSON object
  --gpu KIND          off (default), auto, cuda, vulkan or metal
  --threads N         compute threads (default: the machine's)
  --sequences LIST    numbers of sequences for the scaling table (default 1,2,4,8,16)
  --slots N           sequences of the comparison with llama-server (default 8)
  --prompts N         prompts of that comparison (default 128)
  --few N             prompts of every other measurement (default 32)
  --rounds N          repetitions; medians are reported (default 1)
  --only LIST         of peers, exact, scaling, reuse, memory, inspect (default: all but the last two)
  --model FILE        another GGUF with a call format like Qwen's
environment
  LLAMA_SERVER        path of a llama-server to compare with
  LLAMA_BATCHED_BENCH path of a llama-batched-bench, for what llama.cpp could give at most
  TURNCOAT_BEFORE     folder of another checkout, built: its inspect runs in turn with this one's
`;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    help: { type: 'boolean' },
    gpu: { type: 'string', default: 'off' },
    threads: { type: 'string', default: String(availableParallelism()) },
    sequences: { type: 'string', default: '1,2,4,8,16' },
    slots: { type: 'string', default: '8' },
    prompts: { type: 'string', default: '128' },
    few: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: 'peers,exact,scaling,reuse' },
    model: { type: 'string' },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const say = text => process.stderr.write(`bench: ${text}\n`);
const wanted = new Set(values.only.split(','));
const rounds = Number(values.rounds);
const slots = Number(values.slots);
const folder = fileURLToPath(new URL('../../.cache/bench', import.meta.url));
const inspects = wanted.delete('inspect')
  ? await inspection(values.model ?? benchModel(folder, 'random-100mb-q8_0'), rounds, say)
  : undefined;
if (wanted.size === 0) {
  process.stdout.write(values.json ? `${JSON.stringify({ inspects }, null, 2)}\n` : inspectionReport(inspects));
  process.exit(0);
}
const path = values.model ?? benchModel(folder);
const settings = { path, gpu: values.gpu, threads: Number(values.threads) };
const { chatTemplate: template } = await readModelFile(path);
const all = prompts(template, Math.max(Number(values.prompts), Number(values.few)));
const few = all.slice(0, Number(values.few));

/** One mode of the engine in a process of its own. */
async function mode(name, sequences, texts, work) {
  const figures = await withEngine({ ...settings, sequences }, texts, generatedTokens, async engine => ({
    ...(await runJobs(engine, jobs(texts, work), generatedTokens)),
    facts: engine.facts,
  }));
  const speed = `${figures.promptsPerSecond.toFixed(3)} prompts/s, ${figures.cpuSecondsPerPrompt?.toFixed(2)} CPU-s a prompt`;
  say(`${name}, ${sequences} sequences, ${texts.length} prompts: ${speed}, load ${loadavg()[0].toFixed(1)}`);
  return figures;
}

/** Numbers of several runs of one thing, each the median. */
function medians(runs) {
  if (runs.length < 2) return runs[0];
  const numbers = Object.keys(runs[0]).filter(key => typeof runs[0][key] === 'number');
  return { ...runs[0], ...Object.fromEntries(numbers.map(key => [key, median(runs.map(run => run[key]))])) };
}

/** Ours and theirs in turn, so that the machine's other work meets both. */
async function besidePeers() {
  const [ours, theirs, most] = [[], [], []];
  const server = process.env.LLAMA_SERVER;
  const bench = process.env.LLAMA_BATCHED_BENCH;
  for (let round = 0; round < rounds; round++) {
    ours.push(await mode('one trial', slots, all, { trials: 1 }));
    const { contextTokens } = ours[0].facts;
    if (server) {
      theirs.push(await runServer(server, { ...settings, sequences: slots, contextTokens }, all));
      const { promptsPerSecond, cpuSecondsPerPrompt } = theirs.at(-1);
      const speed = `${promptsPerSecond.toFixed(3)} prompts/s, ${cpuSecondsPerPrompt?.toFixed(2)} CPU-s a prompt`;
      say(`llama-server, ${slots} slots: ${speed}, load ${loadavg()[0].toFixed(1)}`);
    }
    if (bench) {
      const own = Math.round((ours[0].promptTokens - ours[0].reusedTokens) / all.length);
      const shared = Math.round(ours[0].promptTokens / all.length) - own;
      const parts = { prompts: all.length, shared, own, generated: generatedTokens };
      most.push(ceiling(bench, { ...settings, sequences: slots }, parts));
      say(`llama-batched-bench: ${most.at(-1).promptsPerSecond.toFixed(3)} prompts/s`);
    }
  }
  const ratio = other => median(ours.map((run, index) => run.promptsPerSecond / other[index]?.promptsPerSecond));
  // On a busy machine CPU time tells more than wall time.
  const cpu = median(ours.map((run, index) => theirs[index]?.cpuSecondsPerPrompt / run.cpuSecondsPerPrompt));
  return {
    trialsToLlamaServerInCpuTime: cpu,
    trials: medians(ours),
    llamaServer: medians(theirs),
    batchedBench: medians(most),
    trialsToLlamaServer: ratio(theirs),
    trialsToBatchedBench: ratio(most),
  };
}

async function exactBesideTrials() {
  const [exact, trials4] = [[], []];
  for (let round = 0; round < rounds; round++) {
    exact.push(await mode('exact scores of 5 tools', slots, few, { score: true }));
    trials4.push(await mode('four trials', slots, few, { trials: 4 }));
  }
  const ratio = median(exact.map((run, index) => run.promptsPerSecond / trials4[index].promptsPerSecond));
  const cpu = median(exact.map((run, index) => trials4[index].cpuSecondsPerPrompt / run.cpuSecondsPerPrompt));
  const ratios = { exactToTrials4: ratio, exactToTrials4InCpuTime: cpu };
  return { exact: medians(exact), trials4: medians(trials4), ...ratios };
}

async function scaling() {
  const rows = [];
  for (const sequences of values.sequences.split(',').map(Number)) {
    const runs = [];
    for (let round = 0; round < rounds; round++) {
      const trials = await mode('one trial', sequences, few, { trials: 1 });
      const exact = await mode('exact scores', sequences, few, { score: true });
      const { promptsPerSecond, cpuSecondsPerPrompt, generatedTokensPerSecond, peakMebibytes } = trials;
      const both = { exactPromptsPerSecond: exact.promptsPerSecond, exactCpu: exact.cpuSecondsPerPrompt };
      runs.push({ promptsPerSecond, cpuSecondsPerPrompt, generatedTokensPerSecond, peakMebibytes, ...both });
    }
    rows.push({ sequences, ...medians(runs) });
  }
  return rows;
}

const peers = wanted.has('peers') ? await besidePeers() : undefined;
const exact = wanted.has('exact') ? await exactBesideTrials() : undefined;
const rows = wanted.has('scaling') ? await scaling() : undefined;
const reused = wanted.has('reuse') ? await reuse({ ...settings, sequences: slots }, { cases: 640 }) : undefined;
const flat = wanted.has('memory') ? await memory({ ...settings, sequences: slots }, { cases: 10_000 }) : undefined;

const result = {
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], threads: settings.threads },
  rounds,
  engine: { trials: peers?.trials, exact: exact?.exact, trials4: exact?.trials4, scaling: rows },
  peers: { llamaServer: peers?.llamaServer, batchedBench: peers?.batchedBench },
  ratios: {
    trialsToLlamaServer: peers?.trialsToLlamaServer,
    trialsToLlamaServerInCpuTime: peers?.trialsToLlamaServerInCpuTime,
    trialsToBatchedBench: peers?.trialsToBatchedBench,
    exactToTrials4: exact?.exactToTrials4,
    exactToTrials4InCpuTime: exact?.exactToTrials4InCpuTime,
  },
  reuseShare: reused?.exact.reuseShare,
  reuse: reused,
  javascriptShare: peers?.trials.javascriptShare ?? exact?.exact.javascriptShare,
  memory: flat,
  inspects,
};
process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : report(result));
