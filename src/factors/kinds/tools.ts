// Tools on offer: which extra ones is a factor, and each single one in a case could be a trigger, whoever offers it.
import { atLevel, type ConditionLanguage, type LevelCondition } from '../condition.ts';
import type { FactorKind, Written, Z } from '../kind.ts';
import { reading, type Refinement, type Seed } from '../search.ts';
import { listText, orText, readSet, type SetCondition, setOf, suffixes } from '../sets.ts';

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

/** One of these tools is on offer, an extra one or one of the scenario's; or none of them is. */
export interface ToolsCondition {
  readonly kind: 'tools';
  /** At least one. */
  readonly offered: readonly string[];
  readonly within: boolean;
}

/** Stored in place of a factor's name: the condition is on a case, not on one factor. */
const storedAs = 'tool offered';
const offered = (tools: readonly string[], within = true): ToolsCondition => ({
  kind: 'tools',
  offered: tools,
  within,
});

const language = {
  read: stored => {
    const set = readSet(stored);
    if ((set?.name ?? stored.factor) !== storedAs) return undefined;
    return offered(set?.levels ?? [stored.level], set?.within ?? true);
  },
  write: ({ offered: tools, within }) => {
    const [only = '', ...more] = tools;
    if (within && more.length === 0) return { factor: storedAs, level: only };
    return { factor: `${storedAs}${within ? suffixes.within : suffixes.without}`, level: listText(tools) };
  },
  text: ({ offered: tools, within }) => `${orText(tools)} ${within ? '' : 'not '}offered`,
  meets: ({ offered: own, within }, { tools }) => tools.some(tool => own.includes(tool.function.name)) === within,
  sibling: ({ within }) => (within ? 'not offered' : 'offered'),
} satisfies ConditionLanguage<ToolsFactor, ToolsCondition>;

/** Which extra tools are offered. Level: their names joined by `+`, or `none`. */
export const tools = {
  schema,
  levels: ({ sets }) => sets.map(levelText),
  marks: level => level.split('+'),
  mistakes: ({ sets }, checks) => [
    ...checks.unknownTools(sets.flat()).map(message => ({ message })),
    ...(sets.flat().includes(noTools)
      ? [{ message: `a tool named ${noTools} can't be an extra one: ${noTools} is the level without any` }]
      : []),
  ],
  seenUnprinted: true,
  context: { offers: extraTools },
  conditions: (name, level) => [atLevel(name, level)],
  conditionsOfCase: about => about.tools.map(tool => offered([tool.function.name])),
  language,
  likeness: (a, b) => extraTools(a).filter(tool => extraTools(b).includes(tool)).length,
  refine,
} satisfies FactorKind<ToolsFactor, ToolsCondition>;

/** The level of a set without any. */
const noTools = 'none';

const levelText = (set: readonly string[]) => set.join('+') || noTools;

function extraTools(level: string): string[] {
  return level === noTools ? [] : level.split('+');
}

type Found = ToolsCondition | LevelCondition | SetCondition;
type ToolSet = readonly string[];

/**
 * Every set is read, and each extra tool of the level alone, always beside the tool whose call shows the effect; then what
 * the sets that keep it have in common.
 */
function* refine({ name, factor, level, keep }: Seed<ToolsFactor, Found>): Refinement<Found> {
  const own = extraTools(level);
  const kept = own.filter(tool => tool === keep);
  const beside = (set: ToolSet) => levelText([...set.filter(tool => tool !== keep), ...kept]);
  const sets = [...factor.sets, ...own.map(tool => [tool])].map(beside).filter(one => one !== beside(own));
  const { inside, outside } = yield* reading([...new Set(sets)]);
  if (outside.length === 0) return [];
  const named = (levels: readonly string[]) => levels.map(one => extraTools(one).filter(tool => tool !== keep));
  return (
    commonOf(named([beside(own), ...inside]), named(outside)) ?? [
      setOf(name, [level, ...inside], outside) ?? atLevel(name, level),
    ]
  );
}

/** What holds for every set of the first and for none of the second, the simplest first. */
function commonOf(inside: readonly ToolSet[], outside: readonly ToolSet[]): ToolsCondition[] | undefined {
  const all = [...new Set([...inside, ...outside].flat())].toSorted();
  const pairs = all.flatMap((a, index) => all.slice(index + 1).map(b => [a, b]));
  const any = (tools: ToolSet, set: ToolSet) => tools.some(tool => set.includes(tool));
  const candidates: { readonly conditions: ToolsCondition[]; readonly holds: (set: ToolSet) => boolean }[] = [
    ...all.map(tool => ({ conditions: [offered([tool])], holds: (set: ToolSet) => set.includes(tool) })),
    ...all.map(tool => ({ conditions: [offered([tool], false)], holds: (set: ToolSet) => !set.includes(tool) })),
    ...pairs.map(pair => ({
      conditions: pair.map(tool => offered([tool])),
      holds: (set: ToolSet) => pair.every(tool => set.includes(tool)),
    })),
    ...pairs.map(pair => ({ conditions: [offered(pair)], holds: (set: ToolSet) => any(pair, set) })),
    ...pairs.map(pair => ({ conditions: [offered(pair, false)], holds: (set: ToolSet) => !any(pair, set) })),
  ];
  return candidates.find(({ holds }) => inside.every(holds) && !outside.some(holds))?.conditions;
}
