// What models wrote up to their calls -> how much of it was cut off. A call that would have come later is one that nobody saw.
import type { CaseDivergence } from '../divergence/index.ts';
import type { Spoken } from '../records/evidence.ts';
import type { Margins } from '../records/margins.ts';
import type { Role, Written } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';

/** Going on beyond its text with less than this changes no verdict. */
const leastBeyond = 0.01;

/** Of this share more texts than the baseline's, and what the candidate does beyond the limit may be its own. */
const leastMore = 0.005;

/**
 * One entry for each model some of whose texts reached a limit. Grave where that is more than the margin for replies, and of the
 * candidate where it is more than usual: a condition that makes it write on and on would hide what comes then.
 */
export function textsEvidence(
  { spec, texts }: Pick<RunRecord, 'spec' | 'texts'>,
  all: readonly CaseDivergence[],
  margins: Margins,
): Spoken[] {
  const writtenBy = (role: Role) => all.flatMap(one => one.written?.[role] ?? []);
  const cutShare = (role: Role) => {
    const written = writtenBy(role);
    return written.filter(isCut).length / Math.max(1, written.length);
  };
  return (texts?.roles ?? []).flatMap((role): Spoken[] => {
    const written = writtenBy(role);
    const share = cutShare(role);
    if (share === 0) return [];
    const [closed, beyond] = [written.filter(isClosed).length, written.filter(goesOn).length];
    const parts = [
      ...(closed === 0 ? [] : [`${closed} thoughts were closed after ${texts?.thoughtTokens} tokens`]),
      ...(beyond === 0 ? [] : [`${beyond} texts went on beyond ${spec.maxTokens} tokens`]),
    ];
    const unusual = role === 'candidate' && share - cutShare('baseline') > leastMore;
    const detail = `of ${written.length} texts, ${parts.join(', ')}`;
    return [{ role, what: 'texts-cut', detail, grave: unusual || share > margins.replies }];
  });
}

const goesOn = ({ beyond }: Written): boolean => beyond > leastBeyond;
const isClosed = ({ closed }: Written): boolean => closed === true;
const isCut = (text: Written): boolean => isClosed(text) || goesOn(text);
