import { orAs } from './format.ts';
import { jsonAfterMarker } from './shared/json-after-marker.ts';
import { tagged } from './shared/tagged.ts';

/** LongCat-Flash-Lite writes GLM's tags under its own name. */
const tags = tagged({
  families: 'LongCat Flash, Flash Lite',
  example:
    '<longcat_tool_call>get_weather\n<longcat_arg_key>city</longcat_arg_key>\n<longcat_arg_value>Paris</longcat_arg_value>\n</longcat_tool_call>',
  signature: /<longcat_tool_call>/,
  call: /<longcat_tool_call>\s*(?<name>[^\s<>{}"()[\]][^\s<>{}"]*)(?=\s*<|\s*\n)/,
  callStart: '<longcat_tool_call>',
  callClose: '</longcat_tool_call>',
  argument: /<longcat_arg_key>(?<key>[^<]{0,200}?)<\/longcat_arg_key>\s*<longcat_arg_value>/,
  argumentClose: '</longcat_arg_value>',
});

/**
 * LongCat-Flash-Chat writes Hermes' JSON between the same tags.
 * https://github.com/vllm-project/vllm/blob/main/vllm/entrypoints/openai/tool_parsers/longcat_tool_parser.py#L14
 */
const json = jsonAfterMarker({
  families: '',
  example: '',
  signature: /^(?!)/,
  open: /<longcat_tool_call>/,
  closes: ['</longcat_tool_call>'],
});

export const longcat = orAs(tags, json);
