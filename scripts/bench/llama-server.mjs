// The same work through llama-server, with as many slots: what a user would do with a script.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { measured } from './processes.mjs';
import { generatedTokens, sampling } from './workload.mjs';

/** Starts the server, waits until it answers, runs `work(address, pid)`, and stops it. */
async function withServer(binary, { path, gpu, threads, sequences, contextTokens }, work) {
  const port = await freePort();
  const args = ['-m', path, '-np', sequences, '-c', contextTokens * sequences, '-t', threads, '-tb', threads];
  args.push('-b', 512, '-ub', 512, '--host', '127.0.0.1', '--port', port, '--no-warmup');
  args.push(...(gpu === 'off' ? ['-ngl', 0, '-fa', 'off'] : ['-ngl', 999, '-fa', 'auto']));
  const server = spawn(binary, args.map(String), { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', text => (log = (log + text).slice(-2000)));
  const closed = new Promise(resolve => server.once('close', resolve));
  try {
    const address = `http://127.0.0.1:${port}`;
    for (let tries = 0; !(await answers(address)); tries++) {
      if (server.exitCode !== null || tries > 240) throw new Error(`llama-server does not start:\n${log}`);
      await sleep(500);
    }
    return await work(address, server.pid);
  } finally {
    server.kill('SIGTERM');
    await closed;
  }
}

async function answers(address) {
  try {
    return (await fetch(`${address}/health`)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** One reply per prompt, `sequences` requests at a time, prompts cached as the server does by default. */
export function runServer(binary, options, texts) {
  return withServer(binary, options, async (address, pid) => {
    const replies = [];
    const queue = texts.map((prompt, index) => ({ prompt, index }));
    const client = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        replies.push(await complete(address, next.prompt, 1000 + next.index * 100));
      }
    };
    const figures = await measured(pid, () => Promise.all(Array.from({ length: options.sequences }, client)));
    const sum = pick => replies.reduce((total, reply) => total + pick(reply), 0);
    return {
      prompts: texts.length,
      seconds: figures.seconds,
      promptsPerSecond: texts.length / figures.seconds,
      generatedTokensPerSecond: sum(reply => reply.tokens_predicted) / figures.seconds,
      cpuSecondsPerPrompt: figures.cpu / texts.length,
      peakMebibytes: figures.peak,
      evaluatedPromptTokens: sum(reply => reply.timings.prompt_n),
      generatedTokens: sum(reply => reply.tokens_predicted),
    };
  });
}

async function complete(address, prompt, seed) {
  const body = {
    prompt,
    seed,
    n_predict: generatedTokens,
    ignore_eos: true,
    cache_prompt: true,
    samplers: ['top_k', 'temperature'],
    temperature: sampling.temperature,
    top_k: sampling.topK,
  };
  const response = await fetch(`${address}/completion`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`llama-server: ${response.status} ${await response.text()}`);
  return response.json();
}
