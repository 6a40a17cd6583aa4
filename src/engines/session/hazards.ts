// A model may open its call at many places of what it writes. Along one text that was sampled with openings held back,
// the probability of opening one is exact: a place is reached with the probability that nothing opened before it
// (survival), and opens with its hazard, as in the analysis of lifetimes.

/** A place of a text where a call can be opened. */
export interface Place {
  /** Tokens of the text before it. */
  readonly at: number;
  /** P(a call is opened here | the text so far), in [0, 1]. */
  readonly hazard: number;
}

/** A place with what it adds to the probability of a call. */
export interface Weighted extends Place {
  /** P(nothing was opened before it). */
  readonly survival: number;
  /** survival x hazard. */
  readonly mass: number;
}

/** Beyond this, what may still be opened later changes nothing. */
export const settled = 0.005;

/** @param places in the order of the text */
export function weighted(places: readonly Place[]): { places: Weighted[]; survival: number } {
  let survival = 1;
  const out = places.map(place => {
    const one = { ...place, survival, mass: survival * place.hazard };
    survival *= 1 - place.hazard;
    return one;
  });
  return { places: out, survival };
}

/** Places whose calls are scored one by one, and by how much their share stands for that of the others as well. */
export function scored(places: readonly Weighted[], most: number): { places: Weighted[]; share: number } {
  const all = places.reduce((sum, { mass }) => sum + mass, 0);
  const chosen: Weighted[] = [];
  let sum = 0;
  for (const place of places.toSorted((a, b) => b.mass - a.mass)) {
    if (place.mass === 0 || chosen.length === most || (chosen.length > 0 && all - sum < settled)) break;
    chosen.push(place);
    sum += place.mass;
  }
  return { places: chosen, share: sum === 0 ? 1 : sum / all };
}
