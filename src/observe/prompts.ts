// Cases -> prompts of one model, checked: the model's own template, the case's clock, nothing dropped, nothing smuggled.
import { UserError } from '../errors.ts';
import { promptFaults, smuggledToken } from '../prompt/check.ts';
import type { Case } from '../records/suites/case.ts';
import type { Chat, Renderer, RenderOptions } from '../ports/template.ts';

/** A model's chat templates. */
export interface ChatTemplates {
  /** Where tools are offered. */
  readonly template: string;
  /** Where none are, if that is another one. */
  readonly plainTemplate?: string;
}

/** Prompts of chats, in their order, each by the template that is meant for it. Throws as a renderer does. */
export async function renderChats(
  renderer: Renderer,
  { template, plainTemplate = template }: ChatTemplates,
  chats: readonly Chat[],
  options: RenderOptions,
  signal: AbortSignal,
): Promise<string[]> {
  if (plainTemplate === template) return await renderer.render(template, chats, options, signal);
  const offered = await renderer.render(template, chats.filter(offersTools), options, signal);
  const plain = await renderer.render(
    plainTemplate,
    chats.filter(chat => !offersTools(chat)),
    options,
    signal,
  );
  return chats.map(chat => (offersTools(chat) ? offered : plain).shift() as string);
}

const offersTools = ({ tools }: Chat) => tools.length > 0;

/** What rendering needs to know of a model. */
export interface PromptModel extends ChatTemplates {
  readonly path: string;
  readonly options: RenderOptions;
  /** Texts of control tokens: suite text that contains one would become that token. */
  readonly controlTokens: readonly string[];
}

/** The chat of a case's first turn. */
export function caseChat({ messages, tools, clock }: Case): Chat {
  return { messages, tools, clock };
}

/**
 * Renders every case for one model.
 * @returns case id -> prompt
 * @throws UserError `template-…`, `smuggled-token`
 */
export async function renderCases(
  renderer: Renderer,
  model: PromptModel,
  cases: readonly Case[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const chats = cases.map(caseChat);
  refuseSmuggling(model, cases);
  const prompts = await renderChats(renderer, model, chats, model.options, signal);
  const out = new Map<string, string>();
  cases.forEach((about, index) => {
    const prompt = prompts[index] as string;
    refuseFaults(model, about, prompt, chats[index] as Chat);
    out.set(about.id, prompt);
  });
  return out;
}

function refuseSmuggling({ path, controlTokens }: PromptModel, cases: readonly Case[]): void {
  for (const about of cases) {
    const said = about.messages.map(({ content, tool_calls: calls, tool_call_id: id, name }) => {
      return [content, ...(calls ? [textOf(calls)] : []), id ?? [], name ?? []].flat();
    });
    const text = said.flat().join('\n') + JSON.stringify(about.tools);
    const token = smuggledToken(text, controlTokens);
    if (token === undefined) continue;
    const message = `case ${about.id} (${about.scenario}) contains ${token}, a control token of ${path}`;
    throw new UserError(
      'smuggled-token',
      message,
      'take that text out of the suite: the model would read it as a command',
    );
  }
}

/** Quotes and line ends in arguments are escaped here; no control token holds one. */
const textOf = (calls: NonNullable<Case['messages'][number]['tool_calls']>) =>
  JSON.stringify(calls.map(({ id, function: { name, arguments: args } }) => [id, name, args]));

function refuseFaults({ path }: PromptModel, { id, scenario }: Case, prompt: string, chat: Chat): void {
  const fault = promptFaults(prompt, chat)[0];
  if (fault === undefined) return;
  if (fault.kind === 'tools-dropped') {
    throw new UserError(
      'template-ignores-tools',
      `${path}: the chat template does not show the tools (${fault.tools.join(', ')} missing from the prompt)`,
      'the model was not made for tool calls with this template; compare one whose template offers tools',
    );
  }
  const { role, at, lost } = fault;
  const place = at !== undefined ? `, message ${at + 1} of ${chat.messages.length} in case ${id} (${scenario})` : '';
  const what = lost === undefined ? `the ${role} message` : `the call of ${lost} in the ${role} message`;
  throw new UserError(
    'template-drops-text',
    `${path}: the chat template drops or changes ${what}${place}`,
    at !== undefined
      ? 'take it out of the history, or give a template that shows it (--template-file)'
      : 'look at the template with `turncoat inspect`',
  );
}
