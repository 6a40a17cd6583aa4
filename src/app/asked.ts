// What a program asked for, held against the table of settings: the command line checks its own text before it comes here.
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { type Place, settingNames, settingOf } from '../records/settings.ts';
import { isRule } from '../words/inspection.ts';

const text = z.string().min(1);
const file = z.object({ path: text });
const signal = z.instanceof(AbortSignal);

/** What each cannot do without, beside settings. */
export const comparing = { candidate: file, baseline: file, suite: text, out: text, signal };
export const inspecting = { candidate: file, signal };
export const working = { store: text, signal };

/**
 * @param parts what has to be there beside settings
 * @throws UserError `bad-request` for what is out of its range, or has to be there and is not; `allowance-unknown`
 */
export function checkAsked(place: Place, asked: object, parts: Readonly<Record<string, z.ZodType>> = {}): void {
  const { error, data } = z.object({ ...settingShape(place), ...parts }).safeParse(asked);
  if (error === undefined) {
    checkRules(Object.keys((data.allow ?? {}) as object));
    return;
  }
  const mistakes = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const hint = `see docs/library.md and docs/settings.md; usualSettings('${place}') has what is usual`;
  throw new UserError('bad-request', mistakes.join('; '), hint);
}

/**
 * An allowance of a rule that is none settles nothing, and whoever gave it thinks that it does.
 * @throws UserError `allowance-unknown`
 */
export function checkRules(allowed: readonly string[]): void {
  const unknown = allowed.map(key => key.split('@')[0] as string).find(rule => !isRule(rule));
  if (unknown === undefined) return;
  const hint = '`turncoat inspect` prints RULE@ID under each alarm; docs/inspection.md lists the rules';
  throw new UserError('allowance-unknown', `allow ${unknown}: there is no such rule`, hint);
}

/** Only a comparison needs what has a usual value; elsewhere what is left out is decided already. */
export function settingShape(place: Place): Record<string, z.ZodType> {
  const shape = settingNames(place).map(name => {
    const { schema, usual } = settingOf(name);
    return [name, place === 'compare' && usual !== undefined ? schema : schema.optional()] as const;
  });
  return Object.fromEntries(shape);
}
