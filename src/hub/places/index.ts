// Places where other programs keep models on this machine, by what stands in front of the colon of a reference. A new one is
// one file and one line here.
import { llamaCache } from './llama-cache.ts';
import { lmstudio } from './lmstudio.ts';
import { ollama } from './ollama.ts';
import type { Place } from './place.ts';

export const places = { ollama, lmstudio, llamacpp: llamaCache } satisfies Readonly<Record<string, Place>>;
export type PlaceName = keyof typeof places;

/** `ollama:llama3.2` -> its place and the name there; undefined for other texts. */
export function placeIn(reference: string): { readonly place: PlaceName; readonly name: string } | undefined {
  const [, place, name = ''] = /^([a-z]+):(.*)$/s.exec(reference) ?? [];
  return place !== undefined && Object.hasOwn(places, place) ? { place: place as PlaceName, name } : undefined;
}
