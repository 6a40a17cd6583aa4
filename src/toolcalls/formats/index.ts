import { bareJson } from './bare-json.ts';
import type { Format } from './format.ts';
import { jsonInMarkers } from './json-in-markers.ts';

/** Every format, the most telling signature first. A new family is one file, or one line with other markers. */
export const formats = {
  hermes: jsonInMarkers({ open: '<tool_call>', close: '</tool_call>', signature: /<tool_call>\\?n?\s*\{?\\?"?/ }),
  'llama-json': bareJson,
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

/** Read where no format is known: a reply that is JSON with a name. */
export const genericFormat: FormatName = 'llama-json';
