// A chat template -> which format its model writes calls in, tested by rendering a call and reading it back.
import type { Message } from '../records/case.ts';
import type { ParseNote, ToolDefinition } from '../records/toolcall.ts';
import { type FormatName, formatNames, formats, genericFormat } from './formats/index.ts';
import { readReply } from './read.ts';

/** Renders a conversation with the model's own template; throws what the template throws. */
export type RenderProbe = (
  messages: readonly Message[],
  tools: readonly ToolDefinition[],
  addGenerationPrompt?: boolean,
) => string;

/** The choice, how it was made, and whether the template's own rendering of a call could be read back. */
export interface FormatChoice {
  readonly format: FormatName;
  readonly how: 'signature' | 'self-test' | 'generic';
  readonly selfTest: 'passed' | 'failed' | 'not-possible';
  readonly notes: readonly ParseNote[];
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

/** Chooses a format for a template: by its signature, else by which format reads the probe back, else generic JSON. */
export function chooseFormat(template: string, render: RenderProbe): FormatChoice {
  const probe = probeReply(render);
  const signed = formatOfTemplate(template);
  const reads = (name: FormatName) => probe !== undefined && readsProbe(name, probe);
  if (signed !== undefined) {
    const selfTest = probe === undefined ? 'not-possible' : reads(signed) ? 'passed' : 'failed';
    return { format: signed, how: 'signature', selfTest, notes: [] };
  }
  const working = formatNames.find(reads);
  if (working !== undefined) return { format: working, how: 'self-test', selfTest: 'passed', notes: [] };
  const selfTest = probe === undefined ? 'not-possible' : 'failed';
  const notes = [{ code: 'unknown-format', detail: 'no known format reads the template’s own call' }];
  return { format: genericFormat, how: 'generic', selfTest, notes };
}

/**
 * The forced text of an exact score: a call as the template writes it, up to the tool's name, and what follows the name.
 * @returns undefined where the template shows no call that starts a reply
 */
export function scoringFrame(
  { selfTest }: FormatChoice,
  render: RenderProbe,
): { prefix: string; suffix: string } | undefined {
  const reply = selfTest === 'passed' ? probeReply(render) : undefined;
  if (reply === undefined) return undefined;
  const name = reply.indexOf(probeName);
  const argument = reply.indexOf(probeArgument, name);
  if (name < 1 || argument < 0) return undefined;
  return { prefix: reply.slice(0, name), suffix: reply.slice(name + probeName.length, argument) };
}

/** What the template writes after its generation prompt when the assistant calls the probe tool. */
function probeReply(render: RenderProbe): string | undefined {
  try {
    const prompt = render([ask], [probeTool], true);
    const whole = render([ask, call], [probeTool], false);
    return whole.startsWith(prompt) ? whole.slice(prompt.length) : undefined;
  } catch {
    return undefined;
  }
}

function readsProbe(format: FormatName, reply: string): boolean {
  const calls = readReply(reply, { format, generationPrompt: '' }).calls;
  return calls.length === 1 && calls[0]?.name === probeName && calls[0]?.arguments?.[probeArgument] === 'probe value';
}
