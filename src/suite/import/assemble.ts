// Tasks -> Suite. What a scenario has no room for is said, task by task; nothing is left out in silence.
import { toolsOf } from '../../factors/levels.ts';
import type { Scenario, Suite } from '../../records/suites/suite.ts';
import { createRandom } from '../../statistics/index.ts';
import { contextFactors, contextSystem, extraTools } from './context.ts';
import { nameGiver, slug } from './names.ts';
import { literal } from './template.ts';
import { CannotExpress, type Reading, type Remark, type SourceCall, type Task } from './task.ts';
import { createToolbox, type OwnTool, type Toolbox } from './toolbox.ts';

/** An imported suite, and everything about it that people must know. */
export interface Imported {
  /** undefined: no task could be imported. */
  readonly suite: Suite | undefined;
  /** Tasks read. */
  readonly tasks: number;
  /** Tasks that could not be imported. */
  readonly left: readonly Remark[];
  /** Imported, but with less than the source says, or under another name. */
  readonly reduced: readonly Remark[];
  /** About the files. */
  readonly remarks: readonly Remark[];
}

/** Most accepted argument objects kept of a task, and most that are tried: they multiply. */
const mostAccepted = 200;
const mostTried = 2000;

/**
 * Makes a suite of what a reader found.
 * @param name of the suite
 */
export function assemble(reading: Reading, name: string, description: string): Imported {
  const toolbox = createToolbox();
  const giveId = nameGiver('-');
  const [scenarios, left, reduced]: [Scenario[], Remark[], Remark[]] = [[], [...reading.left], []];
  const shared = sharedSystem(reading.tasks);
  for (const task of reading.tasks) {
    try {
      const { scenario, remarks } = scenarioOf(task, toolbox, shared);
      scenarios.push({ id: giveId(slug(task.id)), ...scenario });
      reduced.push(...remarks.map(remark => ({ task: task.id, ...remark })));
    } catch (error) {
      if (!(error instanceof CannotExpress)) throw error;
      left.push({ task: task.id, reason: error.message });
    }
  }
  const counts = { tasks: reading.tasks.length + reading.left.length, left, reduced, remarks: reading.remarks };
  if (scenarios.length === 0) return { suite: undefined, ...counts };
  const used = new Set(scenarios.flatMap(scenario => scenario.tools));
  const tools = Object.fromEntries(Object.entries(toolbox.tools).filter(([tool]) => used.has(tool)));
  const factors = contextFactors(tools, createRandom(`import ${name}`));
  const suite: Suite = {
    schemaVersion: 1,
    name,
    description,
    tools,
    factors,
    slots: {},
    system: contextSystem(shared === undefined ? undefined : literal(shared)),
    scenarios: scenarios.map(scenario => withFactors(scenario, factors, toolbox)),
  };
  return { suite, ...counts };
}

/** The system text that every task has, or undefined. */
function sharedSystem(tasks: readonly Task[]): string | undefined {
  const first = tasks[0]?.system;
  return tasks.every(({ system }) => system === first) ? first : undefined;
}

const ownSystem = 'its system message stands before its request, since tasks have different ones';

type Draft = Omit<Scenario, 'id'>;

function scenarioOf(
  task: Task,
  toolbox: Toolbox,
  shared: string | undefined,
): { scenario: Draft; remarks: Omit<Remark, 'task'>[] } {
  if (task.tools.length === 0) throw new CannotExpress('it offers no tool: a scenario offers one or more');
  const answered = 'calls' in task.expect ? task.expect.calls : [];
  const strange = answered.find(({ name }) => !task.tools.some(tool => tool.name === name));
  if (strange !== undefined) throw new CannotExpress(`its answer calls ${strange.name}, which it does not offer`);
  const tools = toolbox.take(task.tools);
  const own = task.system !== undefined && task.system !== shared ? task.system : undefined;
  const { expect, remarks } =
    'calls' in task.expect
      ? expectedCalls(task.expect.calls, tools)
      : { expect: { text: literal(task.expect.text) }, remarks: [] };
  return {
    scenario: {
      tools: [...tools.values()].map(({ name }) => name),
      without: [],
      user: [literal(own === undefined ? task.user : `${own}\n\n${task.user}`)],
      expect,
      ...(task.reply === undefined ? {} : { reply: literal(task.reply) }),
    },
    remarks: [
      ...[...task.reduced, ...(own === undefined ? [] : [ownSystem]), ...remarks].map(reason => ({ reason })),
      ...[...tools.values()].flatMap(tool => tool.remarks),
    ],
  };
}

/** A scenario expects one call: of several wanted ones, those of the first call's tool all count. */
export function expectedCalls(
  calls: readonly SourceCall[],
  tools: ReadonlyMap<string, OwnTool>,
  templates = topTemplates,
) {
  const { name } = calls[0] as SourceCall;
  const tool = tools.get(name) as OwnTool;
  const accepted = new Map<string, Record<string, unknown>>();
  let cut = false;
  for (const call of calls.filter(one => one.name === name)) {
    let tried = 0;
    for (const args of call.accepted(tool.parameters)) {
      if (++tried > mostTried || accepted.size >= mostAccepted) {
        cut = true;
        break;
      }
      if (tool.fits(args)) accepted.set(JSON.stringify(args), templates(args));
    }
  }
  const [first, ...accept] = accepted.values();
  if (first === undefined) throw new CannotExpress(`no accepted arguments fit the parameters of ${name}`);
  const remarks = [
    ...(calls.length > 1 ? [severalCalls(calls)] : []),
    ...(cut ? [`only ${accepted.size} of its accepted argument objects were kept`] : []),
  ];
  return { expect: { call: tool.name, arguments: first, ...(accept.length > 0 ? { accept } : {}) }, remarks };
}

function severalCalls(calls: readonly SourceCall[]): string {
  const same = calls.every(({ name }) => name === calls[0]?.name);
  const counts = same ? 'each of them counts' : 'those of the tool called first count';
  return `it wants ${calls.length} calls and a scenario expects one: ${counts}`;
}

/** Texts at the top are templates in a suite of format v1, deeper ones are not. */
const topTemplates = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => [key, typeof value === 'string' ? literal(value) : value]),
  );

/**
 * Where no tool should fit, no tools of other tasks are offered: one of them might fit. Elsewhere all factors apply,
 * but never another tool of the same source name.
 */
function withFactors(scenario: Scenario, factors: Suite['factors'], toolbox: Toolbox): Scenario {
  const extra = factors[extraTools];
  if (extra === undefined) return scenario;
  if (scenario.expect !== undefined && 'text' in scenario.expect)
    return { ...scenario, factors: Object.keys(factors).filter(name => name !== extraTools) };
  const offered = new Set(toolsOf(extra));
  const rivals = scenario.tools.flatMap(name => toolbox.rivals(name)).filter(name => offered.has(name));
  return rivals.length === 0 ? scenario : { ...scenario, without: [...new Set(rivals)] };
}
