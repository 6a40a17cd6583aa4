// A case's sampled conversations -> text, OpenAI messages or OpenTelemetry spans. A new form is one file and one line here.
import type { Trace } from '../../conduct/trace.ts';
import { openaiTrace } from './openai.ts';
import { otelTrace } from './otel.ts';
import { textTrace } from './text.ts';

export const traceForms: Readonly<Record<string, (trace: Trace) => string>> = {
  text: textTrace,
  openai: openaiTrace,
  otel: otelTrace,
};
