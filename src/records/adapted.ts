// A model with LoRA adapters as one text: `base.gguf+night-shift.gguf:0.5+other.gguf`. Text in, pieces out; which paths
// are there is asked of the caller, so that a path that really contains `+` stays whole.
import type { ModelRecord } from './run.ts';

/** The pieces of such a text. */
export interface AdaptedText {
  readonly base: string;
  readonly adapters: readonly AdapterText[];
}

interface AdapterText {
  readonly reference: string;
  /** As written behind the last `:`; undefined: not given, which means 1. */
  readonly scale: string | undefined;
}

/**
 * Splits at each `+` behind a file that is there, else behind `.gguf` (with its scale), or behind a repository on the Hub.
 * A text that is a file as a whole is one piece.
 * @param isFile whether a path on this machine is a file
 */
export function splitAdapted(text: string, isFile: (path: string) => boolean = () => false): AdaptedText {
  const [base = text, ...adapters] = pieces(text, isFile);
  return { base, adapters: adapters.map(piece => scaled(piece, isFile)) };
}

function pieces(text: string, isFile: (path: string) => boolean): string[] {
  if (!text.includes('+') || isFile(text) || isFile(withoutScale(text))) return [text];
  const places = [...text.matchAll(/\+/g)].map(({ index }) => index);
  const there = places.findLast(place => isFile(withoutScale(text.slice(0, place))) || isFile(text.slice(0, place)));
  const place = there ?? places.find(one => endsPiece(text.slice(0, one)));
  return place === undefined ? [text] : [text.slice(0, place), ...pieces(text.slice(place + 1), isFile)];
}

const scale = /:(-?(?:\d+\.?\d*|\.\d+))$/;
const withoutScale = (piece: string): string => piece.replace(scale, '');

/** Names of repositories, tags and quantisations have no `+`; paths may. */
function endsPiece(head: string): boolean {
  const piece = withoutScale(head);
  if (/\.gguf(?:#[^+]*|:[^/]*)?$/i.test(piece)) return true;
  if (/^(?:ollama|lmstudio|llamacpp):[^+]+$/.test(piece)) return true;
  return /^(?:hf:(?:\/\/)?|hf\.co\/|(?:www\.)?huggingface\.co\/)[^/]+\/[^/]+$/.test(piece);
}

function scaled(piece: string, isFile: (path: string) => boolean): AdapterText {
  if (isFile(piece)) return { reference: piece, scale: undefined };
  const given = scale.exec(piece)?.[1] ?? /\.gguf:([^/]*)$/i.exec(piece)?.[1];
  if (given === undefined) return { reference: piece, scale: undefined };
  return { reference: piece.slice(0, -given.length - 1), scale: given };
}

/** An adapter by its reference. */
interface Scaled {
  readonly reference: string;
  readonly scale: number;
}

/** The text of a base with its adapters; a scale of 1 is left out. */
export function adaptedText(base: string, adapters: readonly Scaled[]): string {
  const texts = adapters.map(({ reference, scale: by }) => (by === 1 ? reference : `${reference}:${by}`));
  return [base, ...texts].join('+');
}

/** What the user called the base of a model whose reference is an {@link adaptedText}. */
export function baseReference({
  reference,
  adapters = [],
}: {
  readonly reference: string;
  readonly adapters?: readonly Scaled[] | undefined;
}): string {
  const behind = adaptedText('', adapters);
  return adapters.length > 0 && reference.endsWith(behind) ? reference.slice(0, -behind.length) : reference;
}

/** Short name of a model, by the last part of each path: `a/base.gguf+b/night.gguf:0.5` -> `base+night:0.5`. */
export function shortName(reference: string): string {
  const { base, adapters } = splitAdapted(reference);
  const last = (path: string) => (path.split('/').at(-1) as string).replace(/\.gguf$/i, '');
  return [last(base), ...adapters.map(one => `${last(one.reference)}${one.scale ? `:${one.scale}` : ''}`)].join('+');
}

/** Is a file named by its content, as in Ollama's store? Such a name says nothing to people. */
export const isHashName = (path: string): boolean =>
  /^(sha256[-:])?[0-9a-f]{40,64}$/.test(path.split(/[/\\]/).at(-1) ?? '');

/** What a model is called where its file's own name is not it: what the user gave, else the reference; undefined: as its file. */
export function calledName({
  shownAs,
  path,
  ...named
}: {
  readonly reference: string;
  readonly path: string;
  readonly shownAs?: string | undefined;
  readonly adapters?: readonly Scaled[] | undefined;
}): string | undefined {
  if (shownAs !== undefined) return shownAs;
  const base = baseReference(named);
  return isHashName(path) && base !== path ? (base.split('/').at(-1) as string) : undefined;
}

/** What of its adapters decides what a model does: bytes and scales in order; undefined for a model without. */
export function adaptersKey({ adapters = [] }: Pick<ModelRecord, 'adapters'>): [string, number][] | undefined {
  return adapters.length === 0 ? undefined : adapters.map(({ sha256, scale: by }) => [sha256, by]);
}

/** A model's bytes in one text: the file's sha256, and that of each adapter with its scale behind a `+`. */
export function identityText(model: Pick<ModelRecord, 'sha256' | 'adapters'>): string {
  return [model.sha256, ...(adaptersKey(model) ?? []).map(([sha256, by]) => `${sha256}:${by}`)].join('+');
}
