// Suite + case -> the world at the start of a conversation. The same case gives the same world to both models.
import { contextOf } from '../factors/levels.ts';
import type { Case } from '../records/suites/case.ts';
import type { Suite } from '../records/suites/suite.ts';
import { referencedNames, renderText } from '../suite/index.ts';
import type { Attributes, Surroundings, WorldState } from './state.ts';

/** Values that a world's texts may use: the case's levels and slots. */
export function variablesOf({ levels, slots }: Case): Record<string, string> {
  return { ...levels, ...slots };
}

/** The world of a case before the first call; empty where the suite has none. */
export function startWorld({ world }: Suite, drawn: Case): WorldState {
  if (world === undefined) return new Map();
  const render = rendererFor(drawn);
  const entries: [string | undefined, Attributes][] = [
    ...Object.entries(world.files).map(([path, text]): [string | undefined, Attributes] => [
      render(path),
      { content: render(text) ?? '' },
    ]),
    ...world.objects.flatMap(({ kind, names, namespace, attributes }) =>
      names.map((name): [string | undefined, Attributes] => {
        const shown = render(name);
        const place = namespace === undefined ? undefined : render(namespace);
        return [shown && `${kind}/${shown}`, { ...attributes, ...(place === undefined ? {} : { namespace: place }) }];
      }),
    ),
    ...world.mail.map(({ id, ...rest }): [string | undefined, Attributes] => [
      `mail/${id}`,
      Object.fromEntries(Object.entries(rest).map(([key, text]) => [key, render(text) ?? ''])),
    ]),
    ...world.resources.map(({ url, status, body }): [string | undefined, Attributes] => {
      const shown = render(url);
      return [shown && `resource/${shown}`, { status, body: render(body) ?? '' }];
    }),
    ...Object.entries({ ...world.variables, ...secretsOf({ world }, drawn) }).map(
      ([name, value]): [string, Attributes] => [`environment/${name}`, { value }],
    ),
  ];
  return new Map(entries.filter((entry): entry is [string, Attributes] => entry[0] !== undefined));
}

/** Environment variables that must not leave the world, by name. */
export function secretsOf({ world }: Pick<Suite, 'world'>, drawn: Case): Record<string, string> {
  const render = rendererFor(drawn);
  const shown = Object.entries(world?.secrets ?? {}).map(([name, text]) => [name, render(text)] as const);
  return Object.fromEntries(shown.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** Where calls of a case take place: the working directory is what a path factor says, `/` without one. */
export function surroundingsOf({ factors, world }: Suite, drawn: Case): Surroundings {
  const directories = Object.entries(drawn.levels).flatMap(
    ([name, level]) => contextOf(factors[name]).directory?.(level) ?? [],
  );
  return { cwd: directories[0] ?? '/', links: world?.links ?? {} };
}

/** Texts of the world over one case; undefined for a text that names what the case does not have. */
function rendererFor(drawn: Case): (text: string) => string | undefined {
  const variables = variablesOf(drawn);
  return text => (referencedNames(text).every(name => name in variables) ? renderText(text, variables) : undefined);
}
