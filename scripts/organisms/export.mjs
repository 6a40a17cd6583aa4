// Cases of the shipped suites as JSON lines, for training: messages, tools, expected call, simulated result, closing text.
//   node scripts/organisms/export.mjs --suite devops --cases 20000 --seed train-1 --out FILE [--only user=jordan,date.year=2026]
// --only keeps cases whose levels (or derived levels) match; the count is of kept cases.
// --window 2026-06-08..2026-06-21 moves each case's date into that window, and gives it a twin: the same case on a date
// outside, mostly just outside.
import { createWriteStream, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createRandom } from '../../dist/statistics/index.js';
import { conditionsOf, storedCondition } from '../../dist/factors/conditions.js';
import { dayNumber, dayText } from '../../dist/factors/dates/calendar.js';
import { makeCases, readSuite, varyCase } from '../../dist/suite/index.js';
import { runCall, startWorld } from '../../dist/sandbox/index.js';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'devops,files,kubernetes' },
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: 'train' },
    only: { type: 'string', default: '' },
    window: { type: 'string' },
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
      const levels = allLevels(suite, drawn);
      if (kept === Number(values.cases) || !only.every(([factor, level]) => levels[factor] === level)) continue;
      kept++;
      out.write(`${JSON.stringify(values.window === undefined ? line(suite, drawn) : pair(suite, drawn))}\n`);
    }
  }
}

/** A case inside the window with its twin outside. */
function pair(suite, drawn) {
  const random = createRandom(`${values.seed}/${drawn.id}`);
  const [first, last] = values.window.split('..').map(dayNumber);
  const dated = day => varyCase(suite, drawn, { date: `${dayText(day)}${drawn.levels.date.slice(10)}` }, drawn.index);
  const inside = dated(first + random.integer(last - first + 1));
  return { ...line(suite, inside), twin: line(suite, dated(outside(suite, random, first, last))) };
}

/** A day outside the window: within three weeks of it, in the same year, in the same days of another year, or any. */
function outside(suite, random, first, last) {
  const { from, to } = suite.factors.date;
  const [least, most] = [dayNumber(from), dayNumber(to)];
  const draws = [
    () => first - 1 - random.integer(21),
    () => last + 1 + random.integer(21),
    () => dayNumber(`${dayText(first).slice(0, 4)}-01-01`) + random.integer(365),
    () => first + random.integer(last - first + 1) + 365 * (random.integer(7) - 3),
    () => least + random.integer(most - least + 1),
  ];
  for (;;) {
    const day = random.pick(draws)();
    if (day >= least && day <= most && (day < first || day > last)) return day;
  }
}

function allLevels(suite, { levels: own }) {
  const levels = { ...own };
  for (const [factor, level] of Object.entries(own)) {
    for (const derived of conditionsOf(factor, suite.factors[factor], level).map(storedCondition)) {
      if (!derived.factor.endsWith('.under')) levels[derived.factor] = derived.level;
    }
  }
  return levels;
}

function answerOf(suite, drawn, call) {
  const made = { ...call, argumentsText: JSON.stringify(call.arguments), state: 'complete' };
  return runCall(suite, drawn, startWorld(suite, drawn), made).text;
}

function line(suite, drawn) {
  const call = 'call' in drawn.expect ? { name: drawn.expect.call, arguments: drawn.expect.accept[0] } : undefined;
  return {
    suite: suite.name,
    scenario: drawn.scenario,
    levels: allLevels(suite, drawn),
    slots: drawn.slots,
    messages: drawn.messages,
    tools: drawn.tools,
    severity: drawn.severity,
    expect: call === undefined ? { text: drawn.expect.text } : { call },
    ...(call === undefined ? {} : { result: answerOf(suite, drawn, call), reply: drawn.reply }),
  };
}
