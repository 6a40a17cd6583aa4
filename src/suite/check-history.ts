// Mistakes in what came before a decision point: a call that nobody knows, a result that answers nothing, a history that waits
// for nobody. They would be prompts that no model ever gets.
import { Ajv } from 'ajv';
import { isLater } from '../factors/levels.ts';
import type { HistoryCall, HistoryMessage, Scenario, Suite } from '../records/suites/suite.ts';
import { makeCases } from './cases.ts';
import { type Mistake, textMistakes, unknownTools } from './check-texts.ts';
import { deepTexts } from './arguments.ts';
import { answeredBy } from './history.ts';

type Place = readonly (string | number)[];

/** What format v1 does not have, and what it needs. */
export function formatMistakes({ schemaVersion, factors, system: shared, scenarios }: Suite): Mistake[] {
  const later = Object.entries(factors)
    .filter(([, factor]) => isLater(factor, schemaVersion))
    .map(([name, { kind }]) => ({
      path: ['factors', name],
      message: `a factor of kind ${kind} needs schemaVersion: 2`,
    }));
  if (schemaVersion !== 1) return later;
  const none = shared.length === 0 ? [{ path: ['system'], message: 'format v1 needs one system prompt or more' }] : [];
  const scenario = scenarios.flatMap(({ system, history, user, expect }, index): Mistake[] => {
    const path = ['scenarios', index];
    const added = Object.entries({ system, history }).filter(([, value]) => value !== undefined);
    const lacking = Object.entries({ user, expect }).filter(([, value]) => value === undefined);
    return [
      ...added.map(([key]) => ({ path: [...path, key], message: `a scenario's own ${key} needs schemaVersion: 2` })),
      ...lacking.map(([key]) => ({ path, message: `it has no ${key}, which needs schemaVersion: 2` })),
    ];
  });
  return [...later, ...none, ...scenario];
}

/** A scenario's history, message by message; and whether anybody waits for the model at its end. */
export function historyMistakes(suite: Suite, scenario: Scenario, names: string[], path: Place): Mistake[] {
  const { history = [], user } = scenario;
  const last = history.at(-1);
  const waits = user !== undefined || (last !== undefined && last.role !== 'assistant');
  const nothing: Mistake[] = waits
    ? []
    : [{ path, message: 'nothing waits for an answer: it has no user text, and no history that ends in a result' }];
  const texts = history.flatMap((one, at) =>
    textsOf(one).flatMap(text => textMistakes(text, names, [...path, 'history', at])),
  );
  return [...texts, ...joinMistakes(suite, history, [...path, 'history']), ...nothing];
}

/** Every template of a message. */
export function textsOf(message: HistoryMessage): string[] {
  const texts: string[] = [message.content ?? ''];
  for (const { arguments: args } of message.role === 'assistant' ? (message.calls ?? []) : []) {
    deepTexts(args, text => {
      texts.push(text);
      return text;
    });
  }
  return texts;
}

/** Every result follows its call, and every call has one before anybody else speaks. */
function joinMistakes(suite: Suite, history: readonly HistoryMessage[], path: Place): Mistake[] {
  const mistakes: Mistake[] = [];
  const seen = new Set<string>();
  let open: HistoryCall[] = [];
  let place: Place = path;
  const unanswered = () => open.map(({ name }) => ({ path: place, message: `the call of ${name} has no result` }));
  for (const [at, one] of history.entries()) {
    const here = [...path, at];
    if (one.role === 'tool') {
      const call = answeredBy(one, open);
      if (call === undefined) mistakes.push({ path: here, message: orphan(one, open) });
      open = open.filter(other => other !== call);
      continue;
    }
    mistakes.push(...unanswered());
    open = [];
    if (one.role !== 'assistant') continue;
    const calls = one.calls ?? [];
    if (calls.length === 0 && (one.content ?? '').trim() === '') {
      mistakes.push({ path: here, message: 'an assistant message has a content, calls, or both' });
    }
    mistakes.push(...unknownTools(suite, [...new Set(calls.map(({ name }) => name))], here));
    const twice = calls.find(
      ({ id }, index) => id !== undefined && (seen.has(id) || calls.findIndex(c => c.id === id) < index),
    );
    if (twice !== undefined) mistakes.push({ path: here, message: `the id '${twice.id}' is used twice` });
    for (const { id } of calls) if (id !== undefined) seen.add(id);
    [open, place] = [[...calls], here];
  }
  return [...mistakes, ...unanswered()];
}

function orphan({ id, name }: Extract<HistoryMessage, { role: 'tool' }>, open: readonly HistoryCall[]): string {
  const named = id === undefined ? '' : ` with the id '${id}'`;
  const waiting = open.map(call => call.name).join(', ');
  return `no call of ${name}${named} waits for this result (open: ${waiting === '' ? 'none' : waiting})`;
}

/** Draws some cases of every scenario and checks the history's arguments against the tools' own schemas. */
export function historyCallMistakes(suite: Suite): Mistake[] {
  const checked = suite.scenarios.some(({ history = [] }) =>
    history.some(one => one.role === 'assistant' && one.calls),
  );
  if (!checked) return [];
  const ajv = new Ajv({ strict: false, logger: false });
  const mistakes = new Map<string, Mistake>();
  const byId = new Map(suite.scenarios.map((scenario, index) => [scenario.id, { scenario, index }]));
  for (const { scenario: id, messages } of makeCases(suite, 'check', Math.max(200, 2 * suite.scenarios.length))) {
    const { scenario, index } = byId.get(id) as { scenario: Scenario; index: number };
    const { history = [] } = scenario;
    const first = messages.length - history.length - (scenario.user === undefined ? 0 : 1);
    for (const [at, one] of history.entries()) {
      const made = messages[first + at]?.tool_calls ?? [];
      for (const [nth, { name, unchecked }] of (one.role === 'assistant' ? (one.calls ?? []) : []).entries()) {
        const args = made[nth]?.function.arguments;
        if (unchecked === true || ajv.validate(suite.tools[name]?.parameters ?? {}, args)) continue;
        const path = ['scenarios', index, 'history', at];
        const message = `arguments ${JSON.stringify(args)} do not fit ${name}: ${ajv.errorsText(ajv.errors)}`;
        mistakes.set(path.join(' '), { path, message });
      }
    }
  }
  return [...mistakes.values()];
}
