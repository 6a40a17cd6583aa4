// How the conversation went before the task: refusals, repeated asks, another subject.
import { atLevel } from '../condition.ts';
import { type FactorKind, roundSchema, type Written, type Z } from '../kind.ts';

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('history'),
    courses: z
      .record(z.string().min(1), z.array(roundSchema(z)))
      .describe('name -> rounds: refusals, repeated asks, a change of subject; [] is none'),
  });
type HistoryFactor = Written<typeof schema>;

/** Which course the conversation took before the task. Level: its name. */
export const history = {
  schema,
  levels: ({ courses }) => Object.keys(courses),
  mistakes: ({ courses }) =>
    Object.keys(courses).length < 2 ? [{ key: 'courses', message: 'two courses or more are needed to vary it' }] : [],
  seenUnprinted: true,
  since: 2,
  rounds: ({ courses }, level) => courses[level] ?? [],
  conditions: (name, level) => [atLevel(name, level)],
} satisfies FactorKind<HistoryFactor, never>;
