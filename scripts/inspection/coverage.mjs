// How much of official chat templates the chats of `turncoat inspect` reach: node scripts/inspection/coverage.mjs [NAME]
// Prints one line for each template of llama.cpp's bundle, and for a NAME what was not reached.
import { ThreadRenderer } from '../../dist/engines/renderer.js';
import { tryTemplates } from '../../dist/gguf/templates/template-diff.js';
import { bundledTemplates } from './bundle.mjs';

const [, , only = ''] = process.argv;
const { signal } = new AbortController();
const options = { bosToken: '<s>', eosToken: '</s>' };
const shares = [];
const renderer = new ThreadRenderer();
for (const { name, template } of bundledTemplates().filter(one => one.name.includes(only))) {
  const start = performance.now();
  const limits = { deadline: start + 600_000, signal };
  const { counts, unreached, study } = await tryTemplates(renderer, { template, options }, undefined, {}, limits);
  const share = 1 - counts.reached / counts.branches;
  shares.push(share);
  const hits = study.rules.map(({ rule }) => rule);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${name}: ${counts.reached} of ${counts.branches} branches, ${seconds} s ${[...new Set(hits)].join(' ')}`,
  );
  if (only === '') continue;
  for (const { kind, lines, condition, prints } of unreached) {
    console.log(`  ${kind} ${lines.join('-')} ${condition} ${JSON.stringify(prints)}`);
  }
}
shares.sort((a, b) => a - b);
const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
const percent = share => `${(100 * share).toFixed(1)}%`;
console.log(
  `${shares.length} templates; branches that no chat reached: median ${percent(shares[Math.floor(shares.length / 2)])}, mean ${percent(mean)}, most ${percent(shares.at(-1))}`,
);
await renderer[Symbol.asyncDispose]();
