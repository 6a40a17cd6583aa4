import { atLevel } from '../condition.ts';
import { type FactorKind, repeated, type Written, type Z } from '../kind.ts';

const schema = (z: Z) => z.strictObject({ kind: z.literal('choice'), levels: z.array(z.string()).min(2) });

/** One of a list of texts. */
export const choice = {
  schema,
  levels: ({ levels }) => levels,
  mistakes: ({ levels }) => repeated(levels),
  conditions: (name, level) => [atLevel(name, level)],
} satisfies FactorKind<Written<typeof schema>, never>;
