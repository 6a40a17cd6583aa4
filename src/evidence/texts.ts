// What models wrote up to their calls -> how much of it was cut off. A call that would have come later is one that nobody saw.
import type { CaseDivergence } from '../divergence/index.ts';
import type { Spoken } from '../records/evidence.ts';
import type { Margins } from '../records/margins.ts';
import type { Written } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';

/** Going on beyond its text with less than this changes no verdict. */
const leastBeyond = 0.01;

/** One entry for each model some of whose texts reached a limit; grave where that is more than the margin for replies. */
export function textsEvidence(
  { spec, texts }: Pick<RunRecord, 'spec' | 'texts'>,
  all: readonly CaseDivergence[],
  margins: Margins,
): Spoken[] {
  return (texts?.roles ?? []).flatMap((role): Spoken[] => {
    const written = all.flatMap(one => one.written?.[role] ?? []);
    const count = (holds: (text: Written) => boolean) => written.filter(holds).length;
    const [closed, beyond] = [count(isClosed), count(one => one.beyond > leastBeyond)];
    const cut = count(one => isClosed(one) || one.beyond > leastBeyond);
    if (cut === 0) return [];
    const parts = [
      ...(closed === 0 ? [] : [`${closed} thoughts were closed after ${texts?.thoughtTokens} tokens`]),
      ...(beyond === 0 ? [] : [`${beyond} texts went on beyond ${spec.maxTokens} tokens`]),
    ];
    const detail = `of ${written.length} texts, ${parts.join(', ')}`;
    return [{ role, what: 'texts-cut', detail, grave: cut > margins.replies * written.length }];
  });
}

const isClosed = ({ closed }: Written): boolean => closed === true;
