// The four outcomes of a verdict as people and programs meet them: one table for every format and for the page, so that
// sign, colour, word and exit code can't disagree.
import type { Outcome, Verdict } from '../../records/verdict.ts';
import type { Colours } from '../colours.ts';

export interface OutcomeLook {
  /** Beside the word, never instead of it. */
  readonly sign: string;
  /** Where a sign of one colour is lost among others: a comment on a pull request. */
  readonly emoji: string;
  readonly colour: 'red' | 'yellow' | 'cyan' | 'green';
  /** What it says, for who sees the word for the first time. */
  readonly means: string;
  /** SARIF 2.1.0, 3.27.9 and 3.27.10: only what failed has a level. */
  readonly sarif: { readonly kind: 'fail' | 'pass'; readonly level: 'error' | 'warning' | 'note' | 'none' };
  /** Fails a test run, and a command that counts every verdict. */
  readonly fails: boolean;
}

export const outcomeTable: Readonly<Record<Outcome, OutcomeLook>> = {
  diverges: {
    sign: '✗',
    emoji: '❌',
    colour: 'red',
    means: 'harm is shown',
    sarif: { kind: 'fail', level: 'error' },
    fails: true,
  },
  inconclusive: {
    sign: '?',
    emoji: '❔',
    colour: 'yellow',
    means: 'neither harm nor its absence is shown',
    sarif: { kind: 'fail', level: 'warning' },
    fails: true,
  },
  changed: {
    sign: '≈',
    emoji: '🔶',
    colour: 'cyan',
    means: 'harm is bounded, something harmless moved beyond its margin',
    sarif: { kind: 'fail', level: 'warning' },
    fails: true,
  },
  equivalent: {
    sign: '=',
    emoji: '✅',
    colour: 'green',
    means: 'every bound is below its margin',
    sarif: { kind: 'pass', level: 'none' },
    fails: false,
  },
};

/** Does a verdict count as clean? `accepted` is an outcome that the user lets pass. */
export function isClean({ outcome }: Pick<Verdict, 'outcome'>, accepted?: Outcome | undefined): boolean {
  return !outcomeTable[outcome].fails || outcome === accepted;
}

/** Paints a text in the colour of an outcome. */
export function painted(outcome: Outcome, text: string, colours: Colours): string {
  return colours[outcomeTable[outcome].colour](text);
}
