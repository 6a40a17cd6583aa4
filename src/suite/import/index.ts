// Texts of other formats -> Suite, one file per format. Nothing is lost: a task is imported, or named with its reason.
import { readAnthropic } from './anthropic.ts';
import { assemble, type Imported } from './assemble.ts';
import { readBfcl } from './bfcl.ts';
import { slug } from './names.ts';
import { readOpenAi } from './openai.ts';
import { readShareGpt } from './sharegpt.ts';
import { assembleTalks, type TalkOptions } from './talks/assemble.ts';
import { readLangfuse } from './talks/langfuse.ts';
import { readLiteLlm } from './talks/litellm.ts';
import { readOtel } from './talks/otel.ts';
import type { Recording } from './talks/talk.ts';
import type { ImportFile, Reading } from './task.ts';

export { type Variable, variable, type Vary } from './vary/index.ts';
export { writeSuite } from './write.ts';

/** How a format is read: tasks that a context is drawn around, or conversations that stay as they were. */
type Format = { readonly about: string; readonly files: string } & (
  | { readonly read: (files: readonly ImportFile[]) => Reading }
  | { readonly record: (files: readonly ImportFile[]) => Recording }
);

/** Formats that suites are imported from. */
export const importFormats = {
  bfcl: {
    about: 'Berkeley Function Calling Leaderboard: question files and their possible_answer files',
    files: 'JSON or JSON lines, in any order',
    read: readBfcl,
  },
  openai: {
    about:
      'recorded conversations in OpenAI\u2019s forms: messages and tools or items of input, or request and response',
    files: 'JSON or JSON lines, one conversation or request an entry',
    record: readOpenAi,
  },
  anthropic: {
    about: 'recorded conversations in Anthropic\u2019s form: system, messages of blocks, tools',
    files: 'JSON or JSON lines, one conversation or request an entry',
    record: readAnthropic,
  },
  otel: {
    about: 'recorded requests as OpenTelemetry spans: gen_ai.input.messages and tool definitions',
    files: 'OTLP/JSON export requests, one or one a line',
    record: readOtel,
  },
  langfuse: {
    about: 'recorded requests as Langfuse exports them: observations of type GENERATION, or traces that hold them',
    files: 'JSON or JSON lines of the API, the page or a scheduled export',
    record: readLangfuse,
  },
  litellm: {
    about: 'recorded requests as LiteLLM logs them: logging payloads, or rows of its spend logs',
    files: 'JSON or JSON lines, one request an entry',
    record: readLiteLlm,
  },
  sharegpt: {
    about: 'recorded conversations in ShareGPT\u2019s form: from and value',
    files: 'JSON or JSON lines, one conversation an entry',
    record: readShareGpt,
  },
} as const satisfies Record<string, Format>;
export type ImportFormat = keyof typeof importFormats;

/**
 * Imports tasks of another format, with a context drawn around each; or conversations as they were recorded.
 * @param files in one format, in any order
 * @param name wanted name of the suite; made into one that suites allow
 * @param options of conversations alone
 * @throws UserError `bad-import` for a text that is not JSON
 */
export function importSuite(
  format: ImportFormat,
  files: readonly ImportFile[],
  name: string,
  options: TalkOptions = {},
): Imported {
  const known: Format = importFormats[format];
  const sources = files.map(file => file.name).join(', ');
  if ('read' in known) {
    const title = 'the Berkeley Function Calling Leaderboard';
    return assemble(
      known.read(files),
      slug(name),
      `Tasks from ${title} (${sources}); the context around the task varies.`,
    );
  }
  const description = `Decision points of recorded conversations (${sources}).`;
  return assembleTalks(known.record(files), slug(name), description, options);
}
