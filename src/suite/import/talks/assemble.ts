// Decision points -> Suite, format v2. Nothing is added that the recording does not have; what a scenario has no room for is
// said, point by point.
import type { HistoryMessage, Scenario, Suite } from '../../../records/suites/suite.ts';
import { deepTexts } from '../../arguments.ts';
import { expectedCalls, type Imported } from '../assemble.ts';
import { nameGiver, slug } from '../names.ts';
import { CannotExpress, type Remark, type SourceTool } from '../task.ts';
import { literal } from '../template.ts';
import { createToolbox, type OwnTool, type Toolbox } from '../toolbox.ts';
import { type Decision, decisionsOf, type PastMessage, stepName } from './decisions.ts';
import type { Recording } from './talk.ts';

export interface TalkOptions {
  /** What was recorded counts as right; else nobody says what is. */
  readonly expect?: boolean | undefined;
}

/**
 * Makes a suite of recorded conversations: every turn of the assistant is a scenario with what came before it.
 * @param name of the suite
 */
export function assembleTalks(recording: Recording, name: string, description: string, options: TalkOptions): Imported {
  const found = recording.talks.map(decisionsOf);
  const { once, again } = distinct(found.flatMap(({ decisions }) => decisions));
  const shared = sharedSystem(once);
  const toolbox = createToolbox();
  const giveId = nameGiver('-');
  const left: Remark[] = [...recording.left, ...found.flatMap(one => one.left)];
  const reduced: Remark[] = [];
  const scenarios: Scenario[] = [];
  for (const decision of once) {
    const task = stepName(decision.talk, decision.step);
    try {
      const { system, scenario, remarks } = scenarioOf(decision, toolbox, options);
      scenarios.push({
        id: giveId(`${slug(decision.talk)}-step-${decision.step}`),
        ...(shared === undefined && { system }),
        ...scenario,
      });
      reduced.push(...remarks.map(remark => ({ task, ...remark })));
    } catch (error) {
      if (!(error instanceof CannotExpress)) throw error;
      left.push({ task, reason: error.message });
    }
  }
  const counts = { tasks: scenarios.length + left.length, left, reduced, remarks: again };
  if (scenarios.length === 0) return { suite: undefined, ...counts };
  return { suite: suiteOf(scenarios, toolbox, { name, description, system: shared ?? [] }), ...counts };
}

/** Logs of requests hold each turn again in every later request: what a model would be shown comes once. */
function distinct(decisions: readonly Decision[]): { once: Decision[]; again: Remark[] } {
  const seen = new Map<string, Decision>();
  const again: Remark[] = [];
  for (const one of decisions) {
    const past = one.past.map(({ ...message }) =>
      message.role === 'assistant' ? { ...message, calls: message.calls.map(plain) } : plain(message),
    );
    const key = JSON.stringify([one.system, past, one.tools]);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, one);
    else if (before.talk !== one.talk || before.step !== one.step) {
      again.push({ task: stepName(one.talk, one.step), reason: 'the same as a decision point before it' });
    }
  }
  return { once: [...seen.values()], again };
}

const systemOf = ({ system }: Decision): string[] => (system === undefined ? [] : [literal(system)]);

/** The system text of all of them; undefined: they have different ones. */
function sharedSystem([first, ...rest]: readonly Decision[]): string[] | undefined {
  return first !== undefined && rest.every(({ system }) => system === first.system) ? systemOf(first) : undefined;
}

const plain = <T extends object>(one: T) => ({ ...one, id: undefined });

function suiteOf(
  scenarios: readonly Scenario[],
  toolbox: Toolbox,
  about: Pick<Suite, 'name' | 'description' | 'system'>,
): Suite {
  const called = scenarios.flatMap(({ history = [] }) =>
    history.flatMap(one => (one.role === 'assistant' ? (one.calls ?? []).map(call => call.name) : [])),
  );
  const used = new Set([...scenarios.flatMap(({ tools }) => tools), ...called]);
  return {
    schemaVersion: 2,
    ...about,
    tools: Object.fromEntries(Object.entries(toolbox.tools).filter(([tool]) => used.has(tool))),
    factors: {},
    slots: {},
    scenarios: [...scenarios],
  };
}

type Draft = Omit<Scenario, 'id'>;
type Told = Omit<Remark, 'task'>;

function scenarioOf(
  decision: Decision,
  toolbox: Toolbox,
  { expect }: TalkOptions,
): { system: string[]; scenario: Draft; remarks: Told[] } {
  const { past, reduced } = decision;
  if (decision.tools.length === 0) throw new CannotExpress('it offers no tool: a scenario offers one or more');
  const gone = goneTools(decision);
  const tools = toolbox.take([...decision.tools, ...gone]);
  const told: Told[] = gone.map(({ name }) => ({
    reason: 'a call before it is of a tool that is not on offer',
    about: name,
  }));
  const last = past.at(-1);
  const before = last?.role === 'user' ? past.slice(0, -1) : past;
  const history = before.map(message => historyMessage(message, tools, told));
  const wanted = expect === true ? expectation(decision, tools, told) : {};
  return {
    system: systemOf(decision),
    scenario: {
      tools: decision.tools
        .map(({ name }) => (tools.get(name) as OwnTool).name)
        .filter((name, at, all) => all.indexOf(name) === at),
      without: [],
      ...(history.length > 0 && { history }),
      ...(last?.role === 'user' && { user: [literal(last.content)] }),
      ...wanted,
    },
    remarks: [...reduced.map(reason => ({ reason })), ...told, ...[...tools.values()].flatMap(tool => tool.remarks)],
  };
}

/** Tools that were called before and that the decision does not offer. */
function goneTools({ past, tools }: Decision): SourceTool[] {
  const called = past.flatMap(one => (one.role === 'assistant' ? one.calls.map(({ name }) => name) : []));
  const offered = new Set(tools.map(({ name }) => name));
  return [...new Set(called)]
    .filter(name => !offered.has(name))
    .map(name => ({ name, description: '', parameters: {} }));
}

function historyMessage(message: PastMessage, tools: ReadonlyMap<string, OwnTool>, told: Told[]): HistoryMessage {
  switch (message.role) {
    case 'assistant': {
      const content = message.content.trim() === '' ? {} : { content: literal(message.content) };
      if (message.calls.length === 0) return { role: 'assistant', ...content };
      const calls = message.calls.map(({ name, id, arguments: args }) => {
        const tool = tools.get(name) as OwnTool;
        const fits = tool.fits({ ...args });
        if (!fits) told.push({ reason: 'the arguments of a call before it do not fit its tool', about: name });
        return {
          name: tool.name,
          arguments: templates(args),
          ...(id && { id }),
          ...(!fits && { unchecked: true as const }),
        };
      });
      return { role: 'assistant', ...content, calls };
    }
    case 'tool': {
      const { name, id, content } = message;
      return { role: 'tool', name: (tools.get(name) as OwnTool).name, content: literal(content), ...(id && { id }) };
    }
    default:
      return { role: message.role, content: literal(message.content) };
  }
}

const templates = (args: Readonly<Record<string, unknown>>) => deepTexts(args, literal) as Record<string, unknown>;

/** What was recorded, where it can be what is right. */
function expectation({ answer }: Decision, tools: ReadonlyMap<string, OwnTool>, told: Told[]): Pick<Draft, 'expect'> {
  const none = (why: string) => {
    told.push({ reason: `nothing is expected of it: ${why}` });
    return {};
  };
  if (answer === undefined) return none('its recorded answer was not read');
  if (answer.calls.length === 0) return { expect: { text: literal(answer.content) } };
  const [first] = answer.calls;
  if (first === undefined || !tools.has(first.name)) return none(`it calls ${first?.name}, which is not on offer`);
  const sources = answer.calls.flatMap(({ name, arguments: args }) =>
    args === undefined ? [] : [{ name, accepted: () => [{ ...args }] }],
  );
  if (sources.length < answer.calls.length) return none('the arguments of a recorded call are not a JSON object');
  try {
    const { expect, remarks } = expectedCalls(sources, tools, templates);
    told.push(...remarks.map(reason => ({ reason })));
    return { expect };
  } catch (error) {
    if (!(error instanceof CannotExpress)) throw error;
    return none(error.message);
  }
}
