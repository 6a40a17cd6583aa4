// Options that several commands share, and values of options, checked.
import { type Command, Option } from 'commander';
import { UserError } from '../errors.ts';
import { ownVariables } from '../records/settings/own-variables.ts';
import type { ShardPlace } from '../observe/shard.ts';

/** Folder that runs are stored in unless --out says otherwise. */
export const defaultOut = 'turncoat-runs';

/** `--store URL`, for every command that opens runs. */
export const storeOption = (): Option =>
  new Option('--store <url>', 'PostgreSQL database of the runs, instead of a folder: postgres://user@host/database');

/** Options whose values are put together, so that they may be given more than once. */
const repeatable = new WeakSet<Option>();

/** An option that may be given more than once. */
export function repeated(option: Option): Option {
  repeatable.add(option);
  return option;
}

/**
 * Has a command and those below it refuse an option that says one thing and is given twice, or both ways: of two that
 * disagree nobody knows which was meant, and commander takes the last. A switch given twice disagrees with nothing.
 */
export function refuseTwice(command: Command): void {
  const given = new Map<string, Option>();
  for (const option of command.options.filter(one => !one.variadic && !repeatable.has(one))) {
    command.on(`option:${option.name()}`, () => {
      const name = option.attributeName();
      const before = given.get(name);
      given.set(name, option);
      const flag = option.long ?? option.flags;
      const isSwitch = !option.required && !option.optional;
      if (before === undefined || (before === option && isSwitch)) return;
      const twice = before === option ? `${flag} is given twice` : `${before.long} and ${flag} are both given`;
      throw new UserError('bad-option', twice, 'leave out one of them');
    });
  }
  for (const sub of command.commands) refuseTwice(sub);
}

/** `--top N`, for every command that prints a comparison. */
export const topOption = (): Option =>
  new Option('--top <n>', 'findings shown').default(20).argParser(text => wholeNumber('--top', text, 0));

/** @throws UserError `bad-option` */
export function wholeNumber(option: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most) {
    const range = `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`;
    throw new UserError('bad-option', `${option} ${text}: not ${range}`, `give ${option} ${range}`);
  }
  return value;
}

/** @throws UserError `bad-option` */
export function number(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new UserError(
      'bad-option',
      `${option} ${text}: not a number from ${least} to ${most}`,
      `give ${option} a number from ${least} to ${most}`,
    );
  }
  return value;
}

/** A name for reports: one line that is not empty, nor longer than a line. */
export function shownName(text: string): string {
  if (text.trim() !== '' && text.length <= 120 && !/[\r\n]/.test(text)) return text;
  throw new UserError('bad-option', 'a model’s name is one line of 1 to 120 characters', 'write --name night-shift-v3');
}

/** `2/4` -> the second of four parts. */
export function shardPlace(text: string): ShardPlace {
  const [, index, of] = text.match(/^(\d{1,6})\/(\d{1,6})$/) ?? [];
  const place = { index: Number(index), of: Number(of) };
  if (place.index >= 1 && place.index <= place.of) return place;
  throw new UserError(
    'bad-option',
    `--shard ${text}: not i/n with 1 <= i <= n`,
    'write --shard 2/4 for the second of 4',
  );
}

/** `enable_thinking=false` -> a JSON value where it is one, else text. */
export function templateArgument(pair: string): [string, unknown] {
  const at = pair.indexOf('=');
  if (at < 1)
    throw new UserError(
      'bad-option',
      `--template-arg ${pair}: no name=value`,
      'write --template-arg enable_thinking=false',
    );
  const [name, text] = [pair.slice(0, at), pair.slice(at + 1)];
  if (ownVariables.includes(name)) {
    const hint = 'a case says what it is; dates come from a date factor of the suite';
    throw new UserError('bad-option', `--template-arg ${name}: turncoat sets this itself, as llama.cpp does`, hint);
  }
  try {
    return [name, JSON.parse(text)];
  } catch {
    return [name, text];
  }
}
