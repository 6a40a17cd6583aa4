import { nameThenJson } from './shared/name-then-json.ts';

/**
 * PLaMo 3: a marker opens and closes every part of a call.
 * https://github.com/vllm-project/vllm/blob/6e739ac51cc99802b0e7c194b0893c58404ed246/vllm/tool_parsers/plamo3_tool_parser.py
 */
export const plamo3 = nameThenJson({
  families: 'PLaMo 3',
  example:
    '<|plamo:begin_tool_requests:plamo|><|plamo:begin_tool_request:plamo|><|plamo:begin_tool_name:plamo|>get_weather<|plamo:end_tool_name:plamo|><|plamo:begin_tool_arguments:plamo|>{"city": "Paris"}<|plamo:end_tool_arguments:plamo|><|plamo:end_tool_request:plamo|><|plamo:end_tool_requests:plamo|>',
  signature: /<\|plamo:begin_tool_/,
  section: '<|plamo:begin_tool_requests:plamo|>',
  headStart: '<|plamo:begin_tool_request:plamo|>',
  head: /<\|plamo:begin_tool_request:plamo\|>\s*<\|plamo:begin_tool_name:plamo\|>(?<name>[^<{]+)<\|plamo:end_tool_name:plamo\|>\s*<\|plamo:begin_tool_arguments:plamo\|>(?:<\|plamo:constrain\|>\s*json)?\s*(?:<\|plamo:msg\|>)?/,
  close: '<|plamo:end_tool_arguments:plamo|><|plamo:end_tool_request:plamo|>',
  sectionClose: '<|plamo:end_tool_requests:plamo|>',
});
