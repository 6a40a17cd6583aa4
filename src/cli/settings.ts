// The options of a command that are settings, from the one table of them, and their values, checked.
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { givenMargins, usualMargins } from '../app/compare/margins.ts';
import {
  type GivenSettings,
  type Place,
  type SettingName,
  type Settings,
  settingNames,
  settingOf,
  usualSettings,
} from '../records/settings.ts';
import { readAllowance } from './allowances.ts';
import { number, repeated, templateArgument, wholeNumber } from './options.ts';

/** Reads an option's text; `before` is what the same option said earlier on the command line. */
type Reader = (text: string, before: unknown) => unknown;

/** An option that may be repeated, but says each thing once: of two that disagree nobody knows which was meant. */
const joined = (option: string, read: (text: string) => object): Reader => {
  return (text, before = {}) => {
    const more = read(text);
    const twice = Object.keys(more).find(name => Object.hasOwn(before as object, name));
    if (twice === undefined) return { ...(before as object), ...more };
    throw new UserError('bad-option', `${option} ${twice} is given twice`, 'leave out one of them');
  };
};

/** Settings whose values are more than a number, a word or a switch. */
const readers: Partial<Record<SettingName, Reader>> = {
  margins: joined('--margin', givenMargins),
  allow: joined('--allow', readAllowance),
  templateArguments: joined('--template-arg', text => Object.fromEntries([templateArgument(text)])),
};

/** What a setting is where nobody says, in the words of the help. */
const usualWords: Partial<Record<SettingName, string>> = { margins: usualMargins };

function readerOf(name: SettingName, flag: string): Reader {
  const own = readers[name];
  if (own !== undefined) return own;
  const { schema } = settingOf(name);
  if (!(schema instanceof z.ZodNumber)) return text => checkedText(schema, flag, text);
  const { minValue, maxValue, isInt } = schema;
  const option = flag.split(' ')[0] as string;
  const [least, most] = [minValue ?? -Infinity, maxValue ?? Infinity];
  return text => {
    const value = (isInt ? wholeNumber : number)(option, text, least, most);
    if (schema.safeParse(value).success) return value;
    // A bound that is not within.
    const range = value === least ? `above ${least}` : `below ${most}`;
    throw new UserError('bad-option', `${option} ${text}: not a number ${range}`, `give ${option} a number ${range}`);
  };
}

/** A text within its schema's bounds, such as numbers of devices. */
function checkedText(schema: z.ZodType, flag: string, text: string): string {
  const { error } = schema.safeParse(text);
  const option = flag.split(' ')[0] as string;
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return text;
  throw new UserError('bad-option', `${option} ${text}: not ${issue.message}`, `give ${option} ${issue.message}`);
}

function optionOf(name: SettingName): Option | undefined {
  const { flag, help, schema, usual } = settingOf(name);
  if (flag === undefined) return undefined;
  const words = usualWords[name];
  const option = new Option(flag, words === undefined ? help : `${help}: ${words}`);
  if (schema instanceof z.ZodBoolean) return option;
  if (schema instanceof z.ZodEnum) option.choices(schema.options.map(String));
  else option.argParser(readerOf(name, flag));
  if (readers[name] !== undefined) repeated(option);
  // A default of several parts is empty, and would be taken for something that was said before.
  return typeof usual === 'object' || usual === undefined ? option : option.default(usual);
}

/**
 * Adds the settings that a command takes to its options.
 * @param without those that the command's name says
 */
export function addSettings(command: Command, place: Place, without: readonly SettingName[] = []): Command {
  for (const name of settingNames(place)) {
    const option = without.includes(name) ? undefined : optionOf(name);
    if (option !== undefined) command.addOption(option);
  }
  return command;
}

/**
 * Refuses a setting beside those that it decides, where both were given.
 * @throws UserError `bad-option`
 */
export function refuseBoth(command: Command, name: string, decided: readonly string[]): void {
  const given = (one: string) => command.getOptionValueSource(one) === 'cli';
  const both = given(name) ? decided.find(given) : undefined;
  if (both === undefined) return;
  const flag = (one: string) => command.options.find(option => option.attributeName() === one)?.long ?? one;
  throw new UserError('bad-option', `${flag(name)} and ${flag(both)} are both given`, 'leave out one of them');
}

/** The settings that a command was given, with what is usual. */
export function settingsOf<P extends Place>(place: P, flags: object): Settings<P> {
  const values = flags as Readonly<Record<string, unknown>>;
  const given = settingNames(place).flatMap(name => {
    const attribute = optionOf(name)?.attributeName();
    const value = attribute === undefined ? undefined : values[attribute];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...usualSettings(place), ...(Object.fromEntries(given) as GivenSettings<P>) };
}
