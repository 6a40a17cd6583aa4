// What every format of recorded conversations is read into: who said, called and answered what, not yet checked.
import { CannotExpress, type ImportFile, type Remark, type SourceTool } from '../task.ts';
import { idOf, isRow, isTooDeep, type Row, rowsAndFaults } from '../rows.ts';

/** A call as it was recorded. */
export interface TalkCall {
  readonly name: string;
  readonly id?: string | undefined;
  /** undefined: they were no JSON object. */
  readonly arguments: Row | undefined;
}

/** A message as it was recorded; `unread` is one that no model could be shown as it was, and why. */
export type TalkMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly calls: readonly TalkCall[] }
  | {
      readonly role: 'tool';
      readonly content: string;
      readonly id?: string | undefined;
      readonly name?: string | undefined;
    }
  | { readonly role: 'unread'; readonly of: string; readonly why: string };

/** What was said, and which tools were on offer from there on, where a message brings its own. */
export type TalkLine = TalkMessage & {
  readonly tools?: readonly SourceTool[];
  /** An answer that was given elsewhere in the log, to another prompt than what stands before it here. */
  readonly given?: boolean;
};

/** A recorded conversation. */
export interface Talk {
  /** Id in the source, shown in messages. */
  readonly id: string;
  readonly lines: readonly TalkLine[];
  /** On offer from the start. */
  readonly tools: readonly SourceTool[];
  /** What was left out of it, e.g. thoughts. */
  readonly reduced: readonly string[];
}

export interface Recording {
  readonly talks: readonly Talk[];
  readonly left: readonly Remark[];
}

/**
 * Conversations of files, one a row. Rows that are no JSON, such as the last line of a log that is still written, are named.
 * @param talkOf throws CannotExpress for a row that can't be read
 * @throws UserError `bad-import` where no row can be read at all
 */
export function readRecording(files: readonly ImportFile[], talkOf: (row: Row) => Omit<Talk, 'id'>): Recording {
  return readRows(files, (row, place) => [{ id: idOf(row, sessionOf(row) ?? place), read: () => talkOf(row) }]);
}

/** A conversation of a row: what it is called, and how it is read. */
interface Readable {
  readonly id: string;
  /** @throws CannotExpress */
  readonly read: () => Omit<Talk, 'id'>;
}

/** The same where a row may hold several. */
export function readRows(
  files: readonly ImportFile[],
  talksIn: (row: Row, place: string) => readonly Readable[],
): Recording {
  const [talks, left]: [Talk[], Remark[]] = [[], []];
  for (const file of files) {
    const { rows, faults } = rowsAndFaults(file);
    left.push(...faults.map(notRead));
    for (const { id, read } of rows.flatMap(({ row, place }) => talksIn(row, place))) {
      try {
        talks.push({ id, ...read() });
      } catch (error) {
        if (!(error instanceof CannotExpress)) throw error;
        left.push({ task: id, reason: error.message });
      }
    }
  }
  return { talks, left };
}

/** Of the place of a row that is none. */
export const notRead = (task: string): Remark => ({ task, reason: 'not a JSON object: cut off, or no JSON' });

/** What logs call a conversation; a trace of turncoat's says which case of whom it was. */
function sessionOf(row: Row): string | undefined {
  const metadata = isRow(row.metadata) ? row.metadata : {};
  const named = row.session_id ?? row.conversation_id ?? metadata.session_id ?? metadata.conversation_id;
  if (textOf(named) !== undefined) return String(named);
  const { scenario, case: about, role, trial } = metadata;
  return textOf(about) === undefined ? undefined : [scenario, about, role, trial].map(String).join(' ');
}

/** Reads a message, or says why it can't be shown to a model. */
export function readOr(role: string, read: () => TalkLine[]): TalkLine[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CannotExpress)) throw error;
    return [{ role: 'unread', of: role, why: error.message }];
  }
}

/** Arguments as an object, or as JSON text; undefined: neither, or no prompt could show them. No text is no arguments. */
export function argumentsOf(recorded: unknown): Row | undefined {
  if (recorded === undefined || recorded === null) return {};
  if (typeof recorded !== 'string') return isRow(recorded) && isShowable(recorded) ? recorded : undefined;
  try {
    const value: unknown = JSON.parse(recorded.trim() || '{}');
    return isRow(value) && isShowable(value) ? value : undefined;
  } catch {
    // Cut off or malformed: whoever needs them says so.
    return undefined;
  }
}

/** Neither too deep nor with a number beyond all: `1e999` is read as infinite. */
const isShowable = (value: unknown) => !isTooDeep(value) && isFiniteAll(value);

function isFiniteAll(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFiniteAll);
}

/** What a request says of whether calls are made at all: prompts don't. */
export function choiceRemarks(choice: unknown): string[] {
  const usual = choice === undefined || choice === null || (isRow(choice) ? choice.type : choice) === 'auto';
  return usual ? [] : [`what the request says of calls (tool_choice ${JSON.stringify(choice)}) is left out`];
}

/** A text that is there; undefined for none. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** An id that joins a result to its call: a text or a number; undefined for none. */
export const joiningId = (value: unknown): string | undefined =>
  typeof value === 'number' ? String(value) : textOf(value);
