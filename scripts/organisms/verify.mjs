// The trainer's prompts and tokens against @huggingface/jinja and llama.cpp: bytes and ids must be equal.
//   node scripts/organisms/verify.mjs MODEL.gguf CASES.jsonl [N] [PROMPTS.py ARGUMENT…]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startLlama, templateOf } from './runner.mjs';

const ours = fileURLToPath(new URL('./prompts.py', import.meta.url));
const [file, cases, count = '200', script = ours, ...more] = process.argv.slice(2);
const python = process.env.PYTHON ?? '/usr/bin/python3';
const printed = execFileSync(python, [script, cases, count, ...more], { encoding: 'utf8', maxBuffer: 1 << 28 });
const expected = printed
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));

const llama = await startLlama();
const model = await llama.loadModel({ modelPath: file });
const render = templateOf(model);
let texts = 0;
let tokens = 0;
for (const { messages, tools, prompt, ids } of expected) {
  const rendered = render(messages, tools);
  if (rendered === prompt) texts++;
  if (model.tokenize(rendered, true).join() === ids.join()) tokens++;
}
console.log(`prompts equal ${texts}/${expected.length}, tokens equal ${tokens}/${expected.length}`);
await llama.dispose();
process.exitCode = texts === expected.length && tokens === expected.length ? 0 : 1;
