// Raw reply -> content, reasoning, calls. Never throws: what the model did is data.
import type { ParsedReply, ParseNote, ToolDefinition } from '../records/toolcall.ts';
import type { Format, FormatContext } from './formats/format.ts';
import { type FormatName, formatNamed, formatNames, formats, genericFormat } from './formats/index.ts';
import { type CallMarkers, derivedFormat } from './formats/shared/json-after-marker.ts';
import { wantsArguments } from './forms/python.ts';
import { malformedCall } from './json-calls.ts';
import { withRealBreaks } from './text/line-breaks.ts';
import { callNotes, keyNotes, leftNotes, mostNotes, nameNotes, thoughtNotes, withTools } from './unread/notes.ts';
import { type Looking, otherCalls } from './other-formats.ts';
import { joined, takenFrom, unwrappedPieces } from './text/pieces.ts';
import { withoutStrays } from './reasoning.ts';
import { spelled } from './text/spellings.ts';
import { markedNotes, splitNotes } from './unread/split.ts';
import { besideEmptyNotes, endedNotes, vanishedNotes } from './unread/vanished.ts';
import { ReplyReader, type Walking } from './walk.ts';

/** What is known of a reply beside its text. */
export interface ReplyContext {
  /** Name of the format, as recorded in the run; unknown names are read as generic JSON. */
  readonly format: string;
  /** Found out from the template, where no known format reads it. */
  readonly markers?: CallMarkers | undefined;
  /** What the template wrote just before the reply; undefined when nobody knows. */
  readonly generationPrompt: string | undefined;
  /** Tools that were offered: their schemas type the values of tagged formats. */
  readonly tools?: readonly ToolDefinition[];
  /** Calls in other formats are not looked for: for tests of a format. */
  readonly ownFormatAlone?: true;
  /** Why the reply ended; `stop`: the model ended it itself. */
  readonly finish?: 'stop' | 'length' | 'unfinished';
}

/** What families end a turn or a message with; a decoder that keeps special tokens leaves it in the text. */
const endNames =
  'im_end eot_id eom_id end eot endoftext return call role_end message_sep end_of_text im_middle END_OF_TURN_TOKEN END_RESPONSE stop plamo:tag';
const endTokens = endNames
  .split(' ')
  .map(name => `<|${name}|>`)
  .concat('</s>', '<end_of_turn>', '<turn|>', '<｜end▁of▁sentence｜>', '[e~[', '<SPECIAL_12>', '<seed:eos>');

function withoutEnd(raw: string): string {
  let text = raw.trimEnd();
  for (;;) {
    const token = endTokens.find(end => text.endsWith(end));
    if (token === undefined) return text;
    text = text.slice(0, -token.length).trimEnd();
  }
}

/** Openings that models repeat although the generation prompt already has them. */
const repeatedHead = /^\s*(?:<\|CHATBOT_TOKEN\|>|<\|im_start\|>assistant\n)/;

/** What has none is no name, but what is left of one. */
const anyLetter = /[\p{L}\p{N}]/u;

const noTools: readonly ToolDefinition[] = [];

/** Takes a raw reply apart. Where its line breaks were written as `\\n`, they are read as such if that gives more calls. */
export function readReply(raw: string, context: ReplyContext): ParsedReply {
  const read = readWritten(raw, context);
  if (context.ownFormatAlone === true || context.finish === 'unfinished') return read;
  return { ...read, notes: [...read.notes, ...endedNotes(raw, read)] };
}

function readWritten(raw: string, context: ReplyContext): ParsedReply {
  const written = withoutEnd(raw).replace(repeatedHead, '');
  const { reply, read } = inBestSpelling(written, context);
  const broken = context.ownFormatAlone === true ? undefined : withRealBreaks(reply);
  if (broken === undefined || context.finish === 'unfinished') return read;
  const again = readText(broken, context);
  if (worth(again, context.tools) <= worth(read, context.tools)) return read;
  const calls = again.calls.map(call => (call.state === 'complete' ? { ...call, state: 'repaired' as const } : call));
  const mended = calls.filter((_call, index) => again.calls[index]?.state === 'complete');
  return { ...again, calls, notes: [...again.notes, ...callNotes(mended, context.finish, ['repaired-call'])] };
}

/** As it was written, where that reads as well as in its family's spelling: an argument may have a marker for its text. */
function inBestSpelling(written: string, context: ReplyContext): { reply: string; read: ParsedReply } {
  const reply = spelled(written);
  const read = readText(reply, context);
  if (reply === written || read.calls.length === 0) return { reply, read };
  const plain = readText(written, context);
  if (worth(plain, context.tools) < worth(read, context.tools)) return { reply, read };
  return { reply: written, read: plain };
}

/** How much of a reply was read as calls: its own family's before others', whole ones before parts and thoughts. */
function worth({ calls, notes }: ParsedReply, tools: readonly ToolDefinition[] = noTools): number {
  const thoughts = notes.filter(({ code }) => code === 'call-in-thought').length;
  return calls.reduce((sum, { name, state, arguments: given, otherFormat }) => {
    const tool = tools.find(one => one.function.name === name);
    if (tool === undefined && (tools.length > 0 || !/^[\w.:-]+$/.test(name))) return sum;
    const filled = Object.keys(given ?? {}).length > 0 || (tool !== undefined && !wantsArguments(tool));
    if (!filled || given === undefined || state === 'partial') return sum + 1;
    return sum + (otherFormat === undefined ? 4 : 3);
  }, thoughts);
}

/** Takes the text of a reply apart. @param unmarked the marks of thoughts were taken out already: what is left of them stays */
function readText(reply: string, context: ReplyContext, unmarked = false): ParsedReply {
  const format = context.markers === undefined ? formatNamed(context.format) : derivedFormat(context.markers);
  const looking: Looking = { own: format, name: context.markers === undefined ? context.format : undefined };
  const { finish, generationPrompt, tools = noTools } = context;
  // A reply that still grows is stopped at calls of its own format alone.
  const growing = finish === 'unfinished';
  const about: FormatContext = { tools, generationPrompt, cut: growing || finish === 'length' };
  const ownAlone = growing || context.ownFormatAlone === true;
  const all = otherCalls(about, looking);
  const others = ownAlone ? undefined : { all, marked: otherCalls(about, { ...looking, markedAlone: true }) };
  // A block of reasoning that was never closed holds calls only where the model ended its reply in it.
  const walking: Walking = { thinking: growing || finish === 'length', others };
  const own = format.readWhole?.(reply, about) ?? new ReplyReader(reply, format, about, walking).read();
  const inContent = format.quotes === true ? otherCalls(about, { ...looking, quoted: true }) : all;
  const read = ownAlone ? own : takenFrom(own, inContent);
  const pieces = unwrappedPieces(read.pieces);
  const calls = pieces.flatMap(piece => (piece.kind === 'calls' ? piece.calls : []));
  const named = calls.filter(call => anyLetter.test(call.name));
  const nameless = calls.filter(call => !anyLetter.test(call.name));
  const clean = format.clean ?? ((text: string) => text);
  const text = (kind: 'content' | 'thought') =>
    pieces.flatMap(piece => (piece.kind === kind ? [clean(piece.text)] : []));
  const content = withoutStrays(text('content').join(''));
  const reasoning = text('thought').filter(thought => thought.trim() !== '');
  const notes: ParseNote[] = [
    ...read.notes.slice(0, mostNotes),
    ...nameless.slice(0, mostNotes).map(call => malformedCall(call.argumentsText)),
    ...callNotes(named, finish).slice(0, mostNotes),
  ];
  if (!ownAlone) {
    // What is only perhaps a thought is looked through as content is.
    const left = pieces.flatMap(piece =>
      piece.kind === 'content' || (piece.kind === 'thought' && piece.doubtful === true) ? [piece.text] : [],
    );
    notes.push(...nameNotes(named, tools).slice(0, mostNotes), ...keyNotes(named, tools).slice(0, mostNotes));
    const thoughts = pieces.filter(piece => piece.kind === 'thought');
    notes.push(...thoughtNotes(thoughts, named, tools, all, format), ...leftNotes(left, named, tools, format));
    notes.push(...besideEmptyNotes(joined(read.pieces), tools));
    notes.push(...splitNotes(pieces, named, tools, format, notes));
    const others = (text: string) => readText(text, { ...context, generationPrompt: '' }, true);
    if (!unmarked) notes.push(...markedNotes(reply, pieces, tools, withTools(notes, tools), others));
  }
  const known = withTools(notes, tools);
  const written = format.twice === undefined ? reply : reply.replace(format.twice, '');
  return {
    content: content.trim(),
    reasoning: reasoning.join('\n').trim(),
    calls: named,
    notes: ownAlone ? known : [...known, ...vanishedNotes(written, read.pieces, known, tools)],
  };
}

/** The format whose markers a reply shows; generic JSON where it shows none. For replies of unknown models. */
export function formatOfReply(raw: string): FormatName {
  const shown = (name: FormatName) => new RegExp(formats[name].opens.source).test(raw);
  const telling = formatNames.filter(name => !vague(name) && shown(name));
  const reads = (name: FormatName) =>
    readReply(raw, { format: name, generationPrompt: undefined, ownFormatAlone: true }).calls.length;
  const best = telling.find(name => reads(name) > 0) ?? telling[0];
  if (best !== undefined) return best;
  return formatNames.find(name => vague(name) && shown(name) && reads(name) > 0) ?? genericFormat;
}

function vague(name: FormatName): boolean {
  const format: Format = formats[name];
  return format.vague === true;
}
