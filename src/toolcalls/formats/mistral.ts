import { type Format, type Taken } from './format.ts';
import { jsonAfterMarker } from './json-after-marker.ts';
import { nameThenJson } from './name-then-json.ts';

const list = jsonAfterMarker({ families: '', example: '', signature: /^(?!)/, open: /\[TOOL_CALLS\]/ });

const named = nameThenJson({
  families: '',
  example: '',
  signature: /^(?!)/,
  headStart: '[TOOL_CALLS]',
  head: /\[TOOL_CALLS\]\s*(?<name>[^[\]{}\s]+)\s*(?:\[CALL_ID\](?<id>[^[\]{}]*))?(?:\[ARGS\]|(?=\s*\{))/,
});

const listAhead = /\[TOOL_CALLS\]\s*(?:[[{]|\S*\s+\[\s*\{|$)/y;

/** Mistral: a JSON list up to v7 (Nemo, Small 3.1), from v11 on a marker, a name and arguments for each call. */
export const mistral: Format = {
  families: 'Mistral Nemo, Small, Devstral, Ministral, Magistral',
  example: '[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}',
  signature: template => template.includes('[TOOL_CALLS]'),
  opens: /\[TOOL_CALLS\]/g,
  take(reply, at, context): Taken | undefined {
    listAhead.lastIndex = at;
    return (listAhead.test(reply) ? list : named).take(reply, at, context);
  },
};
