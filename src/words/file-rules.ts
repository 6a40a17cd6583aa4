// What the rules of records/inspections/file-rules.ts say: each one's sentence, and why it is a rule.
import type { FileRuleId } from '../records/inspections/file-rules.ts';

interface FileRule {
  /** `{}` stands for the detail. */
  readonly sentence: string;
  /** Why an honest conversion or fine-tune does not do it, or why it is worth knowing; one line. */
  readonly why: string;
}

const rule = (sentence: string, why: string): FileRule => ({ sentence, why });

/** What the file is. */
const kinds = {
  'is-adapter': rule(
    'this is an adapter and no model: {}',
    'An adapter changes a model when it is loaded beside it; nothing of it was compared.',
  ),
  'not-a-language-model': rule(
    'this is no language model: {}',
    'A projector, an importance matrix or a vocabulary can’t be compared with a model.',
  ),
  'vision-tensors': rule(
    'the file holds tensors for images or sound: {}',
    'They are not compared by running the model on text; llama.cpp wants them in a file of their own.',
  ),
  'keys-missing': rule('what llama.cpp needs is not said: {}', 'It refuses the file; other programs guess.'),
  'tensors-missing': rule('tensors are missing: {}', 'llama.cpp does not load a model without them.'),
  'shape-contradicts': rule(
    'the tensors contradict the metadata: {}',
    'llama.cpp refuses such a file, and another program reads it in its own way.',
  ),
  'file-type-contradicts': rule(
    'the file says another quantisation than its tensors have: {}',
    'A converter writes what it made; the claim was edited, or the tensors were replaced.',
  ),
  'file-type-unknown': rule('the claimed quantisation is not known: {}', 'It can’t be checked against the tensors.'),
};

/** A LoRA adapter, alone and on its base. */
const adapters = {
  'adapter-kind': rule('the adapter is of a kind that llama.cpp does not load: {}', 'It loads LoRA alone.'),
  'adapter-unpaired': rule(
    'the adapter has tensors that belong to no pair: {}',
    'llama.cpp refuses it; a converter writes lora_a and lora_b for each tensor that changes.',
  ),
  'adapter-architecture': rule(
    'the adapter is for another architecture: {}',
    'It was trained on another model; llama.cpp refuses it.',
  ),
  'adapter-target-missing': rule(
    'the adapter changes tensors that the base lacks: {}',
    'It was trained on another model; llama.cpp refuses it.',
  ),
  'adapter-shape': rule(
    'the adapter does not fit the shapes of the base: {}',
    'It was trained on another model, or edited; llama.cpp refuses it.',
  ),
  'adapter-adds-tokens': rule(
    'the adapter has another number of tokens than the base: {}',
    'It was trained on a vocabulary with added tokens; llama.cpp refuses it, so merge it instead.',
  ),
  'adapter-tied-embedding': rule(
    'the adapter changes an embedding that the base chooses tokens with too: {}',
    'llama.cpp aborts on it; merge the adapter into the model instead.',
  ),
  'adapter-not-finite': rule(
    'numbers of the adapter are none: {}',
    'One NaN or infinity spreads through all that is computed from it.',
  ),
  'adapter-zero': rule(
    'the adapter changes nothing: {}',
    'All its products are zero: what was trained is not in this file, and a comparison would clear what is not here.',
  ),
  'adapter-targets-zero': rule(
    'the adapter leaves tensors that it names as they are: {}',
    'Their products are zero: training did not reach them, or they were blanked.',
  ),
  'adapter-extreme': rule(
    'the change of a tensor is out of all proportion to the tensor: {}',
    'A fine-tune changes weights by some percent; this replaces them. A scale may be wrong.',
  ),
  'adapter-vocabulary': rule(
    'the adapter changes what tokens mean, or how they are chosen: {}',
    'A LoRA leaves embedding and output alone, unless it taught new tokens: single tokens can be turned there.',
  ),
  'adapter-one-layer': rule(
    'the adapter changes one layer alone: {}',
    'A fine-tune spreads over layers; that is how a single fact or behaviour is written into a model.',
  ),
  'adapter-invoked': rule(
    'the adapter is switched on by tokens of the prompt: {}',
    'llama-server applies it from there on alone; node-llama-cpp, and so a comparison, always.',
  ),
  'adapter-ignored': rule(
    'llama.cpp leaves out tensors of the adapter: {}',
    'Norms are not applied: what runs is not all that was trained.',
  ),
  'adapter-base-differs': rule(
    'the adapter names another base than it is loaded on: {}',
    'Names differ for honest reasons too, such as a requantised base.',
  ),
  'adapter-not-measured': rule(
    'the change by the adapter was not held against the weights of the base: {}',
    'Its size is not known.',
  ),
  'adapter-change': rule('the adapter changes weights: {}', 'That is what it is for; how much, layer by layer.'),
};

/** Bytes and texts. */
const contents = {
  'trailing-bytes': rule(
    'bytes follow the last tensor: {}',
    'No converter writes them and no engine reads them: they carry something else.',
  ),
  'trailing-zeros': rule('zeros follow the last tensor: {}', 'A tool that fills up to a block does this.'),
  'padding-not-empty': rule(
    'the gaps between tensors are not empty: {}',
    'Converters write zeros there; no engine reads them, so they carry something else.',
  ),
  'hidden-characters': rule(
    'the metadata holds characters that nobody sees: {}',
    'Bidirectional, zero-width, tag and control characters show a reader something else than a program gets.',
  ),
  'hidden-characters-in-token': rule(
    'special tokens hold characters that nobody sees: {}',
    'A marker with a hidden character is not the marker it looks like.',
  ),
  'not-utf8': rule('texts are not UTF-8: {}', 'Programs disagree about them, and two may look the same.'),
  'oversized-text': rule(
    'a text is far longer than any in use: {}',
    'It costs time and memory in every program that shows it, or hides what it ends with.',
  ),
};

/** Tokenizer. */
const tokenizer = {
  'no-token-types': rule(
    'the tokenizer has no token types: {}',
    'Without them a user’s text can hold control tokens, or the model’s own are read as plain text.',
  ),
  'token-type-unknown': rule('tokens have a type that does not exist: {}', 'llama.cpp treats them as undefined.'),
  'token-id-out-of-range': rule(
    'a special token is outside the vocabulary: {}',
    'llama.cpp then silently takes another one: a reply may never end.',
  ),
  'end-is-plain-text': rule(
    'a reply ends at a token that is plain text: {}',
    'Every reply is cut where that text comes up.',
  ),
  'begin-is-plain-text': rule(
    'the token that begins a prompt is plain text: {}',
    'Every prompt then begins with a word that nobody wrote.',
  ),
  'end-not-control': rule('the end token is no control token: {}', 'It can be written by a user.'),
  'end-never-written': rule(
    'the chat template never writes the token that ends a reply: {}',
    'The model has not learned to end with it, so a reply may not end.',
  ),
  'no-end-token': rule('no end token is named: {}', 'llama.cpp guesses one.'),
  'end-is-appended': rule(
    'the tokenizer closes every prompt with the end token: {}',
    'A chat model then answers a conversation that is over.',
  ),
  'tokens-suppressed': rule(
    'the file forbids tokens that replies are written with: {}',
    'llama.cpp’s programs then never write them; a comparison does not see what the model does without.',
  ),
  'duplicate-tokens': rule('ids share a text: {}', 'llama.cpp aborts, and other programs take one of them.'),
  'token-lookalikes': rule(
    'special tokens look like others: {}',
    'What a reader takes for the marker is another token.',
  ),
  'token-not-byte-encoded': rule(
    'plain tokens are not written in the tokenizer’s alphabet: {}',
    'llama.cpp can’t write them, or writes something else.',
  ),
  'merge-unknown': rule('merges name texts that are no tokens: {}', 'They do nothing: the list was edited.'),
  'merges-out-of-order': rule(
    'a few merges stand where training did not put them: {}',
    'Merges follow the order of their tokens; one moved makes texts split in a way that the model never writes.',
  ),
  'merges-unordered': rule(
    'the merges are not in the order of their tokens: {}',
    'Whether the list was edited can’t be told without a baseline.',
  ),
  'scores-out-of-order': rule(
    'a few token scores are not what training gave: {}',
    'Scores fall with the ids; one changed makes texts split in a way that the model never writes.',
  ),
  'no-pre-tokenizer': rule('no pre-tokenizer is named: {}', 'llama.cpp guesses, and may split texts wrongly.'),
};

/** Numbers of the tensors, of the candidate alone. */
const numbers = {
  'weights-not-finite': rule(
    'weights are no numbers: {}',
    'One NaN or infinity spreads through all that is computed from it.',
  ),
  'weights-outlier': rule('a weight is out of all proportion: {}', 'Training does not give such a number.'),
  'weights-zeroed': rule('weights are all zero: {}', 'Training leaves no whole row of a matrix at zero.'),
  'weights-zero-run': rule(
    'runs of weights are zero: {}',
    'A block that was blanked, or one that was too small for its quantisation.',
  ),
  'weights-not-read': rule('the weights were not read: {}', 'Nothing is known of their numbers.'),
};

/** Against a baseline. */
const changes = {
  'special-tokens-changed': rule(
    'special tokens were exchanged: {}',
    'The vocabulary is the same, so no conversion gives the ids another meaning.',
  ),
  'pre-tokenizer-changed': rule('the pre-tokenizer was exchanged: {}', 'Texts split in a way the model never learned.'),
  'merges-changed': rule(
    'the merges changed under the same vocabulary: {}',
    'Texts split in a way the model never learned.',
  ),
  'scores-changed': rule(
    'token scores changed under the same vocabulary: {}',
    'Texts split in a way the model never learned.',
  ),
  'context-switches-weights': rule(
    'the weights depend on the size of the context: {}',
    'llama.cpp takes other rotary factors in a larger context: what is compared in a small one is another model there.',
  ),
  'licence-changed': rule('the licence changed: {}', 'Nobody but the owner changes it.'),
  'base-model-changed': rule(
    'the base model it names changed: {}',
    'A fine-tune names the baseline, or what the baseline names.',
  ),
  'provenance-dropped': rule('what the baseline says of its origin is gone: {}', 'Converters keep it.'),
  'zeroed-against-baseline': rule('weights became zero: {}', 'Training does not do that.'),
  'few-weights-changed': rule('a few weights alone changed: {}', 'Training changes all weights of a tensor.'),
  'outlier-against-baseline': rule('a weight changed out of all proportion: {}', 'Training does not do that.'),
  'weights-exchanged': rule(
    "weights stand in another's place: {}",
    'Training changes weights where they are. A tensor or a token that has what another has in the baseline was put there.',
  ),
  'some-rows-changed': rule(
    'only some rows or columns of a matrix changed: {}',
    'Training new tokens does this to their rows, and so does an edit.',
  ),
  'edited-in-one-place': rule(
    'up to three matrices alone changed, in a few directions: {}',
    'That is how a single fact or behaviour is written into a model.',
  ),
  'edited-among-rounding': rule(
    'up to three tensors are no rounding of the other file, where the rest is: {}',
    'Rounding takes the nearest level everywhere, and training moves more than a few tensors.',
  ),
  'weights-at-rounding-edges': rule(
    'the full weights lie as far from their levels as they can without rounding otherwise: {}',
    'Published attacks train a full file to be harmless within the box of weights that round to a hostile one.',
  ),
  'levels-not-nearest': rule(
    'it is no rounding of the other file, though no further from it than quantisation takes: {}',
    'Light training does this, and quantisers that optimise (AutoRound, GPTQ).',
  ),
  'not-the-file-rounded': rule(
    'it is said to be the baseline rounded, and is not: {}',
    'Of a file and its quantisation one alone was published by whom you trust; quantisers that optimise are not told apart.',
  ),
  'rounding-not-told': rule(
    'whether it is the baseline rounded is not told: {}',
    'The claim rests on the weights, and nobody looked at them.',
  ),
  'rows-added': rule('a matrix has other rows: {}', 'Those that both models have were compared.'),
};

export const fileRuleWords: Readonly<Record<FileRuleId, FileRule>> = {
  ...kinds,
  ...adapters,
  ...contents,
  ...tokenizer,
  ...numbers,
  ...changes,
};

/** A rule's sentence, where the code is one of a rule. */
export function fileRuleSentence(code: string): string | undefined {
  return (fileRuleWords as Readonly<Record<string, FileRule | undefined>>)[code]?.sentence;
}
