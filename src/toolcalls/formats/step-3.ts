import { tagged } from './shared/tagged.ts';

/**
 * Step 3: DeepSeek's markers around tags of its own; `function` stands where DeepSeek has the name.
 * https://github.com/vllm-project/vllm/blob/a8d678d63da9ff0ce25fa1055c7ec21dc9988202/vllm/entrypoints/openai/tool_parsers/step3_tool_parser.py
 */
export const step3 = tagged({
  families: 'Step 3',
  example:
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜><steptml:invoke name="get_weather"><steptml:parameter name="city">Paris</steptml:parameter></steptml:invoke><｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  signature: /<steptml:invoke/,
  section: /(?:<｜tool▁calls▁begin｜>\s*)?<｜tool▁call▁begin｜>\s*function\s*<｜tool▁sep｜>(?=\s*<steptml)/,
  sectionCloses: ['<｜tool▁call▁end｜>', '<｜tool▁calls▁end｜>'],
  call: /<steptml:invoke(?<attributes>\s[^<>]*)>/,
  callStart: '<steptml:invoke',
  callClose: '</steptml:invoke>',
  argument: /<steptml:parameter(?<attributes>\s[^<>]*)>/,
  argumentClose: '</steptml:parameter>',
});
