import { atLevel } from '../condition.ts';
import { type FactorKind, repeated, type Written, type Z } from '../kind.ts';

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('order'),
    levels: z.array(z.enum(['as-written', 'reversed', 'rotated', 'shuffled'])).min(2),
  });

/** The order in which the tools are offered. `rotated` moves the first to the end. */
export const order = {
  schema,
  levels: ({ levels }) => levels,
  mistakes: ({ levels }) => repeated(levels),
  seenUnprinted: true,
  context: {
    arrange: (items, level, random) => {
      if (level === 'reversed') return items.toReversed();
      if (level === 'rotated') return [...items.slice(1), ...items.slice(0, 1)];
      return level === 'shuffled' ? random.shuffle(items) : [...items];
    },
  },
  conditions: (name, level) => [atLevel(name, level)],
} satisfies FactorKind<Written<typeof schema>, never>;
