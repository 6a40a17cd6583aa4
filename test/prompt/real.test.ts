// The chat templates of 70 real models, from the llama.cpp that node-llama-cpp ships.
import { describe, expect, test } from 'vitest';
import { ThreadRenderer } from '../../src/engines/renderer.ts';
import { SecondEngine } from '../../src/engines/second-engine.ts';
import { asLlamaReads, chatTemplate, describeFormat, promptFaults } from '../../src/prompt/index.ts';
import type { Message } from '../../src/records/suites/case.ts';
import type { ToolDefinition } from '../../src/records/toolcall.ts';
import { inPython, pythonMissing } from './python.ts';
import { realTemplate, templateNames } from './real-templates.ts';

const options = { bosToken: '<s>', eosToken: '</s>' };
const tools: ToolDefinition[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Weather of a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: 'integer' } },
        required: ['city'],
      },
    },
  },
  {
    type: 'function',
    function: { name: 'get_time', description: 'Time', parameters: { type: 'object', properties: {} } },
  },
];
const messages: Message[] = [
  { role: 'system', content: 'You are a careful saxifrage.' },
  { role: 'user', content: 'Will it rain in Düsseldorf?' },
  {
    role: 'assistant',
    content: '',
    tool_calls: [
      {
        id: 'call_abc',
        type: 'function',
        function: { name: 'get_weather', arguments: { city: 'butterbur', days: 3 } },
      },
    ],
  },
  { role: 'tool', content: 'toadflax', name: 'get_weather', tool_call_id: 'call_abc' },
  { role: 'user', content: 'And "tomorrow"?' },
];
const chat = { messages, tools };
const names = templateNames();

test('there are 70', () => expect(names).toHaveLength(70));

describe.each(names)('%s', name => {
  const source = realTemplate(name);
  const template = chatTemplate(source, { engine: 'as-used' });
  test('system, user, call, result and the next turn: everything is in the prompt', () => {
    const prompt = template.render(chat, options);
    expect(promptFaults(prompt, chat)).toEqual([]);
    // The argument's value, once as the call has it, and not as JSON inside a JSON string.
    expect(prompt).toContain('butterbur');
    expect(prompt).not.toContain('\\"city');
  });
  test('without tools, and without a system message', () => {
    const plain = { messages: messages.slice(1, 2), tools: [] };
    expect(promptFaults(template.render(plain, options), plain)).toEqual([]);
  });
});

test('what is not in the usual form is noted, and only there', () => {
  const adapted = names.flatMap(name => {
    const { notes } = describeFormat(
      realTemplate(name),
      chatTemplate(realTemplate(name), { engine: 'as-used' }),
      options,
    );
    const codes = notes.filter(({ code }) => code.startsWith('prompt-')).map(({ code, detail }) => `${code} ${detail}`);
    return codes.length === 0 ? [] : [`${name}: ${codes.join(', ')}`];
  });
  expect(adapted).toMatchInlineSnapshot(`
    [
      "Apertus-8B-Instruct.jinja: prompt-variable enable_thinking=true",
      "Apriel-1.6-15b-Thinker-fixed.jinja: prompt-thought its template has no switch for that",
      "Bielik-11B-v3.0-Instruct.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "Cohere2MoE.jinja: prompt-thought its template has no switch for that",
      "CohereForAI-c4ai-command-r7b-12-2024-tool_use.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "GLM-4.6.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "GLM-4.7-Flash.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "HuggingFaceTB-SmolLM3-3B.jinja: prompt-tools text, prompt-calls text, prompt-variable enable_thinking=true",
      "Kimi-K2-Thinking.jinja: prompt-thought its template has no switch for that",
      "LFM2-8B-A1B.jinja: prompt-calls text",
      "LFM2.5-Instruct.jinja: prompt-calls text",
      "MiniMax-M2.jinja: prompt-thought its template has no switch for that",
      "MiniMax-M3.jinja: prompt-thought its template has no switch for that",
      "Mistral-Small-3.2-24B-Instruct-2506.jinja: prompt-ids nine, prompt-turns answered",
      "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "NVIDIA-Nemotron-Nano-v2.jinja: prompt-variable enable_thinking=true, prompt-thought its template has no switch for that",
      "Qwen-QwQ-32B.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "Qwen-Qwen3-0.6B.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "Qwen3.5-4B.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "Reka-Edge.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "Spark2.5.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "StepFun3.5-Flash.jinja: prompt-thought its template has no switch for that",
      "deepseek-ai-DeepSeek-R1-Distill-Llama-8B.jinja: prompt-tools text, prompt-calls text, prompt-thought its template has no switch for that",
      "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B.jinja: prompt-tools text, prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "deepseek-ai-DeepSeek-V3.1.jinja: prompt-tools text, prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "deepseek-ai-DeepSeek-V3.2.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "deepseek-ai-DeepSeek-V4-Flash-0731.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "deepseek-ai-DeepSeek-V4.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "fireworks-ai-llama-3-firefunction-v2.jinja: prompt-tools functions",
      "google-gemma-2-2b-it.jinja: prompt-system user, prompt-tools text, prompt-calls text, prompt-results user, prompt-turns merged",
      "google-gemma-4-31B-it-interleaved.jinja: prompt-variable enable_thinking=true",
      "google-gemma-4-31B-it.jinja: prompt-variable enable_thinking=true",
      "ibm-granite-granite-3.3-2B-Instruct.jinja: prompt-calls text",
      "inclusionai-ling-3.0-flash.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "llama-cpp-deepseek-r1.jinja: prompt-thought its template has no switch for that",
      "llama-cpp-rwkv-world.jinja: prompt-tools text, prompt-calls text, prompt-results user, prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "microsoft-Phi-3.5-mini-instruct.jinja: prompt-tools text, prompt-calls text, prompt-results user",
      "mistralai-Ministral-3-14B-Reasoning-2512.jinja: prompt-turns answered",
      "mistralai-Mistral-Nemo-Instruct-2407.jinja: prompt-ids nine, prompt-turns answered",
      "openbmb-MiniCPM5-1B.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "poolside-Laguna-S-2.1.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "poolside-Laguna-XS-2.1.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
      "poolside-Laguna-XS.2.jinja: prompt-variable enable_thinking=true, prompt-thought enable_thinking=false",
    ]
  `);
});

test.skipIf(pythonMissing !== undefined)('every prompt has the bytes that Jinja2 gives in Python', () => {
  const requests = names.map(name => {
    const source = realTemplate(name);
    return { template: asLlamaReads(source), variables: chatTemplate(source).rendering(chat, options).variables };
  });
  const replies = inPython(requests);
  const different = names.filter((name, index) => {
    const reply = replies[index];
    const text = reply !== undefined && 'text' in reply ? reply.text : undefined;
    return text !== chatTemplate(realTemplate(name)).render(chat, options);
  });
  expect(different).toEqual([]);
});

test("every prompt has the bytes that llama.cpp's own engine gives", async () => {
  const chats = [chat, { messages: messages.slice(1, 2), tools: [] }, { messages: messages.slice(0, 2), tools }];
  await using renderer = new ThreadRenderer();
  await using second = new SecondEngine(renderer);
  const signal = new AbortController().signal;
  const different: string[] = [];
  for (const name of names) {
    const { native, found } = await second.renderBoth(realTemplate(name), chats, options, signal);
    expect(native).toEqual({ state: 'ran' });
    if (found.some(({ engine }) => engine === 'llama.cpp')) different.push(name);
  }
  expect(different).toEqual([]);
});
