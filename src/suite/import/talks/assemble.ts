// Decision points -> Suite, format v2. Nothing is added that the recording does not have; what a scenario has no room for is
// said, point by point.
import type { HistoryMessage, Scenario, Suite } from '../../../records/suites/suite.ts';
import { deepTexts } from '../../arguments.ts';
import { expectedCalls, type Imported } from '../assemble.ts';
import { nameGiver, slug } from '../names.ts';
import { CannotExpress, type Remark, type SourceTool } from '../task.ts';
import { literal } from '../template.ts';
import { nothingVaried, type Vary, varying, type Varying, type Writer } from '../vary/index.ts';
import { createToolbox, type OwnTool, type Toolbox } from '../toolbox.ts';
import { type Decision, decisionsOf, isRounded, type PastMessage, stepName } from './decisions.ts';
import type { Recording } from './talk.ts';

export interface TalkOptions {
  /** What was recorded counts as right; else nobody says what is. */
  readonly expect?: boolean | undefined;
  /** Recorded values that become factors; else everything stays as it was. */
  readonly vary?: Vary | undefined;
}

/**
 * Makes a suite of recorded conversations: every turn of the assistant is a scenario with what came before it.
 * @param name of the suite
 */
export function assembleTalks(recording: Recording, name: string, description: string, options: TalkOptions): Imported {
  const found = recording.talks.map(decisionsOf);
  const { once, again } = distinct(found.flatMap(({ decisions }) => decisions));
  const varied = options.vary === undefined ? nothingVaried : varying(options.vary, once.map(textsOf(options)));
  const toolbox = createToolbox();
  const giveId = nameGiver('-');
  const left: Remark[] = [...recording.left, ...found.flatMap(one => one.left)];
  const reduced: Remark[] = [];
  const drafts: Draft[] = [];
  for (const decision of once) {
    const task = stepName(decision.talk, decision.step);
    try {
      const writer = varied.writerOf(textsOf(options)(decision));
      const { scenario, remarks } = scenarioOf(decision, toolbox, writer, options);
      const factors = Object.keys(varied.factors).filter(factor => writer.used.has(factor));
      const id = giveId(`${slug(decision.talk)}-step-${decision.step}`);
      drafts.push({ id, ...scenario, ...(options.vary !== undefined && { factors }) });
      reduced.push(
        ...[...remarks, ...writer.remarks().map(reason => ({ reason }))].map(remark => ({ task, ...remark })),
      );
    } catch (error) {
      if (!(error instanceof CannotExpress)) throw error;
      left.push({ task, reason: error.message });
    }
  }
  const counts = { tasks: drafts.length + left.length, left, reduced, remarks: again };
  if (drafts.length === 0) return { suite: undefined, ...counts };
  const used = new Set(drafts.flatMap(draft => draft.factors ?? []));
  const factors = Object.fromEntries(Object.entries(varied.factors).filter(([factor]) => used.has(factor)));
  return { suite: suiteOf(drafts, toolbox, { name, description, factors }), ...counts };
}

/** Logs of requests hold each turn again in every later request: what a model would be shown comes once. */
function distinct(decisions: readonly Decision[]): { once: Decision[]; again: Remark[] } {
  const seen = new Map<string, Decision>();
  const again: Remark[] = [];
  for (const one of decisions) {
    const key = JSON.stringify([one.system, numbered(one.past), one.tools]);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, one);
    else if (!areSameAnswers(before, one)) {
      again.push({
        task: stepName(one.talk, one.step),
        reason: 'the same as a decision point before it, but answered otherwise',
      });
    } else if (before.talk !== one.talk || before.step !== one.step) {
      again.push({ task: stepName(one.talk, one.step), reason: 'the same as a decision point before it' });
    }
  }
  return { once: [...seen.values()], again };
}

/** As far as both are known; logs give calls new ids, which don't count. */
function areSameAnswers(a: Decision, b: Decision): boolean {
  if (a.answer === undefined || b.answer === undefined) return true;
  const [one, other] = [a, b].map(({ answer }) =>
    JSON.stringify([answer?.content.trim(), answer?.calls.map(call => [call.name, call.arguments])]),
  );
  return one === other;
}

/** Every text of a decision point that a template is made of, the system text first. */
const textsOf =
  ({ expect }: TalkOptions) =>
  ({ system, past, answer }: Decision): string[] => {
    const texts = system === undefined ? [] : [system];
    const add = (text: string) => {
      texts.push(text);
      return text;
    };
    for (const one of [...past, ...(expect === true && answer ? [{ role: 'assistant' as const, ...answer }] : [])]) {
      add(one.content);
      for (const call of one.role === 'assistant' ? one.calls : []) deepTexts(call.arguments, add);
    }
    return texts;
  };

/** Calls and results by the order of the calls: logs give them new ids in each request. */
function numbered(past: readonly PastMessage[]): object[] {
  const ids = new Map<string, number>();
  const plain = <T extends { readonly id: string | undefined }>(one: T) => {
    if (one.id !== undefined && !ids.has(one.id)) ids.set(one.id, ids.size);
    return { ...one, id: one.id === undefined ? undefined : ids.get(one.id) };
  };
  return past.map(one => {
    if (one.role === 'assistant') return { ...one, calls: one.calls.map(plain) };
    return one.role === 'tool' ? plain(one) : one;
  });
}

type Draft = Scenario & { readonly system: string[] };

function suiteOf(
  drafts: readonly Draft[],
  toolbox: Toolbox,
  { factors, ...about }: Pick<Suite, 'name' | 'description'> & { readonly factors: Varying['factors'] },
): Suite {
  const called = drafts.flatMap(({ history = [] }) =>
    history.flatMap(one => (one.role === 'assistant' ? (one.calls ?? []).map(call => call.name) : [])),
  );
  const used = new Set([...drafts.flatMap(({ tools }) => tools), ...called]);
  const [first] = drafts;
  const isShared = drafts.every(({ system }) => JSON.stringify(system) === JSON.stringify(first?.system));
  return {
    schemaVersion: 2,
    ...about,
    tools: Object.fromEntries(Object.entries(toolbox.tools).filter(([tool]) => used.has(tool))),
    factors: { ...factors },
    slots: {},
    system: isShared ? (first?.system ?? []) : [],
    scenarios: drafts.map(({ system, ...scenario }) => (isShared ? scenario : { ...scenario, system })),
  };
}

type Told = Omit<Remark, 'task'>;

function scenarioOf(
  decision: Decision,
  toolbox: Toolbox,
  { write }: Writer,
  { expect }: TalkOptions,
): { scenario: Omit<Draft, 'id'>; remarks: Told[] } {
  const { system, past, reduced } = decision;
  if (decision.tools.length === 0) throw new CannotExpress('it offers no tool: a scenario offers one or more');
  const gone = goneTools(decision);
  const tools = toolbox.take([...decision.tools, ...gone]);
  const told: Told[] = gone.map(({ name }) => ({
    reason: 'a call before it is of a tool that is not on offer',
    about: name,
  }));
  const last = past.at(-1);
  const before = last?.role === 'user' ? past.slice(0, -1) : past;
  const history = before.map(message => historyMessage(message, { tools, told, write }));
  const wanted = expect === true ? expectation(decision, { tools, told, write }) : {};
  return {
    scenario: {
      tools: decision.tools
        .map(({ name }) => (tools.get(name) as OwnTool).name)
        .filter((name, at, all) => all.indexOf(name) === at),
      without: [],
      system: system === undefined ? [] : [write(system)],
      ...(history.length > 0 && { history }),
      ...(last?.role === 'user' && { user: [write(last.content)] }),
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

interface Writing extends Pick<Writer, 'write'> {
  readonly tools: ReadonlyMap<string, OwnTool>;
  readonly told: Told[];
}

function historyMessage(message: PastMessage, { tools, told, write }: Writing): HistoryMessage {
  switch (message.role) {
    case 'assistant': {
      const content = message.content.trim() === '' ? {} : { content: write(message.content) };
      if (message.calls.length === 0) return { role: 'assistant', ...content };
      const calls = message.calls.map(({ name, id, arguments: args }) => {
        const tool = tools.get(name) as OwnTool;
        const fits = tool.fits({ ...args });
        if (!fits) told.push({ reason: 'the arguments of a call before it do not fit its tool', about: name });
        return {
          name: tool.name,
          arguments: templates(args, write),
          ...(id && { id }),
          ...((!fits || (isPicky(tool) && isVaried(args, write))) && { unchecked: true as const }),
        };
      });
      return { role: 'assistant', ...content, calls };
    }
    case 'tool': {
      const { name, id, content } = message;
      return { role: 'tool', name: (tools.get(name) as OwnTool).name, content: write(content), ...(id && { id }) };
    }
    default:
      return { role: message.role, content: write(message.content) };
  }
}

const templates = (args: Readonly<Record<string, unknown>>, write: Writer['write']) =>
  deepTexts(args, write) as Record<string, unknown>;

/** Does a tool take but some texts? Another level than the recorded one may be none of them. */
const isPicky = ({ parameters }: OwnTool) =>
  /"(?:enum|const|pattern|format|maxLength)":/.test(JSON.stringify(parameters));

const isVaried = (args: Readonly<Record<string, unknown>>, write: Writer['write']) =>
  JSON.stringify(templates(args, write)) !== JSON.stringify(templates(args, literal));

/** What was recorded, where it can be what is right. */
function expectation({ answer, unread }: Decision, { tools, told, write }: Writing): Pick<Scenario, 'expect'> {
  const none = (why: string) => {
    told.push({ reason: `nothing is expected of it: ${why}` });
    return {};
  };
  if (answer === undefined)
    return none(`its recorded answer was not read${unread === undefined ? '' : ` (${unread})`}`);
  if (answer.calls.length === 0) return { expect: { text: write(answer.content) } };
  const [first] = answer.calls;
  if (first === undefined || !tools.has(first.name)) return none(`it calls ${first?.name}, which is not on offer`);
  const sources = answer.calls.flatMap(({ name, arguments: args }) =>
    args === undefined ? [] : [{ name, accepted: () => [{ ...args }] }],
  );
  if (sources.length < answer.calls.length) return none('the arguments of a recorded call are not a JSON object');
  const tool = tools.get(first.name) as OwnTool;
  if (isRounded(first.arguments))
    told.push({ reason: 'a number of the expected call has more digits than are kept: it was rounded' });
  if (isPicky(tool) && isVaried(first.arguments ?? {}, write)) return none('its tool may not take what is varied');
  try {
    const { expect, remarks } = expectedCalls(sources, tools, args => templates(args, write));
    told.push(...remarks.map(reason => ({ reason })));
    return { expect };
  } catch (error) {
    if (!(error instanceof CannotExpress)) throw error;
    return none(error.message);
  }
}
