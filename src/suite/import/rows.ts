// JSON or JSON lines -> rows with the place they stand at.
import { UserError } from '../../errors.ts';
import { CannotExpress, type ImportFile, type SourceTool } from './task.ts';

export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Rows of a file: a JSON array, one JSON object, or JSON lines.
 * @throws UserError `bad-import` naming the line that is no JSON object
 */
export function rowsOf(file: ImportFile): PlacedRow[] {
  return valuesOf(file).map(({ value, place }) => {
    if (isRow(value)) return { row: value, place };
    throw notRow(place);
  });
}

/**
 * The same, with the places of what is no JSON object apart: the last line of a log is often cut off.
 * @throws UserError `bad-import` where there is none at all
 */
export function rowsAndFaults(file: ImportFile): { readonly rows: PlacedRow[]; readonly faults: string[] } {
  const values = valuesOf(file);
  const rows = values.flatMap(({ value, place }) => (isRow(value) ? [{ row: value, place }] : []));
  const faults = values.filter(({ value }) => !isRow(value)).map(({ place }) => place);
  // A text most of whose lines are none is no JSON lines.
  if (rows.length < Math.max(1, faults.length)) throw notRow(faults[0] ?? file.name);
  return { rows, faults };
}

interface PlacedRow {
  readonly row: Row;
  readonly place: string;
}

const notRow = (place: string) =>
  new UserError('bad-import', `${place}: not a JSON object`, 'give JSON, or JSON lines with one task a line');

function valuesOf({ name, text }: ImportFile): { readonly value: unknown; readonly place: string }[] {
  const whole = parsed(text);
  const list = Array.isArray(whole) ? whole : whole === undefined ? undefined : [whole];
  return (
    list?.map((value, index) => ({ value, place: `${name}, entry ${index + 1}` })) ??
    text
      .split('\n')
      .map((line, index) => ({ line: line.trim(), place: `${name}:${index + 1}` }))
      .filter(({ line }) => line !== '')
      .map(({ line, place }) => ({ value: parsed(line), place }))
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A name of the source as the source wrote it, or the place it would stand at. */
export const idOf = (row: Row, place: string): string => {
  const id = row.id ?? row.custom_id;
  return (typeof id === 'string' && id.trim() !== '') || typeof id === 'number' ? String(id) : place;
};

/** Content of a message: a text, or parts that are all text. */
export function contentOf(message: Row): string {
  const { content } = message;
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw new CannotExpress('a message has no text');
  return content
    .map(part => {
      const text = isRow(part) ? (part.text ?? part.refusal) : undefined;
      if (typeof text === 'string') return text;
      const type = isRow(part) && typeof part.type === 'string' ? ` (${part.type})` : '';
      throw new CannotExpress(`a message holds something other than text${type}`);
    })
    .join('\n');
}

/** Does it lie deeper than anything that is meant? A program that goes down into it would run out of stack. */
export function isTooDeep(value: unknown, levels = 200): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some(inner => isTooDeep(inner, levels - 1));
}

/** Tools in the plain form `{name, description, parameters}`, OpenAI's `{type, function}` or Anthropic's `input_schema`. */
export function toolsOf(list: unknown): SourceTool[] {
  if (list !== undefined && list !== null && !Array.isArray(list)) throw new CannotExpress('its tools are not a list');
  return ((list ?? []) as unknown[]).map(entry => {
    const tool = isRow(entry) && isRow(entry.function) ? entry.function : entry;
    if (!isRow(tool) || typeof tool.name !== 'string') throw new CannotExpress('a tool has no name');
    const description = typeof tool.description === 'string' ? tool.description : '';
    const parameters = tool.parameters ?? tool.input_schema;
    if (isTooDeep(parameters)) throw new CannotExpress('the parameters of a tool lie too deep in each other');
    return { name: tool.name, description, parameters };
  });
}
