import { nameThenJson } from './shared/name-then-json.ts';

/**
 * Qwen-Agent's own prompt, which Qwen's server code takes over: labels between flowers, each on a line.
 * https://github.com/QwenLM/Qwen-Agent/blob/2f7415f519847b2243cbd990b468e566fcd8ce3b/qwen_agent/llm/fncall_prompts/qwen_fncall_prompt.py
 */
export const qwenAgent = nameThenJson({
  families: 'Qwen 2 as prompted by Qwen-Agent',
  example: '✿FUNCTION✿: get_weather\n✿ARGS✿: {"city": "Paris"}',
  signature: /✿FUNCTION✿/,
  headStart: '✿FUNCTION✿',
  head: /✿FUNCTION✿\s*(?::\s*)?(?<name>[^\s:✿{]+)\s*✿ARGS✿\s*:?/,
  close: '✿RESULT✿',
});
