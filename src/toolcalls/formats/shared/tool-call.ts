// Calls between <tool_call> tags, in JSON and in tags: models trained on one write the other at times.
import { orAs } from '../format.ts';
import { jsonAfterMarker } from './json-after-marker.ts';
import { tagged } from './tagged.ts';

const toolCallJson = jsonAfterMarker({
  families: 'Qwen 2.5 and 3, QwQ, Hermes 2 Pro and 3, Granite 4, SmolLM3, MiMo, Reka, Bielik',
  example: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
  // Unsloth's SmolLM3 template offers no tools and shows no call.
  signature: /<tool_call>|assistant named SmolLM/,
  open: /<tool_call>/,
  closes: ['</tool_call>'],
});

const toolCallXml = tagged({
  families: 'Qwen3-Coder, Qwen3.5, Nemotron 3, Step 3.5',
  example: '<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>',
  signature: /<parameter=/,
  section: /<tool_call>(?=\s*(?:<|$))/,
  sectionCloses: ['</tool_call>'],
  call: /(?:<tool_call>\s*)?<function=(?<name>[^>\n]+)>/,
  callStart: '<function=',
  callClose: '</function>',
  argument: /<parameter=(?<key>[^>\n]+)>/,
  argumentClose: '</parameter>',
});

export const hermes = orAs(toolCallJson, toolCallXml);
export const qwenXml = orAs(toolCallXml, toolCallJson);
