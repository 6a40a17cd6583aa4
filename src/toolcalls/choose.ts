// A chat template -> which format its model writes calls in, tested by rendering a call and reading it back.
import type { Message } from '../records/suites/case.ts';
import type { FormatRecord } from '../records/run.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import { callFromJson } from './call.ts';
import { type FormatName, formatNames, formats, genericFormat } from './formats/index.ts';
import type { CallMarkers } from './formats/shared/json-after-marker.ts';
import { jsonEnd } from './text/json.ts';
import { readReply } from './read.ts';
import { openedBlock, thinkMarkers } from './reasoning.ts';
import { exampleFrame } from './write.ts';

/** Renders a conversation with the model's own template; throws what the template throws. */
export type RenderProbe = (
  messages: readonly Message[],
  tools: readonly ToolDefinition[],
  addGenerationPrompt?: boolean,
) => string;

/** The text of a call up to its name, and from there to its first argument. */
interface Frame {
  /** A thought without words, or the end of what the prompt opened: given, and never scored. */
  readonly lead?: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** The choice, how it was made, and whether the template's own rendering of a call could be read back. */
export interface FormatChoice {
  readonly format: FormatName;
  readonly how: 'signature' | 'self-test' | 'derived' | 'generic';
  readonly selfTest: 'passed' | 'failed' | 'not-possible';
  /** `derived` alone: what stands around the JSON of a call. */
  readonly markers?: CallMarkers;
  /** What an exact score forces: absent where nobody knows how the model starts a call. */
  readonly frame?: Frame;
  readonly notes: FormatRecord['notes'];
}

/** What is known of a template before its calls are looked at. */
export interface TemplateFacts {
  /** false: past calls and tools are put into the prompt as text, so that no probe says anything about the model. */
  readonly showsCalls: boolean;
  /** true: tools are offered in a text of ours that asks for calls in the chosen format. */
  readonly offersAsText: boolean;
}

const probeName = 'turncoat_probe';
const probeArgument = 'probe_argument';
const probeTool: ToolDefinition = {
  type: 'function',
  function: {
    name: probeName,
    description: 'A probe',
    parameters: { type: 'object', properties: { [probeArgument]: { type: 'string' } }, required: [probeArgument] },
  },
};
const ask: Message = { role: 'user', content: 'hello' };
const call: Message = {
  role: 'assistant',
  content: '',
  tool_calls: [
    { id: 'abcdef123', type: 'function', function: { name: probeName, arguments: { [probeArgument]: 'probe value' } } },
  ],
};

/** The format that a template's text stands for; undefined when no signature fits. */
export function formatOfTemplate(template: string): FormatName | undefined {
  return formatNames.find(name => formats[name].signature(template));
}

/**
 * Chooses a format for a template: by its signature, else by which format reads the probe back, else by what stands
 * around the JSON of the probe, else generic JSON.
 */
export function chooseFormat(template: string, render: RenderProbe, facts: TemplateFacts): FormatChoice {
  const probe = facts.showsCalls ? probeReply(render) : undefined;
  const signed = formatOfTemplate(template);
  const tested = probe === undefined ? undefined : probedChoice(probe, signed);
  if (tested !== undefined) {
    // The text that offers the tools asks for the format's own example, whatever the history shows.
    const frame = facts.offersAsText && signed !== undefined ? spokenFrame(signed, render) : probeFrame(probe);
    return { ...tested, selfTest: 'passed', ...framed(frame) };
  }
  const selfTest = probe === undefined ? 'not-possible' : 'failed';
  if (signed !== undefined) {
    return { format: signed, how: 'signature', selfTest, notes: [], ...framed(spokenFrame(signed, render)) };
  }
  const notes = [{ code: 'unknown-format', detail: 'no known format reads the template’s own call' }];
  const frame = facts.offersAsText ? spokenFrame(genericFormat, render) : undefined;
  return { format: genericFormat, how: 'generic', selfTest, notes, ...framed(frame) };
}

/** The format that reads the probe: the one that the template stands for, else one that leaves nothing of it as content. */
function probedChoice(probe: Probe, signed: FormatName | undefined) {
  if (signed !== undefined && readsProbe(probe, signed) !== 'not') {
    return { format: signed, how: 'signature' as const, notes: [] };
  }
  const whole = formatNames.find(name => readsProbe(probe, name) === 'whole');
  if (whole !== undefined) return { format: whole, how: 'self-test' as const, notes: [] };
  const markers = derivedMarkers(probe);
  if (markers !== undefined && readsProbe(probe, genericFormat, markers) === 'whole') {
    const notes = [{ code: 'derived-format', detail: `${markers.open} … ${markers.close}` }];
    return { format: genericFormat, how: 'derived' as const, markers, notes };
  }
  const partly = formatNames.find(name => readsProbe(probe, name) === 'partly');
  return partly === undefined ? undefined : { format: partly, how: 'self-test' as const, notes: [] };
}

const framed = (frame: Frame | undefined) => (frame === undefined ? {} : { frame });

/** A call of the probe tool as the template writes it. */
interface Probe {
  /** The prompt up to where the reply parts from it. */
  readonly before: string;
  /** From there; without a block of reasoning that the generation prompt opens. */
  readonly reply: string;
  /** What must be written first, after the generation prompt: reasoning, or the end of it. */
  readonly lead: string;
  /** What the template writes after every message of the assistant. */
  readonly tail: string;
}

/** What the template writes after its generation prompt when the assistant calls the probe tool. */
function probeReply(render: RenderProbe): Probe | undefined {
  try {
    const prompt = render([ask], [probeTool], true);
    const whole = render([ask, call], [probeTool], false);
    const plain = render([ask, { role: 'assistant', content: 'hello' }], [probeTool], false);
    const shared = sharedLength(prompt, whole);
    const written = withoutOverlap(prompt.slice(shared), whole.slice(shared));
    // The call must be in what comes after the prompt: the tool's declaration has its name too.
    const name = written.indexOf(probeName);
    if (name < 0 || written.includes('"description"')) return undefined;
    const tail = plain.slice(plain.lastIndexOf('hello') + 'hello'.length);
    return { before: prompt.slice(0, shared), tail, ...afterReasoning(prompt, written, name) };
  } catch {
    return undefined;
  }
}

/** A prompt may end in words of its own before the reply starts as the history shows it: those are not written twice. */
function withoutOverlap(unsaid: string, written: string): string {
  for (let length = Math.min(unsaid.length, written.length); length > 0; length--) {
    if (unsaid.endsWith(written.slice(0, length))) return written.slice(length);
  }
  return written;
}

/**
 * A call without the reasoning that the template puts before it, and that reasoning: an empty one, or the end of what the
 * prompt opened.
 */
function afterReasoning(prompt: string, written: string, name: number): { reply: string; lead: string } {
  const block = openedBlock(prompt);
  if (block === undefined) {
    // The prompt has closed the block already; the history shows its close alone.
    const close = thinkMarkers.flatMap(({ closes }) => closes).find(marker => prompt.trimEnd().endsWith(marker));
    const again = close !== undefined && written.trimStart().startsWith(close);
    if (again) return { reply: written.trimStart().slice(close.length), lead: '' };
    const end = lastClose(written.slice(0, name));
    return { reply: written.slice(end), lead: written.slice(0, end) };
  }
  const close = block.closes.find(marker => written.lastIndexOf(marker, name) >= 0) ?? (block.closes[0] as string);
  const closed = written.lastIndexOf(close, name);
  if (closed < 0) return { reply: written.trimStart(), lead: `${close}\n\n` };
  return { reply: written.slice(closed + close.length), lead: close };
}

/** Where the last block of reasoning ends; 0: there is none. */
function lastClose(text: string): number {
  const ends = thinkMarkers.flatMap(({ closes }) =>
    closes.map(close => (text.includes(close) ? text.lastIndexOf(close) + close.length : 0)),
  );
  return Math.max(...ends);
}

/** `partly`: the call is read, but text around it stays content. */
function readsProbe(probe: Probe, format: FormatName, markers?: CallMarkers): 'whole' | 'partly' | 'not' {
  const { before, reply, lead, tail } = probe;
  // Where the reasoning is cut off, the prompt that opens it is no longer what stands before the reply.
  const generationPrompt = lead === '' ? before.slice(-200) : '';
  const ended = tail !== '' && reply.endsWith(tail) ? reply.slice(0, -tail.length) : reply;
  const context = {
    format,
    generationPrompt,
    tools: [probeTool],
    ownFormatAlone: true as const,
    ...(markers && { markers }),
  };
  const { calls, content } = readReply(ended, context);
  const read =
    calls.length === 1 && calls[0]?.name === probeName && calls[0]?.arguments?.[probeArgument] === 'probe value';
  return read ? (content === '' ? 'whole' : 'partly') : 'not';
}

function probeFrame(probe: Probe | undefined): Frame | undefined {
  if (probe === undefined) return undefined;
  const { reply, lead } = probe;
  const name = reply.indexOf(probeName);
  const argument = reply.indexOf(probeArgument, name);
  if (name < 0 || argument <= name + probeName.length) return undefined;
  // A name that is written twice ends the suffix: the second one is another tool's in another tool's call.
  const suffix = reply.slice(name + probeName.length, argument).split(probeName)[0] as string;
  return { ...(lead === '' ? {} : { lead }), prefix: reply.slice(0, name), suffix };
}

/** The frame of a format's own example, where the template shows no call; after the reasoning, where it starts in it. */
function spokenFrame(format: FormatName, render: RenderProbe): Frame {
  const { prefix, suffix } = exampleFrame(format);
  const block = openedBlock(safely(() => render([ask], [probeTool], true)) ?? '');
  return { ...(block === undefined ? {} : { lead: `${block.closes[0]}\n\n` }), prefix, suffix };
}

/** The text before and after the JSON object that names the probe tool. */
function derivedMarkers({ reply, tail }: Probe): CallMarkers | undefined {
  const name = reply.indexOf(probeName);
  for (let at = reply.indexOf('{'); at >= 0 && at < name; at = reply.indexOf('{', at + 1)) {
    const end = jsonEnd(reply, at);
    if (end === undefined || callFromJson(reply.slice(at, end), { mayRepair: false })?.name !== probeName) continue;
    const open = reply.slice(0, at).trim();
    const rest = reply.slice(end);
    const close = (tail !== '' && rest.endsWith(tail) ? rest.slice(0, -tail.length) : rest).trim();
    return open === '' ? undefined : { open, close };
  }
  return undefined;
}

/** Length of what two texts share at their start; a token in angle brackets is never cut. */
export function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  if (length === a.length) return length;
  const opened = a.lastIndexOf('<', length - 1);
  const cut = length > 0 && opened >= 0 && length - opened < 40 && !/[>\s]/.test(a.slice(opened, length));
  return cut ? opened : length;
}

function safely<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
