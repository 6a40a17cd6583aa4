// Every format, the most telling signature first. A new family is one line here, or one file where no format fits.
import { bareJson } from './bare-json.ts';
import { braces } from './shared/braces.ts';
import { chatglm3 } from './chatglm-3.ts';
import { type Format } from './format.ts';
import { functionary } from './functionary.ts';
import { functionaryV2 } from './functionary-v2.ts';
import { harmony, muse } from './harmony.ts';
import { jsonAfterMarker } from './shared/json-after-marker.ts';
import { kimiK3 } from './kimi-k3.ts';
import { minimaxM3 } from './minimax-m3.ts';
import { longcat } from './longcat.ts';
import { mistral } from './mistral.ts';
import { kimiName, nameThenJson } from './shared/name-then-json.ts';
import { plamo3 } from './plamo-3.ts';
import { pythonic } from './pythonic.ts';
import { qwenAgent } from './qwen-agent.ts';
import { step3 } from './step-3.ts';
import { tagged } from './shared/tagged.ts';
import { hermes, qwenXml } from './shared/tool-call.ts';

/** Cohere marks what it cites, and wraps its answer. */
const withoutCitations = (text: string) =>
  text
    .replace(/<co(?:: ?[\d,]+)?>/g, '')
    .replace(/<\/co(?:: ?[^>]*)?>/g, '')
    .replace(/<\|(?:START|END)_(?:RESPONSE|TEXT)\|>/g, '');

const withoutResponse = (text: string) => text.replace(/^\s*<response>|<\/response>\s*$/g, '');

export const formats = {
  'kimi-k3': kimiK3,
  muse,
  harmony,
  'minimax-m3': minimaxM3,
  functionary,
  'functionary-2': functionaryV2,
  'plamo-3': plamo3,
  'qwen-agent': qwenAgent,
  longcat,
  'step-3': step3,
  'chatglm-3': chatglm3,
  'gemma-4': braces({
    families: 'Gemma 4',
    example: '<|tool_call>call:get_weather{city:<|"|>Paris<|"|>}<tool_call|>',
    signature: /<\|tool_call>/,
    open: '<|tool_call>',
    close: '<tool_call|>',
    quote: '<|"|>',
  }),
  functiongemma: braces({
    families: 'FunctionGemma',
    example: '<start_function_call>call:get_weather{city:<escape>Paris<escape>}<end_function_call>',
    signature: /<start_function_call>/,
    open: '<start_function_call>',
    close: '<end_function_call>',
    quote: '<escape>',
  }),
  lfm2: pythonic({
    families: 'LFM2, LFM2.5',
    example: '<|tool_call_start|>[get_weather(city="Paris")]<|tool_call_end|>',
    signature: /<\|tool_call_start\|>|<\|tool_list_start\|>|^(?=[\s\S]*keep_past_thinking)(?![\s\S]*<tool_call>)/,
    open: /<\|tool_call_start\|>/,
    close: /<\|tool_call_end\|>/,
  }),
  'kimi-k2': nameThenJson({
    families: 'Kimi K2, K2 Thinking',
    example: '<|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Paris"}<|tool_call_end|>',
    signature: /<\|tool_call_argument_begin\|>/,
    section: '<|tool_calls_section_begin|>',
    headStart: '<|tool_call_begin|>',
    head: /<\|tool_call_begin\|>(?<id>(?<name>[^<{]*))<\|tool_call_argument_begin\|>/,
    close: '<|tool_call_end|>',
    sectionClose: '<|tool_calls_section_end|>',
    nameOf: kimiName,
  }),
  dsml: tagged({
    families: 'DeepSeek V3.2, V4',
    example:
      '<｜DSML｜function_calls><｜DSML｜invoke name="get_weather"><｜DSML｜parameter name="city" string="true">Paris</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜function_calls>',
    signature: /｜DSML｜/,
    section: /<｜DSML｜(?:function|tool)_?calls>/,
    sectionCloses: ['function_calls', 'tool_calls', 'functioncalls', 'toolcalls'].map(name => `</｜DSML｜${name}>`),
    call: /<｜DSML｜invoke(?<attributes>\s[^<>]*)>/,
    callStart: '<｜DSML｜invoke',
    callClose: '</｜DSML｜invoke>',
    argument: /<｜DSML｜parameter(?<attributes>\s[^<>]*)>/,
    argumentClose: '</｜DSML｜parameter>',
  }),
  deepseek: nameThenJson({
    families: 'DeepSeek R1, V3, V3.1, R1 distillations',
    example:
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Paris"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    signature: /tool▁call▁begin/,
    section: '<｜tool▁calls▁begin｜>',
    headStart: '<｜tool▁call▁begin｜>',
    // R1 and V3 write `function` and a fenced block, V3.1 the name alone.
    head: /<｜tool▁call▁begin｜>\s*(?:function\s*<｜tool▁sep｜>\s*(?<name>[^\s<{`]+)|(?<plain>[^\s<{`]+)\s*<｜tool▁sep｜>(?!\s*<steptml))/,
    close: '<｜tool▁call▁end｜>',
    sectionClose: '<｜tool▁calls▁end｜>',
  }),
  solar: nameThenJson({
    families: 'Solar Open',
    example:
      '<|tool_call:begin|>abcdef1234<|tool_call:name|>get_weather<|tool_call:args|>{"city": "Paris"}<|tool_call:end|>',
    signature: /<\|tool_call:begin\|>/,
    headStart: '<|tool_call:begin|>',
    head: /<\|tool_call:begin\|>(?<id>[^<]*)<\|tool_call:name\|>(?<name>[^<{]+)<\|tool_call:args\|>/,
    close: '<|tool_call:end|>',
    sectionClose: '<|calls|>',
  }),
  mistral,
  'seed-oss': tagged({
    families: 'Seed-OSS',
    example: '<seed:tool_call><function=get_weather><parameter=city>Paris</parameter></function></seed:tool_call>',
    signature: /seed:tool_call/,
    section: /<seed:tool_call>/,
    sectionCloses: ['</seed:tool_call>'],
    call: /<function=(?<name>[^>\n]+)>/,
    callStart: '<function=',
    callClose: '</function>',
    argument: /<parameter=(?<key>[^>\n]+)>/,
    argumentClose: '</parameter>',
  }),
  'minimax-m2': tagged({
    families: 'MiniMax M2',
    example:
      '<minimax:tool_call><invoke name="get_weather"><parameter name="city">Paris</parameter></invoke></minimax:tool_call>',
    signature: /minimax:tool_call/,
    section: /<minimax:tool_call>/,
    sectionCloses: ['</minimax:tool_call>'],
    call: /<invoke(?<attributes>\s[^<>]*)>/,
    callStart: '<invoke',
    callClose: '</invoke>',
    argument: /<parameter(?<attributes>\s[^<>]*)>/,
    argumentClose: '</parameter>',
  }),
  minicpm: tagged({
    families: 'MiniCPM 5',
    example: '<function name="get_weather"><param name="city">Paris</param></function>',
    signature: /<param name=/,
    call: /<function(?<attributes>\s[^<>]*)>/,
    callStart: '<function ',
    callClose: '</function>',
    argument: /<param(?<attributes>\s[^<>]*)>/,
    argumentClose: '</param>',
  }),
  'hunyuan-3': tagged({
    families: 'Hunyuan 3',
    example:
      '<tool_call:opensource>get_weather<tool_sep:opensource>\n<arg_key:opensource>city</arg_key:opensource>\n<arg_value:opensource>Paris</arg_value:opensource>\n</tool_call:opensource>',
    signature: /<arg_key(?:\{\}|:opensource)>/,
    section: /<tool_calls:opensource>/,
    sectionCloses: ['</tool_calls:opensource>'],
    call: /<tool_call:opensource>\s*(?<name>[^\s<>{}"()[\]][^\s<>{}"]*)(?:<tool_sep:opensource>)?(?=\s*<|\s*\n)/,
    callStart: '<tool_call:opensource>',
    callClose: '</tool_call:opensource>',
    argument: /<arg_key:opensource>(?<key>[^<]{0,200}?)<\/arg_key:opensource>\s*<arg_value:opensource>/,
    argumentClose: '</arg_value:opensource>',
  }),
  glm: tagged({
    families: 'GLM 4.5, 4.6, 4.7, Spark 2.5, Ling 3, Laguna',
    example: '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n</tool_call>',
    signature: /<arg_key>/,
    section: /<tool_calls>/,
    sectionCloses: ['</tool_calls>'],
    // The opening tag of the first key may be missing.
    call: /<tool_call>\s*(?<name>[^\s<>{}"`()[\]][^\s<>{}"]*)(?:<tool_sep>)?(?=\s*<|\s*\n|\s+\w+<\/arg_key>)/,
    callStart: '<tool_call>',
    callClose: '</tool_call>',
    argument: /(?:<arg_key>|(?=\w))(?<key>[^<]{0,200}?)<\/arg_key>\s*<arg_value>/,
    argumentClose: '</arg_value>',
  }),
  'qwen-xml': qwenXml,
  'command-r': jsonAfterMarker({
    families: 'Command R7B, Command A, Cohere 2 MoE',
    example:
      '<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "get_weather", "parameters": {"city": "Paris"}}]<|END_ACTION|>',
    signature: /<\|START_ACTION\|>/,
    open: /<\|START_ACTION\|>/,
    closes: ['<|END_ACTION|>'],
    clean: withoutCitations,
  }),
  'command-r-plus': jsonAfterMarker({
    families: 'Command R, Command R+',
    example: 'Action:\n```json\n[{"tool_name": "get_weather", "parameters": {"city": "Paris"}}]\n```',
    signature: /Action:[\s\S]*tool_name/,
    open: /Action:\s*```(?:json)?/,
    closes: ['```'],
    clean: withoutCitations,
  }),
  apertus: jsonAfterMarker({
    families: 'Apertus',
    example: '<|tools_prefix|>[{"get_weather": {"city": "Paris"}}]<|tools_suffix|>',
    signature: /<\|tools_prefix\|>/,
    open: /<\|tools_prefix\|>/,
    closes: ['<|tools_suffix|>'],
    nameAsKey: true,
  }),
  functools: jsonAfterMarker({
    families: 'Firefunction v2, Phi-4-mini',
    example: ' functools[{"name": "get_weather", "arguments": {"city": "Paris"}}]',
    signature: /functools\[/,
    open: /\bfunctools(?=\s*\[)/,
  }),
  nemotron: jsonAfterMarker({
    families: 'Nemotron Nano v2',
    example: '<TOOLCALL>[{"name": "get_weather", "arguments": {"city": "Paris"}}]</TOOLCALL>',
    signature: /<TOOLCALL>/,
    open: /<TOOLCALL>/,
    closes: ['</TOOLCALL>'],
  }),
  internlm: jsonAfterMarker({
    families: 'InternLM 2, 2.5',
    example: '<|action_start|><|plugin|>{"name": "get_weather", "parameters": {"city": "Paris"}}<|action_end|>',
    signature: /<\|action_start\|>/,
    open: /<\|action_start\|>(?:\s*<\|plugin\|>)?/,
    closes: ['<|action_end|>'],
  }),
  gigachat: jsonAfterMarker({
    families: 'GigaChat 3, 3.1',
    example: '<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "get_weather", "arguments": {"city": "Paris"}}',
    signature: /function call(?:<\|role_sep\|>|`)|'role': 'function call'|<\|function_call\|>/,
    open: /<\|function_call\|>|(?:<\|message_sep\|>\s*)?function call<\|role_sep\|>/,
    closes: ['<|message_sep|>'],
  }),
  granite: jsonAfterMarker({
    families: 'Granite 3',
    example: '<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Paris"}}]',
    signature: /<\|tool_call\|>/,
    open: /<\|tool_call\|>|<tool_call>/,
    closes: ['<|/tool_call|>', '</tool_call>'],
    clean: withoutResponse,
  }),
  'functionary-3.1': nameThenJson({
    families: 'Functionary 3.1, Llama 3 as prompted for it',
    example: '<function=get_weather>{"city": "Paris"}</function>',
    signature: /<function=/,
    headStart: '<function=',
    head: /<function=(?<name>[^>\s{]+)>/,
    close: '</function>',
  }),
  'llama-4': pythonic({
    families: 'Llama 4',
    example: '<|python_start|>[get_weather(city="Paris")]<|python_end|>',
    signature: /<\|python_start\|>/,
    marker: /<\|python_start\|>/,
  }),
  olmo: pythonic({
    families: 'OLMo 3',
    example: '<function_calls>get_weather(city="Paris")</function_calls>',
    signature: /<function_calls>/,
    open: /<function_calls>/,
    close: /<\/function_calls>/,
  }),
  'json-list': jsonAfterMarker({
    families: 'Apriel, Hunyuan A13B, MiniMax M1',
    example: '<tool_calls>[{"name": "get_weather", "arguments": {"city": "Paris"}}]</tool_calls>',
    signature: /<tool_calls>/,
    open: /<tool_calls>/,
    closes: ['</tool_calls>'],
  }),
  hermes,
  'llama-json': bareJson,
  pythonic: pythonic({
    families: 'models prompted for Python calls (Gemma 3, Llama 3.2)',
    example: '[get_weather(city="Paris")]',
    signature: /^(?!)/,
  }),
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}

/** A format by the name that a run recorded; generic JSON for names of other versions. */
export function formatNamed(name: string): Format {
  return formats[isFormatName(name) ? name : genericFormat];
}

/** Every format's name, in the order in which signatures are tried. */
export const formatNames = Object.keys(formats) as FormatName[];

/** Read where no format is known: a reply that is JSON with a name. */
export const genericFormat: FormatName = 'llama-json';
