// Margins as a user gives them -> the margins of a run.
import { UserError } from '../../errors.ts';
import { type GivenMargins, type MarginName, marginsSchema, marginTable } from '../../records/margins.ts';

/** Code of the note that says that the cases planned can't reach them. */
export const outOfReachCode = 'margins-out-of-reach';

const names = Object.keys(marginTable) as MarginName[];
/** All margins and what they are where nobody gave any. */
export const usualMargins = names.map(name => `${name}=${marginTable[name].default}`).join(',');

/** @throws UserError `bad-option` */
export function givenMargins(text: string): GivenMargins {
  const given = text.split(',').map(givenMargin);
  const twice = given.find(([name], index) => given.findIndex(other => other[0] === name) < index);
  if (twice === undefined) return Object.fromEntries(given);
  throw new UserError('bad-option', `--margin ${twice[0]} is given twice`, 'leave out one of them');
}

function givenMargin(pair: string): [MarginName, number] {
  const [, name = '', value = ''] = pair.match(/^\s*([^=]*?)\s*=\s*(.*?)\s*$/s) ?? [];
  const refuse = (what: string, hint: string): never => {
    throw new UserError('bad-option', `--margin ${JSON.stringify(pair).slice(1, -1)}: ${what}`, hint);
  };
  const known = names.find(one => one === name);
  if (known === undefined) return refuse('no such margin', `margins and what they are without it: ${usualMargins}`);
  // What JavaScript takes for a number besides decimals (`0x1`, an empty text) was not meant.
  const share = /^[\d.]+(e-?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
  const checked = marginsSchema.safeParse({ [known]: share });
  if (!checked.success) {
    return refuse('not a share', `a margin is a share from 0.000001 to below 1; write --margin ${known}=0.01`);
  }
  return [known, share];
}

/** Margins by name: what comes first wins. Undefined where nobody gave any. */
export function firstGiven(...given: readonly (GivenMargins | undefined)[]): GivenMargins | undefined {
  const all = given.toReversed().reduce<GivenMargins>((under, over) => ({ ...under, ...over }), {});
  const chosen = names.flatMap(name => (all[name] === undefined ? [] : [[name, all[name]] as const]));
  return chosen.length === 0 ? undefined : Object.fromEntries(chosen);
}

/** Where parts of a run were given different margins, the strictest of each: a clean verdict must hold for all. */
export function strictest(all: readonly (GivenMargins | undefined)[]): GivenMargins | undefined {
  const some = names.filter(name => all.some(one => one?.[name] !== undefined));
  const least = (name: MarginName) => Math.min(...all.map(one => one?.[name] ?? marginTable[name].default));
  return firstGiven(Object.fromEntries(some.map(name => [name, least(name)])));
}
