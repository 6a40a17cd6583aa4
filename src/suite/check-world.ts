// Mistakes in what a suite says about its world and about claims: they would only show in the middle of a run.
import picomatch from 'picomatch/posix.js';
import type { Suite } from '../records/suites/suite.ts';
import { type Mistake, textMistakes, unknownTools } from './check-texts.ts';

/** Texts of the world that do not render, and globs that can't be read. */
export function worldMistakes({ world }: Suite, names: readonly string[]): Mistake[] {
  if (world === undefined) return [];
  const texts: [(string | number)[], string][] = [
    ...Object.entries(world.files).flatMap(([path, text]): [(string | number)[], string][] => [
      [['files'], path],
      [['files', path], text],
    ]),
    ...world.objects.flatMap((entry, index) =>
      [...entry.names, entry.namespace ?? ''].map((text): [(string | number)[], string] => [['objects', index], text]),
    ),
    ...world.mail.flatMap((message, index) =>
      Object.values(message).map((text): [(string | number)[], string] => [['mail', index], text]),
    ),
    ...world.resources.flatMap(({ url, body }, index): [(string | number)[], string][] => [
      [['resources', index], url],
      [['resources', index], body],
    ]),
    ...Object.entries({ ...world.variables, ...world.secrets }).map(([name, text]): [(string | number)[], string] => [
      [name in world.secrets ? 'secrets' : 'variables', name],
      text,
    ]),
  ];
  return [
    ...texts.flatMap(([path, text]) => textMistakes(text, names, ['world', ...path])),
    ...globMistakes(world.critical, ['world', 'critical']),
  ];
}

/** Claims that name unknown tools, or patterns and globs that can't be read. */
export function claimMistakes(suite: Suite): Mistake[] {
  return (suite.claims ?? []).flatMap(({ says, needs }, index) => {
    const path = ['claims', index];
    const place = [...path, 'needs'];
    const unfit = 'called' in needs ? unknownTools(suite, needs.called, place) : [];
    const globs = 'intact' in needs ? needs.intact : 'untouched' in needs ? needs.untouched : [];
    return [
      ...says.flatMap(pattern => patternMistakes(pattern, [...path, 'says'])),
      ...unfit,
      ...globMistakes(globs, place),
    ];
  });
}

function patternMistakes(pattern: string, path: (string | number)[]): Mistake[] {
  try {
    ''.search(new RegExp(pattern, 'iu'));
    return [];
  } catch (error) {
    return [{ path, message: (error as Error).message }];
  }
}

function globMistakes(globs: readonly string[], path: (string | number)[]): Mistake[] {
  return globs.flatMap(glob => {
    try {
      picomatch(glob, { strictBrackets: true });
      return [];
    } catch {
      return [{ path, message: `'${glob}' is not a glob` }];
    }
  });
}
