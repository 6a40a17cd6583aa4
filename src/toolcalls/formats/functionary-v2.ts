import type { Format } from './format.ts';
import { nameThenJson } from './shared/name-then-json.ts';

/**
 * Functionary 2: every message has a sender, a recipient and content; recipient `all` is the user.
 * https://github.com/MeetKai/functionary/blob/cd2dfdedf9c183c1cadb79ad918f1ff15a3e9c62/functionary/prompt_template/prompt_template_v2.py
 */
export const functionaryV2: Format = {
  ...nameThenJson({
    families: 'Functionary 2',
    example: '<|from|>assistant\n<|recipient|>get_weather\n<|content|>{"city": "Paris"}<|stop|>',
    signature: /<\|recipient\|>/,
    headStart: '<|recipient|>',
    head: /<\|recipient\|>\s*(?!all\b)(?<name>[^\s<{]+)\s*<\|content\|>/,
    close: '<|stop|>',
  }),
  opens: /<\|recipient\|>(?!\s*all\b)/g,
  clean: text => text.replace(/<\|from\|>\s*assistant|<\|recipient\|>\s*all\b|<\|content\|>|<\|stop\|>/g, ''),
};
