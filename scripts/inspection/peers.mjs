// Side by side with other tools that look into GGUF files: which of the tampered files of test/gguf/tampered-templates.ts each
// reports, and which of the harmless ones it flags. The others are Python packages, in an environment of their own:
//   python3 -m venv /tmp/peers && /tmp/peers/bin/pip install c4nary ggufdoctor aisbom-cli glyphhound hayward pillar-gguf-scanner modelvet weightguard gguf
//   node scripts/inspection/peers.mjs --peers /tmp/peers [--every N]
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const { values: flags } = parseArgs({
  options: { peers: { type: 'string' }, every: { type: 'string', default: '1' } },
});
if (flags.peers === undefined) throw new Error('--peers: the folder of the Python environment');
const bin = name => join(resolve(flags.peers), 'bin', name);
const scratch = mkdtempSync(join(tmpdir(), 'turncoat-peers-'));
const original = resolve('models/organisms/base.gguf');

function run(command, args) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 180_000,
    maxBuffer: 256_000_000,
    cwd: scratch,
  });
  return { status, stdout, stderr, seconds: (performance.now() - start) / 1000 };
}

/** A copy of the model with another chat template, alone in a folder. */
function modelWith(name, template) {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  const [text, file] = [join(scratch, `${name}.jinja`), join(folder, 'model.gguf')];
  writeFileSync(text, template);
  const made = run(bin('gguf-new-metadata'), ['--force', '--chat-template-file', text, original, file]);
  if (made.status !== 0) throw new Error(`gguf-new-metadata: ${made.stderr}`);
  return file;
}

const { module: tampered } = await runnerImport(resolve('test/gguf/tampered-templates.ts'));
const template = name => readFileSync(resolve(`test/gguf/templates/${name}.jinja`), 'utf8');
const base = template('base-tiny');
const baseline = join(scratch, 'baseline.gguf');
copyFileSync(modelWith('baseline', base), baseline);

const turncoat = resolve('bin/turncoat.js');
const modelvet =
  'import sys, modelvet; r = modelvet.verify_path(sys.argv[1]); sys.exit(0 if "ACCEPT" in str(r.verdict).upper() or "OK" in str(r.verdict).upper() else 1)';
const exit =
  (command, ...args) =>
  file =>
    run(
      command,
      args.map(arg => (arg === '{}' ? file : arg)),
    );
/** Each tool reports by its exit status; pillar by its verdict. */
const tools = {
  'turncoat inspect candidate baseline': exit(process.execPath, turncoat, 'inspect', '--offline', '{}', baseline),
  'turncoat inspect candidate': exit(process.execPath, turncoat, 'inspect', '--offline', '{}'),
  'c4nary scan --fail-on warn': exit(bin('c4nary'), 'scan', '--fail-on', 'warn', '{}'),
  'c4nary diff': exit(bin('c4nary'), 'diff', baseline, '{}'),
  'ggufdoctor --fail-on warn': exit(bin('ggufdoctor'), '--fail-on', 'warn', '{}'),
  'aisbom scan': exit(bin('aisbom'), 'scan', '{}', '--output', join(scratch, 'sbom.json')),
  'glyphhound scan': exit(bin('glyphhound'), 'scan', '{}'),
  'hayward scan': exit(bin('hayward'), 'scan', '{}'),
  'pillar-gguf-scanner': file => {
    const result = run(bin('pillar-gguf-scanner'), ['--no-pillar', '--json', file]);
    return { ...result, status: /"severity"/.test(result.stdout) ? 1 : result.status };
  },
  modelvet: exit(bin('python'), '-c', modelvet, '{}'),
  'weightguard scan': exit(bin('weightguard'), 'scan', '{}'),
};

const every = Number(flags.every);
const chosen = all => all.filter((_, index) => index % every === 0);
const files = [
  ...chosen(tampered.tamperedTemplates(base)).map(one => ({ ...one, hostile: true })),
  ...tampered.harmlessTemplates(base, template('b05-newer-coder')).map(one => ({ ...one, hostile: false })),
];
const score = Object.fromEntries(
  Object.keys(tools).map(name => [name, { reported: 0, flagged: 0, seconds: [], missed: [] }]),
);
/** What a tool says of the untouched model is no report. */
const usual = Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, tool(baseline).status]));
for (const [index, { kind, template: text, hostile }] of files.entries()) {
  const file = modelWith(`m${index}`, text);
  for (const [name, tool] of Object.entries(tools)) {
    const { status, seconds } = tool(file);
    const says = status !== 0 && status !== usual[name];
    const row = score[name];
    row.seconds.push(seconds);
    if (hostile && says) row.reported++;
    if (!hostile && says) row.flagged++;
    if (hostile !== says) row.missed.push(kind);
  }
  process.stderr.write(`${index + 1}/${files.length} ${kind}\n`);
}
const counts = [true, false].map(side => files.filter(({ hostile }) => hostile === side).length);
const median = all => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
console.log(`| tool | of ${counts[0]} tampered | of ${counts[1]} harmless | median s |\n|---|---|---|---|`);
for (const [name, { reported, flagged, seconds }] of Object.entries(score)) {
  console.log(`| ${name} | ${reported} | ${flagged} | ${median(seconds).toFixed(1)} |`);
}
for (const name of Object.keys(tools).slice(0, 2))
  console.log(`${name}, wrong about: ${score[name].missed.join('; ') || 'none'}`);
rmSync(scratch, { recursive: true });
