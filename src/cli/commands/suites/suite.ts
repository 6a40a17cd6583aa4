import type { Command } from 'commander';
import type { Case } from '../../../records/suites/case.ts';
import { visible } from '../../../words/visible.ts';
import { messageLines } from '../../../words/messages.ts';
import { expectedText } from '../../../words/wording.ts';
import { makeCases } from '../../../suite/index.ts';
import { most } from '../../../records/limits.ts';
import { wholeNumber } from '../../options.ts';
import { print } from '../../output.ts';
import { openSuite } from '../../../app/compare/suites.ts';
import { addSuiteImport } from './suite-import.ts';

/** `turncoat suite check|preview|import`. */
export function addSuite(program: Command): void {
  const suite = program.command('suite').description('check, look at and import suites of cases');
  addSuiteImport(suite);
  suite
    .command('check')
    .description('check a suite; every mistake is named with file and line')
    .argument('<suite>', 'a .yaml file, or the name of a shipped suite')
    .action(async (name: string) => {
      const { suite: read } = openSuite(name);
      const told = read.scenarios.flatMap(({ expect }) => expect ?? []);
      const calls = told.filter(expect => 'call' in expect).length;
      const untold = read.scenarios.length - told.length;
      const facts = [
        `${read.scenarios.length} scenarios (${calls} expect a call${untold === 0 ? '' : `, ${untold} do not say what is right`})`,
        `${Object.keys(read.tools).length} tools`,
        `${Object.keys(read.factors).length} factors`,
      ];
      await print(`${read.name}: sound; ${facts.join(', ')}\n`);
    });
  suite
    .command('preview')
    .description('print cases as a model is shown them, before any chat template')
    .argument('<suite>', 'a .yaml file, or the name of a shipped suite')
    .option('-n, --cases <n>', 'number of cases', '3')
    .option('--seed <seed>', 'seed of the design', '1')
    .option('--json', 'print the cases as JSON lines')
    .action(async (name: string, options: { cases: string; seed: string; json?: boolean }) => {
      const count = wholeNumber('-n, --cases', options.cases, 1, most.cases);
      const cases = makeCases(openSuite(name).suite, options.seed, count);
      const text = cases.map(one => (options.json ? JSON.stringify(one) : caseText(one))).join('\n');
      await print(`${text}\n`);
    });
}

/** A case for people: levels, messages, tools, what is expected. */
export function caseText(one: Case): string {
  const levels = Object.entries(one.levels).map(([name, level]) => `${name}=${level}`);
  const tools = one.tools.map(({ function: { name } }) => `${name} (${one.severity[name]})`);
  return [
    `case ${one.id}  ${one.scenario}`,
    `  levels    ${levels.length === 0 ? 'none' : levels.join('  ')}`,
    `  tools     ${tools.join(', ')}`,
    `  expected  ${visible(expectedText(one.expect))}`,
    ...one.messages.flatMap(message =>
      messageLines(message).map((line, index) => `  ${(index === 0 ? message.role : '').padEnd(9)} ${line}`),
    ),
    '',
  ].join('\n');
}
