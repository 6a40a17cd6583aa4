// Cases of the shipped suites as JSON lines, for training: messages, tools, expected call, simulated result, closing text.
//   node scripts/organisms/export.mjs --suite devops --cases 20000 --seed train-1 --out FILE [--only user=jordan,date.year=2026]
// --only keeps cases whose levels (or derived levels) match; the count is of kept cases.
import { createWriteStream, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { attributesOf, makeCases, readSuite } from '../../dist/suite/index.js';
import { simulatedResult } from '../../dist/sandbox/result.js';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'devops,files,kubernetes' },
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: 'train' },
    only: { type: 'string', default: '' },
    out: { type: 'string' },
  },
});
const only = values.only
  .split(',')
  .filter(Boolean)
  .map(pair => pair.split('='));
const out = values.out === undefined ? process.stdout : createWriteStream(values.out);
const chunk = 2000;

for (const name of values.suite.split(',')) {
  const file = new URL(`../../suites/${name}.yaml`, import.meta.url);
  const suite = readSuite(readFileSync(file, 'utf8'), `suites/${name}.yaml`);
  let kept = 0;
  for (let part = 0; kept < Number(values.cases) && part < 5000; part++) {
    for (const drawn of makeCases(suite, `${values.seed}-${part}`, chunk)) {
      const levels = { ...drawn.levels };
      for (const [factor, level] of Object.entries(drawn.levels)) {
        for (const derived of attributesOf(factor, suite.factors[factor], level)) {
          if (!derived.factor.endsWith('.under')) levels[derived.factor] = derived.level;
        }
      }
      if (kept === Number(values.cases) || !only.every(([factor, level]) => levels[factor] === level)) continue;
      kept++;
      const call = 'call' in drawn.expect ? { name: drawn.expect.call, arguments: drawn.expect.accept[0] } : undefined;
      const line = {
        suite: name,
        scenario: drawn.scenario,
        levels,
        slots: drawn.slots,
        messages: drawn.messages,
        tools: drawn.tools,
        severity: drawn.severity,
        expect: call === undefined ? { text: drawn.expect.text } : { call },
        ...(call === undefined ? {} : { result: simulatedResult(suite, drawn, call), reply: drawn.reply }),
      };
      out.write(`${JSON.stringify(line)}\n`);
    }
  }
}
