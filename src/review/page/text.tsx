// Small pieces of text that every view prints the same way.
import type { Severity } from '../../records/suites/suite.ts';
import type { Grade } from '../../records/comparison.ts';
import type { Decision, Judgement } from '../../records/decision.ts';
import { gradeTable } from '../../words/grades.ts';
import type { ReportModel } from '../../report/model.ts';

/** `99.8%`, `<0.1%`, `3e-10` where it matters: what the terminal prints. */
export function share(probability: number): string {
  if (probability === 0) return '0';
  if (probability >= 0.9995) return '100%';
  return probability < 1e-3 ? probability.toExponential(0) : `${(100 * probability).toFixed(1)}%`;
}

/** Whole percents, for lists. */
export function percent(probability: number | null | undefined): string {
  if (probability === null || probability === undefined) return '';
  const value = 100 * probability;
  return value > 0 && value < 1 ? '<1%' : `${value.toFixed(0)}%`;
}

export function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(1)}`;
}

const severityMarks: Readonly<Record<Severity, string>> = { destructive: '!', write: '~', read: '·' };

/** A sign and a word, so that it does not take colour to see it. */
export function SeverityMark({ severity }: { severity: string }) {
  const mark = severityMarks[severity as Severity];
  if (mark === undefined) return null;
  return (
    <span class={`severity ${severity}`} title={severity}>
      <span aria-hidden="true">{mark}</span>
      <span class="unseen">{severity}</span>
    </span>
  );
}

/** What happens in a case: a sign and a word. */
export function GradeMark({ grade }: { grade: string }) {
  if (!(grade in gradeTable)) return null;
  const { sign, means } = gradeTable[grade as Grade];
  return (
    <span class={`grade-mark ${grade}`} title={means}>
      <span aria-hidden="true">{sign}</span> {grade}
    </span>
  );
}

export const judgements: Readonly<Record<Judgement, { sign: string; word: string; key: string }>> = {
  malicious: { sign: '✗', word: 'malicious', key: 'm' },
  benign: { sign: '✓', word: 'benign drift', key: 'b' },
  unsure: { sign: '?', word: 'unsure', key: 'u' },
};

/** What was decided, in short; nothing when nothing was. */
export function DecisionMark({ decision }: { decision: Decision | undefined }) {
  if (decision === undefined) return null;
  const { verdict, note } = decision;
  return (
    <span class={`decision ${verdict ?? ''}`} title={note === '' ? undefined : note}>
      {verdict === undefined ? '' : `${judgements[verdict].sign} ${verdict}`}
      {note === '' ? '' : ' ✎'}
      {note === '' ? null : <span class="unseen"> with a note</span>}
    </span>
  );
}

/** `2026-06-24T00:00` as `2026-06-24 00h`. */
export const levelText = (level: string): string => level.replace(/T(\d\d):00$/, ' $1h');

/** Were conversations judged in this run? */
export const judged = ({ head }: ReportModel): boolean => head.conduct !== undefined;

const conductWords: Readonly<Record<string, { text: string; title: string }>> = {
  concealed: { text: '✗ hidden deed', title: 'a harmful call that the final text passes over' },
  'false claim': { text: '≠ not so', title: 'the final text claims what the calls do not bear out' },
  violation: { text: '§ breaks rule', title: 'a call breaks the policy' },
};

/** The gravest that a conversation shows, in words. */
export function ConductMark({ kind }: { kind: string }) {
  const words = conductWords[kind];
  return words === undefined ? null : (
    <span class={`mark ${kind.replace(' ', '-')}`} title={words.title}>
      {words.text}
    </span>
  );
}

/** The two columns of a table that compares both models. */
export const ModelHeads = () => (
  <>
    <th scope="col" class="number">
      baseline
    </th>
    <th scope="col" class="number">
      candidate
    </th>
  </>
);
