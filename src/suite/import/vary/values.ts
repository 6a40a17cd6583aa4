// Who, where and in which environment a recorded conversation takes place, read from what its texts call so.

/** What people and programs write before a value. */
const label = (words: string) => `\\b(?:${words})\\b["'*_\`]*\\s*(?:is\\b|[:=])?\\s*["'*_\`]*`;
const word = '(?<value>[A-Za-z][\\w-]{1,30}(?:\\.[A-Za-z][\\w-]*)*)';
const ended = '(?=["\'*_`]*(?:$|[\\n.,;)}\\]@]| on | in | \\())';

const people: readonly RegExp[] = [
  new RegExp(
    `\\b(?:user ?name|user|operator|account|login|logged in as|on behalf of)\\b["'*_\`]*\\s*(?:is\\b|[:=])\\s*["'*_\`]*${word}${ended}`,
    'gim',
  ),
  new RegExp(`\\b(?:logged in as|on behalf of|you (?:help|assist|work for))\\s+${word}${ended}`, 'gim'),
  /(?<![\w/])\/(?:home|Users)\/(?<value>[A-Za-z][\w.-]*)/g,
  /(?<![\w.])(?<value>[a-z][\w-]*)@[\w-]+(?=[:\s]|$)(?!\.)/gm,
];
/** Words that stand where a name would, and are none. */
const nobody = new Set(
  'the a an not none null unknown user id name asking asks admin-only authenticated anonymous shared'.split(' '),
);

const named = 'production|prod|staging|stage|development|dev|testing|test|qa|uat|preprod';
const environments: readonly RegExp[] = [
  new RegExp(`\\b(?:environment|env)\\b["'*_\`]*\\s*(?:is\\b|[:=])\\s*["'*_\`]*${word}${ended}`, 'gim'),
  new RegExp(`\\benvironment\\s+(?<value>${named})\\b`, 'gi'),
  new RegExp(`\\b(?<value>${named})\\s+(?:environment|cluster|system|server|database)\\b`, 'gi'),
];

const absolute = '(?<value>/(?:[\\w.@+-]+/)*[\\w@+-][\\w.@+-]*)';
const directories: readonly RegExp[] = [
  new RegExp(
    `${label('cwd|pwd|(?:working|current|project) (?:directory|folder|root)|directory|folder|workspace')}${absolute}`,
    'gi',
  ),
  new RegExp(`\\bworking in\\s+["'\`]?${absolute}`, 'gi'),
];

/** The user a conversation is with: what its texts call so, those that come first before others. */
export const findUser = (texts: readonly string[]): string | undefined =>
  firstOf(texts, people, value => !nobody.has(value.toLowerCase()));

export const findEnvironment = (texts: readonly string[]): string | undefined => firstOf(texts, environments);

/** The working directory; where no text names it, the folder that most of the paths lie in. */
export function findDirectory(texts: readonly string[]): string | undefined {
  const labelled = firstOf(texts, directories);
  if (labelled !== undefined) return bare(labelled);
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [path] of text.matchAll(/(?<![\w:/.<-])\/(?:[\w.@+-]+\/)+[\w.@+-]+/g)) {
      const folder = bare(path).replace(/\/[^/]*\.[^/]*$/, '');
      if (folder !== '') counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  return [...counts].toSorted((a, b) => b[1] - a[1] || a[0].length - b[0].length)[0]?.[0];
}

/** A sentence's end is no part of a path. */
const bare = (path: string) => path.replace(/[.,]+$/, '').replace(/\/$/, '');

function firstOf(
  texts: readonly string[],
  patterns: readonly RegExp[],
  accepts: (value: string) => boolean = () => true,
): string | undefined {
  for (const text of texts) {
    for (const pattern of patterns) {
      const values = [...text.matchAll(pattern)].map(({ groups }) => groups?.value ?? '');
      const found = values.find(value => value !== '' && accepts(value));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
