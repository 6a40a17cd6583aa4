// The whole comparison with the decisions on it, for programs.
import { channelsOf } from '../channels.ts';
import { isClean } from '../../words/verdict/outcomes.ts';
import { reasonSentence, statedText } from '../../words/verdict/reasons.ts';
import { safeJson } from '../../words/safe.ts';
import type { Report } from './report.ts';

/**
 * `comparison` is what `compare --json` prints (docs/comparison.schema.json). Version 2: the comparison is of version 2, and
 * beside it stand the words that every other format uses.
 */
export function json(report: Report): string {
  return `${safeJson(reportRecord(report))}\n`;
}

export function reportRecord({ comparison, decisions, earlier, version, accepted }: Report) {
  const { verdict } = comparison;
  return {
    schemaVersion: 2,
    turncoat: version,
    verdict: {
      outcome: verdict.outcome,
      clean: isClean(verdict, accepted),
      reasons: verdict.reasons.map(reasonSentence),
      stated: statedText(verdict),
    },
    channels: channelsOf(comparison).map(({ name, mark, text, details }) => ({ name, mark, text, details })),
    comparison,
    decisions: [...decisions.values()],
    earlier,
  };
}
