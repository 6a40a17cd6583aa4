// Our engine on the workload, as a sweep drives it: a model in a process of its own, all jobs handed over at once.
import { LlamaEngine } from '../../dist/engines/llama.js';
import { measured } from './processes.mjs';
import { sampling } from './workload.mjs';

const { signal } = new AbortController();

/** Runs `work` with a loaded engine whose context is sized to the longest prompt and its reply. */
export async function withEngine({ path, gpu, threads, sequences }, texts, replyTokens, work) {
  const engine = await LlamaEngine.load({ path, gpu, threads, sequences, contextTokens: 0 }, signal);
  try {
    const longest = Math.max(...(await engine.countTokens(texts, signal)));
    await engine.openContext(Math.ceil((longest + replyTokens + 1) / 64) * 64, signal);
    return await work(engine);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

/** Runs jobs and counts what they took. */
export async function runJobs(engine, jobs, maxTokens) {
  const counts = { promptTokens: 0, reusedTokens: 0, generatedTokens: 0, observations: 0 };
  const { result: _, ...figures } = await measured(engine.pid, async () => {
    const options = { temperature: sampling.temperature, maxTokens };
    for await (const batch of engine.observe('candidate', jobs, options, signal)) {
      for (const observation of batch) {
        counts.observations++;
        counts.promptTokens += observation.promptTokens;
        counts.reusedTokens += observation.reusedTokens;
        counts.generatedTokens += observation.kind === 'trial' ? observation.tokens.length : 0;
      }
    }
  });
  const prompts = jobs.length;
  return {
    prompts,
    seconds: figures.seconds,
    promptsPerSecond: prompts / figures.seconds,
    promptTokensPerSecond: counts.promptTokens / figures.seconds,
    generatedTokensPerSecond: counts.generatedTokens / figures.seconds,
    cpuSecondsPerPrompt: figures.cpu / prompts,
    reuseShare: counts.reusedTokens / counts.promptTokens,
    javascriptShare: figures.mainThread / figures.cpu,
    peakMebibytes: figures.peak,
    ...counts,
  };
}
