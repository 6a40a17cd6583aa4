// The static rules for tokenizer, metadata, tensors and layout of a model file: what each is called, how grave it is, its
// sentence, and why it is one. Ids are stable: suppressions and SARIF name them.

interface FileRule {
  readonly gravity: 'alarm' | 'notice';
  /** `{}` stands for the detail. */
  readonly sentence: string;
  /** Why an honest conversion or fine-tune does not do it, or why it is worth knowing; one line. */
  readonly why: string;
}

const alarm = (sentence: string, why: string): FileRule => ({ gravity: 'alarm', sentence, why });
const notice = (sentence: string, why: string): FileRule => ({ gravity: 'notice', sentence, why });

/** What the file is. */
const kinds = {
  'is-adapter': alarm(
    'this is an adapter and no model: {}',
    'An adapter changes a model when it is loaded beside it; nothing of it was compared.',
  ),
  'not-a-language-model': alarm(
    'this is no language model: {}',
    'A projector, an importance matrix or a vocabulary can’t be compared with a model.',
  ),
  'vision-tensors': notice(
    'the file holds tensors for images or sound: {}',
    'They are not compared by running the model on text; llama.cpp wants them in a file of their own.',
  ),
  'tensors-missing': alarm('tensors are missing: {}', 'llama.cpp does not load a model without them.'),
  'shape-contradicts': alarm(
    'the tensors contradict the metadata: {}',
    'llama.cpp refuses such a file, and another program reads it in its own way.',
  ),
  'file-type-contradicts': alarm(
    'the file says another quantisation than its tensors have: {}',
    'A converter writes what it made; the claim was edited, or the tensors were replaced.',
  ),
  'file-type-unknown': notice('the claimed quantisation is not known: {}', 'It can’t be checked against the tensors.'),
} satisfies Record<string, FileRule>;

/** Bytes and texts. */
const contents = {
  'trailing-bytes': alarm(
    'bytes follow the last tensor: {}',
    'No converter writes them and no engine reads them: they carry something else.',
  ),
  'trailing-zeros': notice('zeros follow the last tensor: {}', 'A tool that fills up to a block does this.'),
  'padding-not-empty': alarm(
    'the gaps between tensors are not empty: {}',
    'Converters write zeros there; no engine reads them, so they carry something else.',
  ),
  'hidden-characters': alarm(
    'the metadata holds characters that nobody sees: {}',
    'Bidirectional, zero-width, tag and control characters show a reader something else than a program gets.',
  ),
  'hidden-characters-in-token': alarm(
    'special tokens hold characters that nobody sees: {}',
    'A marker with a hidden character is not the marker it looks like.',
  ),
  'not-utf8': alarm('texts are not UTF-8: {}', 'Programs disagree about them, and two may look the same.'),
  'oversized-text': alarm(
    'a text is far longer than any in use: {}',
    'It costs time and memory in every program that shows it, or hides what it ends with.',
  ),
} satisfies Record<string, FileRule>;

/** Tokenizer. */
const tokenizer = {
  'no-token-types': alarm(
    'the tokenizer has no token types: {}',
    'Without them a user’s text can hold control tokens, or the model’s own are read as plain text.',
  ),
  'token-type-unknown': alarm('tokens have a type that does not exist: {}', 'llama.cpp treats them as undefined.'),
  'token-id-out-of-range': alarm(
    'a special token is outside the vocabulary: {}',
    'llama.cpp then silently takes another one: a reply may never end.',
  ),
  'end-is-plain-text': alarm(
    'a reply ends at a token that is plain text: {}',
    'Every reply is cut where that text comes up.',
  ),
  'begin-is-plain-text': alarm(
    'the token that begins a prompt is plain text: {}',
    'Every prompt then begins with a word that nobody wrote.',
  ),
  'end-not-control': notice('the end token is no control token: {}', 'It can be written by a user.'),
  'end-never-written': alarm(
    'the chat template never writes the token that ends a reply: {}',
    'The model has not learned to end with it, so a reply may not end.',
  ),
  'no-end-token': notice('no end token is named: {}', 'llama.cpp guesses one.'),
  'end-is-appended': alarm(
    'the tokenizer closes every prompt with the end token: {}',
    'A chat model then answers a conversation that is over.',
  ),
  'duplicate-tokens': alarm('ids share a text: {}', 'llama.cpp aborts, and other programs take one of them.'),
  'token-lookalikes': alarm(
    'special tokens look like others: {}',
    'What a reader takes for the marker is another token.',
  ),
  'token-not-byte-encoded': alarm(
    'plain tokens are not written in the tokenizer’s alphabet: {}',
    'llama.cpp can’t write them, or writes something else.',
  ),
  'merge-unknown': alarm('merges name texts that are no tokens: {}', 'They do nothing: the list was edited.'),
  'merges-out-of-order': alarm(
    'a few merges stand where training did not put them: {}',
    'Merges follow the order of their tokens; one moved makes texts split in a way that the model never writes.',
  ),
  'merges-unordered': notice(
    'the merges are not in the order of their tokens: {}',
    'Whether the list was edited can’t be told without a baseline.',
  ),
  'scores-out-of-order': alarm(
    'a few token scores are not what training gave: {}',
    'Scores fall with the ids; one changed makes texts split in a way that the model never writes.',
  ),
  'no-pre-tokenizer': notice('no pre-tokenizer is named: {}', 'llama.cpp guesses, and may split texts wrongly.'),
} satisfies Record<string, FileRule>;

/** Numbers of the tensors, of the candidate alone. */
const numbers = {
  'weights-not-finite': alarm(
    'weights are no numbers: {}',
    'One NaN or infinity spreads through all that is computed from it.',
  ),
  'weights-outlier': alarm('a weight is out of all proportion: {}', 'Training does not give such a number.'),
  'weights-zeroed': alarm('weights are all zero: {}', 'Training leaves no whole row of a matrix at zero.'),
  'weights-zero-run': notice(
    'runs of weights are zero: {}',
    'A block that was blanked, or one that was too small for its quantisation.',
  ),
  'weights-not-read': notice('the weights were not read: {}', 'Nothing is known of their numbers.'),
} satisfies Record<string, FileRule>;

/** Against a baseline. */
const changes = {
  'special-tokens-changed': alarm(
    'special tokens were exchanged: {}',
    'The vocabulary is the same, so no conversion gives the ids another meaning.',
  ),
  'pre-tokenizer-changed': alarm(
    'the pre-tokenizer was exchanged: {}',
    'Texts split in a way the model never learned.',
  ),
  'merges-changed': alarm(
    'the merges changed under the same vocabulary: {}',
    'Texts split in a way the model never learned.',
  ),
  'scores-changed': alarm(
    'token scores changed under the same vocabulary: {}',
    'Texts split in a way the model never learned.',
  ),
  'licence-changed': alarm('the licence changed: {}', 'Nobody but the owner changes it.'),
  'base-model-changed': alarm(
    'the base model it names changed: {}',
    'A fine-tune names the baseline, or what the baseline names.',
  ),
  'provenance-dropped': notice('what the baseline says of its origin is gone: {}', 'Converters keep it.'),
  'zeroed-against-baseline': alarm('weights became zero: {}', 'Training does not do that.'),
  'few-weights-changed': alarm('a few weights alone changed: {}', 'Training changes all weights of a tensor.'),
  'outlier-against-baseline': alarm('a weight changed out of all proportion: {}', 'Training does not do that.'),
  'some-rows-changed': notice(
    'only some rows or columns of a matrix changed: {}',
    'Training new tokens does this to their rows, and so does an edit.',
  ),
  'edited-in-one-place': alarm(
    'one matrix alone changed, in a few directions: {}',
    'That is how a single fact or behaviour is written into a model.',
  ),
  'rows-added': notice('a matrix has other rows: {}', 'Those that both models have were compared.'),
} satisfies Record<string, FileRule>;

/** All rules by their ids. */
export const fileRules = { ...kinds, ...contents, ...tokenizer, ...numbers, ...changes };
export type FileRuleId = keyof typeof fileRules;

/** A rule's sentence, where the code is one of a rule. */
export function fileRuleSentence(code: string): string | undefined {
  return (fileRules as Readonly<Record<string, FileRule>>)[code]?.sentence;
}
