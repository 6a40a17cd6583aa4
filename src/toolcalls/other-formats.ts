// A second look at the text that a family's own format left over: calls in the formats of all others, and in no family's.
import type { ToolCall, ToolDefinition } from '../records/toolcall.ts';
import { Ahead } from './text/ahead.ts';
import type { Format, FormatContext, Taken } from './formats/format.ts';
import { type FormatName, formatNames, formats } from './formats/index.ts';
import { forms } from './forms/index.ts';
import type { Finder, Found } from './text/pieces.ts';

/**
 * After so many places that look like calls and are none, the rest of a text is not read; the family's own places and
 * those of all others are counted apart, so that others' never hide its own.
 */
const mostFailures = 200;

/** One way of reading, and where it may start. */
interface Reading {
  /** Empty: the family's own. */
  readonly name: string;
  readonly opens: RegExp;
  take(text: string, at: number, context: FormatContext): Taken | undefined;
}

/** The family's own format, whose name is no label, and how much is looked for. */
export interface Looking {
  readonly own: Format;
  readonly name: string | undefined;
  /** Formats with markers of their own alone: JSON and Python in a text may be no more than its subject. */
  readonly markedAlone?: boolean;
  /** The own format's calls in this text are quotes. */
  readonly quoted?: boolean;
}

/** `qwen-xml` and `hermes` read the same; `minicpm`’s tag is read as an element, whatever its arguments are tagged with. */
const readElsewhere: readonly FormatName[] = ['qwen-xml', 'minicpm'];

/** A finder of calls in every format and form. */
export function otherCalls(context: FormatContext, looking: Looking): Finder {
  const { own, name, markedAlone = false, quoted = false } = looking;
  const readings = [
    // The own format's calls count wherever it opens, others' where their marker is.
    ...(quoted || (markedAlone && own.vague === true)
      ? []
      : [{ ...formatReading('', own), opens: new RegExp(own.opens.source, 'g') }]),
    ...markedReadings.filter(reading => reading.name !== name),
    ...(markedAlone ? [] : formReadings(context)),
  ];
  let scan: Scan | undefined;
  return (text, from) => {
    if (!anyBracket.test(text)) return undefined;
    if (scan?.text !== text) scan = new Scan(text, readings, context);
    return scan.next(from);
  };
}

function formatReading(name: string, format: Format): Reading {
  const opens = new RegExp((format.opensCall ?? format.opens).source, 'g');
  return { name, opens, take: (text, at, context) => format.take(text, at, context) };
}

/** Every call has one, but ReAct's. */
const anyBracket = /[<({[]|Action/i;

const markedReadings = formatNames
  .filter(name => isMarked(formats[name]) && !readElsewhere.includes(name))
  .map(name => formatReading(name, formats[name]));

/** Does a format have a marker of its own for its calls? */
function isMarked({ vague, opensCall }: Format): boolean {
  return vague !== true || opensCall !== undefined;
}

/** A run reads many replies with the same tools. */
const knownForms = new WeakMap<readonly ToolDefinition[], Reading[]>();

function formReadings({ tools }: FormatContext): Reading[] {
  const known = knownForms.get(tools);
  if (known !== undefined) return known;
  const readings = forms.flatMap((form): Reading[] => {
    const opens = form.opens(tools);
    return opens === undefined ? [] : [{ name: form.name, opens, take: (...given) => form.take(...given) }];
  });
  knownForms.set(tools, readings);
  return readings;
}

function kindOf({ name }: Reading): 'own' | 'other' {
  return name === '' ? 'own' : 'other';
}

/** One text, read from left to right by all readings at once. */
class Scan {
  readonly text: string;
  readonly #readings: readonly Reading[];
  readonly #context: FormatContext;
  readonly #ahead: Ahead;
  readonly #from: number[];
  readonly #failures = { own: 0, other: 0 };

  constructor(text: string, readings: readonly Reading[], context: FormatContext) {
    this.text = text;
    this.#readings = readings;
    this.#context = context;
    this.#ahead = new Ahead(text);
    this.#from = readings.map(() => 0);
  }

  /** The calls that start first at or after `from`. */
  next(from: number): Found | undefined {
    for (;;) {
      const place = this.#first(from);
      if (place === undefined) return undefined;
      const { index, at, reading } = place;
      const taken = reading.take(this.text, at, this.#context);
      if (taken !== undefined && taken.end > at && this.#tells(taken, at, reading)) {
        return {
          at,
          end: taken.end,
          notes: taken.notes,
          calls: taken.calls.map(call => this.#labelled(call, reading)),
        };
      }
      this.#failures[kindOf(reading)]++;
      // What this reading has looked through and found broken is not looked through again.
      this.#from[index] = Math.max(at + 1, taken?.calls.length === 0 ? taken.end : 0);
    }
  }

  #first(from: number): { index: number; at: number; reading: Reading } | undefined {
    let first: { index: number; at: number; reading: Reading } | undefined;
    for (const [index, reading] of this.#readings.entries()) {
      if (this.#failures[kindOf(reading)] >= mostFailures) continue;
      const start = Math.max(from, this.#from[index] as number);
      const at = this.#ahead.pattern(reading.opens, start)?.at;
      if (at !== undefined && (first === undefined || at < first.at)) first = { index, at, reading };
    }
    return first;
  }

  /** Without arguments, a name in another family's tag is a call only where the tool is offered: `<tool_call>none`. */
  #tells({ calls, end }: Taken, at: number, { name }: Reading): boolean {
    const { tools } = this.#context;
    const offered = calls.some(call => tools.some(tool => tool.function.name === call.name));
    if (!calls.some(call => /\p{L}/u.test(call.name))) return false;
    if (name === '' || offered) return true;
    const text = this.text.slice(at, end);
    return /[{(=]|\bInput\b/.test(
      calls.reduce((left, call) => left.replace(call.name, ''), text).replace(/^<\w+=/, ''),
    );
  }

  #labelled(call: ToolCall, { name }: Reading): ToolCall {
    return name === '' ? call : { ...call, otherFormat: name };
  }
}
