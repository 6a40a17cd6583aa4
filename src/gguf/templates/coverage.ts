// Parts of a template that ran and did not -> what no chat reached, each cause once.
import type { Part, PartKind } from '../../prompt/index.ts';
import type { TemplateStudy } from '../../ports/template.ts';

/** Something in a template that no chat reached. */
export interface Unreached {
  readonly lines: readonly [first: number, last: number];
  readonly condition: string;
  /** Literal text that it can print; empty where it prints none. */
  readonly prints: string;
  readonly kind: PartKind;
  readonly effect: Part['effect'];
}

/** Ways that a template can go; texts and comparisons are counted too, but are no branches. */
const branchKinds: ReadonlySet<PartKind> = new Set(['arm', 'else', 'loop', 'macro', 'inline', 'guarded']);

/** How many branches a template has, and how many of them ran. */
export function branchCounts(
  { parts }: TemplateStudy,
  reached: ReadonlySet<number>,
): { branches: number; reached: number } {
  const branches = parts.flatMap(({ kind }, index) => (branchKinds.has(kind) ? [index] : []));
  return { branches: branches.length, reached: branches.filter(index => reached.has(index)).length };
}

/** Indexes of the parts that another template does not have; a part that it has once is new the second time. */
export function newParts({ parts }: TemplateStudy, baseline: TemplateStudy): { all: Set<number>; own: Set<number> } {
  const count = (keys: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  };
  const lacking = (keyOf: (part: Part) => string): Set<number> => {
    const left = count(baseline.parts.map(keyOf));
    return new Set(
      parts.flatMap((part, index) => {
        const remaining = left.get(keyOf(part)) ?? 0;
        left.set(keyOf(part), remaining - 1);
        return remaining > 0 ? [] : [index];
      }),
    );
  };
  return { all: lacking(({ key }) => key), own: lacking(({ ownKey }) => ownKey) };
}

/**
 * What no chat reached, each cause once: a part inside of one that is listed is not listed again.
 * @param among indexes of parts to look at; absent: all
 */
export function unreachedParts(
  { parts }: TemplateStudy,
  reached: ReadonlySet<number>,
  among?: { readonly all: ReadonlySet<number>; readonly own: ReadonlySet<number> },
): Unreached[] {
  const listed = new Set<number>();
  const covered = (index: number | undefined): boolean =>
    index !== undefined && (listed.has(index) || covered(parts[index]?.parent));
  const found: Unreached[] = [];
  for (const [index, part] of parts.entries()) {
    const { kind, parent, firstLine, lastLine, condition, prints, effect } = part;
    if (reached.has(index) || covered(parent) || (among !== undefined && !among.own.has(index))) continue;
    // Below a branch that did not run nothing ran: of it only what is new is of interest.
    const below = parent !== undefined && !reached.has(parent);
    if (below && (among === undefined || !among.own.has(index))) continue;
    listed.add(index);
    found.push({ lines: [firstLine, lastLine], condition, prints, kind, effect });
  }
  return found.filter(one => !repeated(one, found));
}

/** A text of a branch, or an output of it, that is listed itself on the same lines. */
function repeated({ kind, lines, prints }: Unreached, all: readonly Unreached[]): boolean {
  if (branchKinds.has(kind)) return false;
  return all.some(
    other =>
      branchKinds.has(other.kind) &&
      other.lines[0] <= lines[0] &&
      other.lines[1] >= lines[1] &&
      other.prints.includes(prints),
  );
}

/** Whether nobody can say what it would do: it prints, or changes what is printed. */
export function isGrave({ kind, effect, prints }: Unreached): boolean {
  if (effect === 'none' || effect === 'refuses') return false;
  // A text that no prompt showed may be no more than a name that is compared with; two words are meant to be read.
  if (kind === 'literal') return /\p{L}{2,}[^\p{L}]+\p{L}{2,}/u.test(prints) || prints.includes('<|');
  return true;
}
