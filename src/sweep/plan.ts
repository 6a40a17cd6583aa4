// A sweep file -> the pairs it asks for, in the order that uses a machine best. No model is touched.
import { readDocument } from '../suite/document.ts';
import { shortName } from '../records/adapted.ts';
import { type GivenSettings, type Settings, settingsIn, usualSettings } from '../records/settings.ts';
import { sweepFileSchema, type SweepFile, type SweepOverride } from '../records/sweeps/sweep.ts';

type PairSettings = Settings<'sweep-file'>;

/** One comparison of a sweep. */
export interface Pair extends PairSettings {
  /** `candidate baseline suite seed`, as the file names them; unique within the sweep. */
  readonly name: string;
  readonly candidate: NamedModel;
  readonly baseline: NamedModel;
  readonly suite: string;
  readonly seed: string;
}

interface NamedModel {
  readonly name: string;
  readonly reference: string;
  /** A chat template in the place of its own. */
  readonly templateFile?: string | undefined;
  /** The name, where it was given: reports show it. */
  readonly shownAs?: string | undefined;
}

const kind = {
  code: 'bad-sweep',
  hint: 'the format is described in docs/sweeps.md and in docs/sweep.schema.json',
  root: 'sweep',
};

/**
 * Reads a sweep file.
 * @param file name used in messages
 * @throws UserError `bad-sweep` naming file, line and what was expected
 */
export function readSweep(text: string, file: string): SweepFile {
  const document = readDocument(text, file, sweepFileSchema, kind);
  const { data } = document;
  for (const list of ['candidates', 'baselines'] as const) {
    const names = data[list].map(modelName);
    const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (twice >= 0)
      document.refuse([list, twice], `the model ${names[twice]} is listed twice; give one of them a name of its own`);
  }
  data.overrides.forEach((override, index) => {
    if (!allPairs(data).some(pair => applies(override, pair)))
      document.refuse(['overrides', index], 'no pair matches; the names are those of candidates, baselines and suites');
  });
  return data;
}

/** All pairs of a sweep in the order they should run: see {@link inOrder}. */
export function pairsOf(sweep: SweepFile): Pair[] {
  const pairs = allPairs(sweep).flatMap(pair => {
    const overrides = sweep.overrides.filter(override => applies(override, pair));
    if (overrides.some(({ skip }) => skip === true)) return [];
    return [overrides.reduce<Pair>(withSettings, pair)];
  });
  return inOrder(pairs);
}

type ModelEntry = SweepFile['candidates'][number];

function allPairs({ candidates, baselines, suites, seeds, defaults }: SweepFile): Pair[] {
  return baselines.flatMap(baseline =>
    suites.flatMap(suiteEntry =>
      candidates.flatMap(candidate =>
        seeds.map(seed => {
          const suite = typeof suiteEntry === 'string' ? suiteEntry : suiteEntry.suite;
          const models = { candidate: namedModel(candidate), baseline: namedModel(baseline) };
          return {
            ...[defaults, baseline, suiteEntry, candidate].reduce<PairSettings>(
              withSettings,
              usualSettings('sweep-file'),
            ),
            ...models,
            suite,
            seed,
            name: `${models.candidate.name} ${models.baseline.name} ${suite} ${seed}`,
          };
        }),
      ),
    ),
  );
}

/**
 * Higher priorities first. Within one, pairs that share a baseline and settings follow each other, so that a baseline is
 * loaded once and its observations are shared, and a candidate stays loaded over its suites and seeds.
 */
function inOrder(pairs: readonly Pair[]): Pair[] {
  const firstSeen = new Map<string, number>();
  const place = (key: string) => {
    if (!firstSeen.has(key)) firstSeen.set(key, firstSeen.size);
    return firstSeen.get(key) as number;
  };
  return pairs
    .map(pair => ({ pair, baseline: place(`b ${pair.baseline.name}`), candidate: place(`c ${pair.candidate.name}`) }))
    .toSorted((a, b) => b.pair.priority - a.pair.priority || a.baseline - b.baseline || a.candidate - b.candidate)
    .map(({ pair }) => pair);
}

function namedModel(entry: ModelEntry): NamedModel {
  const name = modelName(entry);
  if (typeof entry === 'string') return { name, reference: entry };
  const { model: reference, templateFile, name: shownAs } = entry;
  return {
    name,
    reference,
    ...(templateFile !== undefined && { templateFile }),
    ...(shownAs !== undefined && { shownAs }),
  };
}

/** The name given, else the last parts of the reference: `hf:user/repo:Q4_K_M` -> `repo:Q4_K_M`, `a/b.gguf+c/d.gguf` -> `b+d`. */
function modelName(entry: ModelEntry): string {
  if (typeof entry !== 'string' && entry.name !== undefined) return entry.name;
  return shortName(typeof entry === 'string' ? entry : entry.model);
}

/** The same with an entry's settings over it; margins and allowances one by one. */
function withSettings<T extends PairSettings>(under: T, entry: string | GivenSettings<'sweep-file'>): T {
  const over = typeof entry === 'string' ? {} : settingsIn('sweep-file', entry);
  return {
    ...under,
    ...over,
    margins: { ...under.margins, ...over.margins },
    allow: { ...under.allow, ...over.allow },
  };
}

function applies({ candidate, baseline, suite, seed }: SweepOverride, pair: Pair): boolean {
  return (
    matches(candidate, pair.candidate.name, pair.candidate.reference) &&
    matches(baseline, pair.baseline.name, pair.baseline.reference) &&
    matches(suite, pair.suite) &&
    matches(seed, pair.seed)
  );
}

/** `*` stands for any text; absent matches everything. */
function matches(pattern: string | undefined, ...names: string[]): boolean {
  if (pattern === undefined) return true;
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const wanted = new RegExp(`^${parts.join('.*')}$`);
  return names.some(name => wanted.test(name));
}
