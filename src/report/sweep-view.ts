// Where a sweep stands -> lines for a terminal of any size, one a pair. What does not fit is counted, not dropped.
import type { EngineUse, PairStatus, SweepStatus } from '../records/sweep.ts';
import type { Colours } from './colours.ts';
import { columnsOf, cutMiddle, cutTo, padTo } from './columns.ts';
import { durationText, sizeText } from './units.ts';
import { visible } from './visible.ts';

/** The room there is; Infinity where nothing needs to be cut. */
export interface ViewSize {
  readonly columns: number;
  readonly rows: number;
}

/** Short words for what is being done; the words of the progress of a single comparison are longer. */
const phases: Readonly<Record<string, string>> = {
  observe: 'trials',
  likelihood: 'likelihoods',
  transplant: 'transplants',
  conversation: 'conversations',
  story: 'final texts',
  probe: 'looking into it',
  hash: 'hashing files',
  weights: 'MB of weights',
};

/** A pair's state or verdict: the word that its line starts with. */
type Word = 'running' | 'failed' | 'diverges' | 'inconclusive' | 'observed' | 'waiting' | 'equivalent';

/** Words where pairs do not all fit, in the order shown. */
const shown: readonly Word[] = ['running', 'failed', 'diverges', 'inconclusive', 'observed', 'equivalent', 'waiting'];
/** And in the order in which they get room, after the next few. */
const roomFirst: readonly Word[] = [
  'running',
  'failed',
  'diverges',
  'inconclusive',
  'observed',
  'waiting',
  'equivalent',
];
const wordColumns = 14;
/** Waiting pairs that are shown before anything else takes their room. */
const nextFew = 3;
const shareOfName = 0.45;
const leastNameColumns = 16;

/**
 * Lines of at most `columns` columns and at most `rows` of them.
 * @param died its process is gone without a word, or may be
 */
export function sweepView(status: SweepStatus, { columns, rows }: ViewSize, colours: Colours, died = false): string[] {
  const { names, common } = shortNames(status.pairs.map(({ name }) => visible(name)));
  const head = [
    headline(status, died),
    ...(common === '' ? [] : [`all with ${common}`]),
    ...(died || status.state !== 'running' ? [] : machine(status)),
  ].map(text => cutTo(text, columns));
  const lines = pairLines(status.pairs, names, { columns, rows: rows - head.length - 1 }, colours);
  const [first = '', ...more] = head;
  return [colours.bold(first), ...more.map(colours.dim), '', ...lines].slice(0, Math.max(1, rows));
}

function headline({ sweep, state, pairs, spentMs, budgetMs }: SweepStatus, died: boolean): string {
  const ended = pairs.filter(pair => pair.state === 'finished' || pair.state === 'failed').length;
  const time = durationText(spentMs / 1000);
  const left =
    budgetMs === undefined ? '' : `, ${durationText(Math.max(0, budgetMs - spentMs) / 1000)} of the budget left`;
  const how = {
    running: `running for ${time}${left}`,
    finished: `finished after ${time}`,
    interrupted: `interrupted after ${time}; the same command goes on`,
    'budget-spent': `the budget is spent after ${time}; the same command goes on`,
  };
  const gone = 'stopped without a word; the same `turncoat sweep` command goes on';
  return `${visible(sweep)}: ${ended} of ${pairs.length} done, ${died ? gone : how[state]}`;
}

/** Memory of each process, and of the GPU. */
function machine({ memoryBytes, engines = [] }: SweepStatus): string[] {
  const uses = [`command ${sizeText(memoryBytes)}`, ...engines.map(one => `${one.role} ${sizeText(one.memoryBytes)}`)];
  const gpu = engines.find(({ device }) => device !== undefined);
  return [`memory: ${uses.join(', ')}`, ...(gpu === undefined ? [] : [gpuText(gpu)])];
}

function gpuText({ device = '', vram }: EngineUse): string {
  const use = vram === undefined ? '' : `, ${sizeText(vram.usedBytes)} of ${sizeText(vram.totalBytes)} in use`;
  return `GPU: ${visible(device)}${use}`;
}

/**
 * Names are `candidate baseline suite seed`: what is the same in all is said once. Names that have other spaces in them
 * stay whole.
 */
function shortNames(names: readonly string[]): { names: readonly string[]; common: string } {
  const parts = names.map(name => name.split(' '));
  const [first = []] = parts;
  if (names.length < 2 || parts.some(({ length }) => length !== 4)) return { names, common: '' };
  const labels = ['candidate', 'baseline', 'suite', 'seed'];
  const same = labels.map((_, place) => parts.every(part => part[place] === first[place]));
  const common = labels.flatMap((label, place) => (same[place] ? [`${label} ${first[place]}`] : [])).join(', ');
  return { names: parts.map(part => part.filter((_, place) => !same[place]).join(' ')), common };
}

function pairLines(
  pairs: readonly PairStatus[],
  names: readonly string[],
  { columns, rows }: ViewSize,
  colours: Colours,
): string[] {
  const words = pairs.map(wordOf);
  const height = (index: number) => (words[index] === 'running' && pairs[index]?.case !== undefined ? 2 : 1);
  const { chosen, hidden } = choose(words, height, rows);
  const widest = Math.max(0, ...chosen.map(index => columnsOf(names[index] ?? '')));
  const most = columns === Infinity ? widest : Math.max(leastNameColumns, Math.floor(columns * shareOfName));
  const nameColumns = Math.min(widest, most);
  const lines = chosen.flatMap(index => {
    const [pair, word] = [pairs[index] as PairStatus, words[index] as Word];
    const name = padTo(cutMiddle(names[index] ?? '', nameColumns), nameColumns);
    const rest = cutTo(`${name}  ${visible(details(pair))}`.trimEnd(), columns - wordColumns);
    const line = `${painter(word, colours)(padTo(word, wordColumns))}${rest}`;
    return height(index) === 1 ? [line] : [line, colours.dim(cutTo(`  case ${caseText(pair)}`, columns))];
  });
  return hidden === '' ? lines : [...lines, colours.dim(cutTo(`and ${hidden}`, columns))];
}

function wordOf({ state, outcome }: PairStatus): Word {
  return state === 'finished' ? (outcome ?? 'inconclusive') : state;
}

/** Which pairs there is room for, in the order to show them, and what the others are: `31 more waiting, 2 equivalent`. */
function choose(
  words: readonly Word[],
  height: (index: number) => number,
  rows: number,
): { chosen: readonly number[]; hidden: string } {
  const all = words.map((_, index) => index);
  const sum = (indexes: readonly number[]) => indexes.reduce((total, index) => total + height(index), 0);
  if (sum(all) <= rows) return { chosen: all, hidden: '' };
  const of = (word: Word) => all.filter(index => words[index] === word);
  const next = of('waiting').slice(0, nextFew);
  const running = of('running');
  const wanted = [
    ...running,
    ...next,
    ...roomFirst.flatMap(of).filter(one => !running.includes(one) && !next.includes(one)),
  ];
  const taken = new Set<number>();
  let left = rows - 1;
  for (const index of wanted) {
    left -= height(index);
    if (left < 0) break;
    taken.add(index);
  }
  const hidden = shown.toReversed().flatMap(word => {
    const count = of(word).filter(index => !taken.has(index)).length;
    return count === 0 ? [] : [`${count} more ${word}`];
  });
  return { chosen: shown.flatMap(of).filter(index => taken.has(index)), hidden: hidden.join(', ') };
}

function painter(word: Word, colours: Colours): (text: string) => string {
  if (word === 'diverges' || word === 'failed') return colours.red;
  if (word === 'inconclusive') return colours.yellow;
  if (word === 'equivalent') return colours.green;
  return word === 'running' ? colours.bold : colours.dim;
}

/** The most telling first: the end is what is cut. */
function details({ state, phase, done, total, rate, trigger, effects, strongest, error }: PairStatus): string {
  if (state === 'failed') return error?.message.split('\n')[0] ?? 'no reason was given';
  const found = effects === undefined || effects === 0 ? '' : counted(effects);
  const why = strongest === undefined || found === '' ? found : `${found}: ${strongest}`;
  if (state === 'finished') return [trigger, found].filter(Boolean).join(', ');
  if (state === 'observed') return found === '' ? '' : `${why}, looked into later`;
  if (state === 'waiting') return '';
  if (phase === undefined) return 'starts';
  const word = phases[phase] ?? phase;
  const speed = rate === undefined || done >= total ? '' : `${durationText((total - done) / rate)} left`;
  const pace = rate === undefined ? '' : `${rate.toFixed(1)}/s`;
  const soFar = effects === 0 ? 'no effects' : why;
  return [`${word} ${done}/${total}`, speed, pace, soFar].filter(Boolean).join('  ');
}

const counted = (effects: number) => `${effects} effect${effects === 1 ? '' : 's'}`;

function caseText(pair: PairStatus): string {
  const { id, text } = pair.case ?? { id: '' };
  return visible(text === undefined ? id : `${id} ${text}`);
}
