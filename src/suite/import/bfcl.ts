// Berkeley Function Calling Leaderboard: question files and possible_answer files, in any mix -> tasks.
import { acceptedObjects } from './accepted.ts';
import { contentOf, idOf, isRow, type Row, rowsOf, toolsOf } from './rows.ts';
import { CannotExpress, type ImportFile, type Reading, type Remark, type SourceCall, type Task } from './task.ts';

/** What a model should say where no tool fits. */
const noToolFits = 'None of the tools offered here can do that.';

/** @throws UserError `bad-import` for a file that is neither JSON nor JSON lines */
export function readBfcl(files: readonly ImportFile[]): Reading {
  const rows = files.flatMap(file => rowsOf(file).map(at => ({ ...at, file: file.name })));
  const answers = answersOf(rows.map(({ row }) => row));
  const [tasks, left]: [Task[], Remark[]] = [[], []];
  const seen = new Set<string>();
  for (const { row, place, file } of rows) {
    if ('ground_truth' in row && !('question' in row)) continue;
    const id = idOf(row, place);
    try {
      if (seen.has(id)) throw new CannotExpress('its id was given before');
      seen.add(id);
      tasks.push(taskOf(id, row, answers.get(id), /irrelevance/.test(`${id} ${file}`)));
    } catch (error) {
      if (!(error instanceof CannotExpress)) throw error;
      left.push({ task: id, reason: error.message });
    }
  }
  const remarks = [...answers.keys()]
    .filter(id => !seen.has(id))
    .map(task => ({ task, reason: 'an answer without its task (give the question file too)' }));
  return { tasks, left, remarks };
}

/** Answers by id. Two different ones for a task are kept apart, and refused with it. */
function answersOf(rows: readonly Row[]): Map<string, unknown[]> {
  const answers = new Map<string, unknown[]>();
  for (const row of rows) {
    if (!('ground_truth' in row)) continue;
    const id = idOf(row, '');
    const same = answers.get(id) ?? [];
    const text = JSON.stringify(row.ground_truth);
    if (!same.some(one => JSON.stringify(one) === text)) answers.set(id, [...same, row.ground_truth]);
  }
  return answers;
}

function taskOf(id: string, row: Row, answers: readonly unknown[] | undefined, irrelevant: boolean): Task {
  const turns = turnsOf(row.question);
  if (turns.length > 1) throw new CannotExpress('several turns: a scenario has one request');
  const messages = turns[0] ?? [];
  const roles = messages.map(({ role }) => role);
  if (roles.some(role => role !== 'user' && role !== 'system')) {
    throw new CannotExpress('its conversation has begun already: a scenario starts with the request');
  }
  const texts = (wanted: string) => messages.filter(({ role }) => role === wanted).map(contentOf);
  const user = texts('user').join('\n\n');
  if (user.trim() === '') throw new CannotExpress('it has no request');
  const system = texts('system').join('\n\n');
  const task = { id, user, tools: toolsOf(row.function), reduced: [], ...(system.trim() === '' ? {} : { system }) };
  if (answers === undefined && irrelevant) return { ...task, expect: { text: noToolFits } };
  if (answers === undefined) throw new CannotExpress('no accepted answer was given (its file in possible_answer)');
  if (answers.length > 1) throw new CannotExpress('two different answers were given');
  const calls = callsOf(answers[0]);
  return { ...task, expect: calls.length === 0 ? { text: noToolFits } : { calls } };
}

/** `[[message]]`: turns; older files have one turn, `[message]`, or just its text. */
function turnsOf(question: unknown): Row[][] {
  if (typeof question === 'string') return [[{ role: 'user', content: question }]];
  const list = Array.isArray(question) ? question : [];
  const turns = list.every(isRow) ? [list] : list;
  return turns.map(turn => {
    if (Array.isArray(turn) && turn.every(isRow)) return turn;
    throw new CannotExpress('its question is not a list of messages');
  });
}

function callsOf(truth: unknown): SourceCall[] {
  const unread = 'its answer is not written as accepted values of arguments';
  if (!Array.isArray(truth)) throw new CannotExpress(unread);
  return truth.map(entry => {
    const [call, ...more] = isRow(entry) ? Object.entries(entry) : [];
    if (call === undefined || more.length > 0 || !isRow(call[1])) throw new CannotExpress(unread);
    const [name, values] = call;
    return { name, accepted: schema => acceptedObjects(values as Row, schema) };
  });
}
