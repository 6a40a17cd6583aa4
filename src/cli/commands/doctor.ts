import type { Command } from 'commander';
import type { Check, CheckState } from '../../app/doctor/check.ts';
import { examine } from '../../app/doctor/doctor.ts';
import { hanging } from '../../words/columns.ts';
import type { CommandContext } from '../main.ts';
import { coloursFor, print, printJson, widthOf } from '../output.ts';

/** `turncoat doctor`. */
export function addDoctor(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('check what comparisons need of this machine, and say what to do where something is missing')
    .option('--offline', 'ask nothing of the network')
    .option('--json', 'print the checks as JSON')
    .addHelpText(
      'after',
      '\nStarts llama.cpp without a model, and changes nothing. A note is what works with less than there could be.' +
        '\nExit codes: 0 no fault, 1 a fault, 2 usage or environment, 70 a bug, 130 interrupted.',
    )
    .action(async (flags: { json?: boolean; offline?: boolean }) => {
      const checks = await examine({ offline: flags.offline === true }, context.signal);
      const faults = checks.filter(({ state }) => state === 'fault').length;
      if (flags.json) await printJson({ schemaVersion: 1, faults, checks });
      else await print(`${[...checks.flatMap(linesOf), '', summary(checks)].join('\n')}\n`);
      context.exit(faults === 0 ? 0 : 1);
    });
}

const marks: Readonly<Record<CheckState, string>> = { ok: 'ok   ', note: 'note ', fault: 'fault' };

function linesOf({ name, state, says, hint }: Check): string[] {
  const { green, yellow, red, dim, bold } = coloursFor(process.stdout);
  const colour = { ok: green, note: yellow, fault: red }[state];
  const first = `${marks[state]}  ${name.padEnd(widest)}  `;
  const [head = '', ...rest] = hanging(first, says, widthOf(process.stdout));
  const lines = [head.replace(marks[state], colour(marks[state])), ...rest];
  if (hint === undefined || state === 'ok') return lines;
  const margin = ' '.repeat(first.length);
  const hints = hanging(`${margin}hint: `, hint, widthOf(process.stdout));
  return [...lines, ...hints.map(state === 'fault' ? bold : dim)];
}

/** Of the names; a longer one moves its own line alone. */
const widest = 18;

function summary(checks: readonly Check[]): string {
  const count = (state: CheckState) => checks.filter(one => one.state === state).length;
  const [faults, notes] = [count('fault'), count('note')];
  const many = (amount: number, word: string) => `${amount} ${word}${amount === 1 ? '' : 's'}`;
  if (faults > 0) return `${many(faults, 'fault')}, ${many(notes, 'note')}`;
  return notes === 0 ? 'nothing is missing' : `no fault, ${many(notes, 'note')}`;
}
