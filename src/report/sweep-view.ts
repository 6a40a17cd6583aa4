// Where a sweep stands -> lines for a terminal of any size, one a pair. What does not fit is counted, not dropped.
import type { EngineUse, PairStatus, SweepStatus } from '../records/sweeps/sweep.ts';
import type { Colours } from '../words/colours.ts';
import { columnsOf, cutMiddle, cutTo, padTo } from '../words/columns.ts';
import type { Outcome } from '../records/verdict.ts';
import { outcomeTable, painted } from '../words/verdict/outcomes.ts';
import { phaseText } from '../words/phases.ts';
import { durationText, sizeText } from '../words/units.ts';
import { visible } from '../words/visible.ts';

/** The room there is; Infinity where nothing needs to be cut. */
export interface ViewSize {
  readonly columns: number;
  readonly rows: number;
}

/** A pair's state or verdict: the word that its line starts with. */
type Word =
  | 'running'
  | 'stopped'
  | 'failed'
  | 'diverges'
  | 'inconclusive'
  | 'observed'
  | 'waiting'
  | 'changed'
  | 'equivalent';

/** Where pairs do not all fit, the order in which they get room and are shown. */
const shown: readonly Word[] = [
  'stopped',
  'running',
  'failed',
  'diverges',
  'inconclusive',
  'observed',
  'changed',
  'equivalent',
  'waiting',
];
const wordColumns = 14;
/** Waiting pairs that are shown before anything else takes their room. */
const nextFew = 3;
/** Names get a third of the width where they are long: what is said of them matters more. */
const shareOfName = 1 / 3;
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
  const words = status.pairs.map(pair => wordOf(pair, died));
  const lines = pairLines(status.pairs, words, names, { columns, rows: rows - head.length - 1 }, colours);
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
  const gone = 'stopped without a word; the same command goes on';
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
  words: readonly Word[],
  names: readonly string[],
  { columns, rows }: ViewSize,
  colours: Colours,
): string[] {
  // Also between cases, so that nothing below moves up and down.
  const height = (index: number) => (words[index] === 'running' ? 2 : 1);
  const { chosen, hidden } = choose(words, height, rows);
  const widest = Math.max(0, ...chosen.map(index => columnsOf(names[index] ?? '')));
  const most = columns === Infinity ? widest : Math.max(leastNameColumns, Math.floor(columns * shareOfName));
  const nameColumns = Math.min(widest, most);
  const lines = chosen.flatMap(index => {
    const [pair, word] = [pairs[index] as PairStatus, words[index] as Word];
    const name = padTo(cutMiddle(names[index] ?? '', nameColumns), nameColumns);
    const rest = cutTo(`${name}  ${visible(details(pair, word))}`.trimEnd(), columns - wordColumns);
    const line = `${painter(word, colours)(padTo(word, wordColumns))}${rest}`;
    return height(index) === 1 ? [line] : [line, colours.dim(cutTo(`  ${visible(atHand(pair))}`, columns))];
  });
  return hidden === '' ? lines : [...lines, colours.dim(cutTo(`and ${hidden}`, columns))];
}

function wordOf({ state, outcome }: PairStatus, died: boolean): Word {
  if (state === 'running' && died) return 'stopped';
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
    ...shown.flatMap(of).filter(one => !running.includes(one) && !next.includes(one)),
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
  if (word in outcomeTable) return text => painted(word as Outcome, text, colours);
  if (word === 'failed') return colours.red;
  return word === 'running' ? colours.bold : colours.dim;
}

/** The most telling first: the end is what is cut. */
function details(pair: PairStatus, word: Word): string {
  const { trigger, reason, effects, error } = pair;
  if (word === 'failed') return error?.message.split('\n')[0] ?? 'no reason was given';
  if (word === 'observed') return effects === 0 ? '' : `${effectsText(pair)}, looked into later`;
  if (word === 'waiting') return '';
  if (word === 'stopped') return workOf(pair);
  if (word === 'running') return [workOf(pair), ...paceOf(pair)].join('  ');
  return [trigger ?? reason, effects === 0 ? '' : counted(effects ?? 0)].filter(Boolean).join(', ');
}

const counted = (effects: number) => `${effects === 0 ? 'no' : effects} effect${effects === 1 ? '' : 's'}`;

function effectsText({ effects = 0, strongest }: PairStatus): string {
  return effects === 0 || strongest === undefined ? counted(effects) : `${counted(effects)}: ${strongest}`;
}

function workOf({ phase, done, total }: PairStatus): string {
  return phase === undefined ? 'starts' : `${phaseText(phase, 'status')} ${done}/${total}`;
}

/** Time left in the phase, and cases a second. */
function paceOf({ done, total, rate }: PairStatus): string[] {
  if (rate === undefined || rate === 0) return [];
  const left = done >= total ? [] : [`${durationText((total - done) / rate)} left`];
  return [...left, `${rate.toFixed(rate < 10 ? 1 : 0)}/s`];
}

/** The second line of a running pair: what was found so far, and a case that is being observed. */
function atHand(pair: PairStatus): string {
  const { id, text } = pair.case ?? {};
  const one = id === undefined ? 'no case at the moment' : ['case', id, text].filter(Boolean).join(' ');
  return pair.effects === undefined ? one : `${effectsText(pair)}; ${one}`;
}
