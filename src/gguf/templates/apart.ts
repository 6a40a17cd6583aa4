// Chats whose prompts differ as usual -> those that do so with other numbers or months than the rest at the same time.
import type { Probe } from '../chats/battery.ts';
import { difference, type PromptPair } from './prompt-pairs.ts';

/** Starts the signature of those that differ as usual but for numbers or names of months. */
export const otherwise = 'otherwise ';

/**
 * Signatures forget numbers and months, which a printed date changes by right; at one time they are the same in every chat.
 * What is not becomes a group of its own.
 */
export function apart(
  groups: Map<string, number[]>,
  usual: string,
  probes: readonly Probe[],
  pairs: readonly PromptPair[],
): void {
  const exact = (index: number): string => {
    const { candidate, baseline } = pairs[index] as PromptPair;
    return JSON.stringify(difference(candidate, baseline));
  };
  const members = groups.get(usual) ?? [];
  const atOneTime = members.filter(index => {
    const { axis, dated } = probes[index] as Probe;
    return axis !== 'date' && axis !== 'hour' && dated !== true;
  });
  const counts = new Map<string, number[]>();
  for (const index of atOneTime) {
    const key = exact(index);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, [index]);
    else known.push(index);
  }
  const [, ...fewer] = [...counts.values()].sort((a, b) => b.length - a.length);
  const odd = new Set(fewer.flat());
  if (odd.size === 0) return;
  groups.set(
    usual,
    members.filter(index => !odd.has(index)),
  );
  groups.set(otherwise + usual, [...odd]);
}
