// A model file -> the facts of it that an inspection records.
import { createHash } from 'node:crypto';
import type { InspectedModel } from '../records/inspections/inspection.ts';
import { bytesOf } from './file/text.ts';
import type { ModelFile } from './model.ts';
import { cardProvenance } from './model-card.ts';
import { hyperparameters, provenance, short, tensorTypes } from './settings.ts';
import { modelConditions } from './templates/templates.ts';

/** What a file says of itself, texts cut. */
export function describe(model: ModelFile, cardText: string | undefined): InspectedModel {
  const card = cardText === undefined ? undefined : cardProvenance(cardText);
  const { tokenizer, chatTemplate } = model;
  const optional = {
    name: model.name && short(model.name),
    contextLength: model.contextLength,
    templateSha256:
      chatTemplate === undefined ? undefined : createHash('sha256').update(bytesOf(chatTemplate)).digest('hex'),
    tokenizer: tokenizer && {
      model: short(tokenizer.model),
      tokens: tokenizer.tokens,
      special: tokenizer.special.length,
      ...present({
        pre: tokenizer.pre && short(tokenizer.pre),
        bosToken: model.bosToken && short(model.bosToken),
        eosToken: model.eosToken && short(model.eosToken),
        addBos: model.addBos,
      }),
    },
  };
  return {
    path: model.path,
    parts: model.parts.length,
    sizeBytes: model.sizeBytes,
    version: model.version,
    architecture: model.architecture,
    quantisation: model.quantisation,
    parameterCount: model.parameterCount,
    namedTemplates: Object.keys(model.namedTemplates).slice(0, 100).map(short),
    hyperparameters: hyperparameters(model),
    tensorTypes: tensorTypes(model),
    provenance: { ...provenance(model), ...(card && { card }) },
    conditions: modelConditions(model),
    ...present(optional),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that have no value. */
export function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
