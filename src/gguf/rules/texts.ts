// All texts of the metadata but templates and tokens -> what no honest file has in them.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { ModelFile } from '../model.ts';
import { show } from '../file/parse.ts';
import { isUtf8 } from '../file/text.ts';
import { few, found } from './found.ts';
import { hiddenCharacters } from './hidden.ts';

/** Characters. Real descriptions stay below 10,000, real templates below 60,000. */
const longest = { text: 65_536, template: 262_144 };

/** Names, which stand on one line. */
const oneLine =
  /^general\.(architecture|name|author|version|organization|basename|finetune|size_label|type|license|license\.name|quantized_by|.*\.(name|author|version|organization))$/;

/** Tokenizers of other programs, whole; as long as they are, and full of odd characters. */
const foreign = new Set(['tokenizer.huggingface.json', 'tokenizer.rwkv.world']);

/** Whether a model has a template that is too long to be tried: rendering it thousands of times would take minutes. */
export function hasEndlessTemplate({ chatTemplate = '', namedTemplates }: ModelFile): boolean {
  return [chatTemplate, ...Object.values(namedTemplates)].some(({ length }) => length > longest.template);
}

const isTemplate = (key: string): boolean => key.startsWith('tokenizer.chat_template');

interface Text {
  readonly key: string;
  readonly text: string;
}

/** Texts that are not UTF-8, too long, or hold what nobody sees. */
export function textFindings(model: ModelFile): InspectionFinding[] {
  const texts = textsOf(model);
  const name = ({ key }: Text) => show(key);
  const broken = texts.filter(({ text, key }) => !isUtf8(text) || !isUtf8(key)).map(name);
  const long = texts
    .filter(({ key, text }) => text.length > (isTemplate(key) ? longest.template : longest.text))
    .map(one => `${name(one)} has ${one.text.length} characters${isTemplate(one.key) ? ' and was not rendered' : ''}`);
  const hidden = texts.flatMap(({ key, text }) => {
    const inKey = hiddenCharacters(key, true);
    const inText = isTemplate(key) ? [] : hiddenCharacters(text, oneLine.test(key));
    const names = [...inKey, ...inText];
    return names.length === 0 ? [] : [`${show(key)}: ${few(names)}`];
  });
  return [
    ...(broken.length > 0 ? [found('not-utf8', few(broken))] : []),
    ...(long.length > 0 ? [found('oversized-text', few(long))] : []),
    ...(hidden.length > 0 ? [found('hidden-characters', few(hidden))] : []),
  ];
}

function textsOf({ metadata }: ModelFile): Text[] {
  return Object.entries(metadata).flatMap(([key, value]): Text[] => {
    if (foreign.has(key)) return [];
    if (typeof value === 'string') return [{ key, text: value }];
    // Tokens and merges have rules of their own; other keys are looked at for their names alone.
    const lists = typeof value === 'object' && value.kind === 'array' && !key.startsWith('tokenizer.ggml.');
    return lists ? value.values.map(one => ({ key, text: String(one) })) : [{ key, text: '' }];
  });
}
