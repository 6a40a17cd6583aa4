// What llama.cpp itself can give: llama-batched-bench's times for the shared prefix, the prompts' own tokens and the
// replies, put together for the whole workload. It neither samples nor schedules, so nothing can be much faster.
import { execFileSync } from 'node:child_process';

/** Prompts a second of a perfect engine. */
export function ceiling(binary, { path, gpu, threads, sequences }, { prompts, shared, own, generated }) {
  const context = shared + (own + generated) * sequences + 512;
  const args = ['-m', path, '-c', String(context * sequences), '-b', '512', '-ub', '512', '-t', String(threads)];
  args.push('-tb', String(threads), ...(gpu === 'off' ? ['-ngl', '0', '-fa', 'off'] : ['-ngl', '999']));
  const row = (prompt, replies, parallel) => {
    const more = ['-npp', prompt, '-ntg', replies, '-npl', parallel, '--output-format', 'jsonl'].map(String);
    const text = execFileSync(binary, [...args, ...more], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return JSON.parse(text.split('\n').find(line => line.startsWith('{')));
  };
  // The reply's tokens look back on the whole prompt; the own tokens of all slots make one batch.
  const prefix = row(shared, 1, 1).t_pp;
  const ownTokens = row(own, 1, sequences).t_pp;
  const replies = row(shared + own, generated, sequences).t_tg;
  const seconds = prefix + (prompts / sequences) * (ownTokens + replies);
  return { promptsPerSecond: prompts / seconds, prefixSeconds: prefix, ownSeconds: ownTokens, replySeconds: replies };
}
