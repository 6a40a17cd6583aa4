// Tools on offer: which extra ones is a factor, and each single one in a case could be a trigger, whoever offers it.
import { atLevel, type ConditionLanguage, type LevelCondition } from './condition.ts';
import type { FactorKind, Written, Z } from './kind.ts';
import type { Refinement, Seed } from './search.ts';

/** What names of tools look like, and that in words. */
export const toolNames = [/^[A-Za-z_][\w.-]*$/, 'a tool name of letters, digits, _, . and -'] as const;

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('tools'),
    sets: z
      .array(z.array(z.string().regex(...toolNames)))
      .min(2)
      .describe('extra tools offered beside the scenario’s own; [] offers none'),
  });
type ToolsFactor = Written<typeof schema>;

/** A tool is on offer, an extra one or one of the scenario's. */
export interface ToolsCondition {
  readonly kind: 'tools';
  readonly offered: string;
}

/** Stored in place of a factor's name: the condition is on a case, not on one factor. */
const storedAs = 'tool offered';
const offered = (tool: string): ToolsCondition => ({ kind: 'tools', offered: tool });

const language = {
  read: ({ factor, level }) => (factor === storedAs ? offered(level) : undefined),
  write: condition => ({ factor: storedAs, level: condition.offered }),
  text: condition => `${condition.offered} offered`,
  meets: (condition, { tools }) => tools.some(tool => tool.function.name === condition.offered),
  sibling: () => 'not offered',
} satisfies ConditionLanguage<ToolsFactor, ToolsCondition>;

/** Which extra tools are offered. Level: their names joined by `+`, or `none`. */
export const tools = {
  schema,
  levels: ({ sets }) => sets.map(set => set.join('+') || 'none'),
  marks: level => level.split('+'),
  mistakes: ({ sets }, checks) => checks.unknownTools(sets.flat()).map(message => ({ message })),
  seenUnprinted: true,
  context: { offers: extraTools },
  conditions: (name, level) => [atLevel(name, level)],
  conditionsOfCase: about => about.tools.map(tool => offered(tool.function.name)),
  language,
  likeness: (a, b) => extraTools(a).filter(tool => extraTools(b).includes(tool)).length,
  refine,
} satisfies FactorKind<ToolsFactor, ToolsCondition>;

function extraTools(level: string): string[] {
  return level === 'none' ? [] : level.split('+');
}

/**
 * Which of the extra tools must be on offer: each is offered alone, beside the one whose call shows the effect. If none does
 * it alone, it takes them all.
 */
function* refine({ name, level, keep }: Seed<ToolsFactor>): Refinement<ToolsCondition | LevelCondition> {
  const extra = extraTools(level);
  const kept = extra.filter(tool => tool === keep);
  const others = extra.filter(tool => tool !== keep);
  if (others.length === 0) return [atLevel(name, level)];
  if (others.length === 1) return others.map(offered);
  const alone = yield others.map(tool => [[tool, ...kept].join('+')]);
  const enough = others.filter((_, index) => alone[index]);
  return (enough.length === 0 ? others : enough.slice(0, 1)).map(offered);
}
