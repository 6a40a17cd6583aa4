// How a recovered trigger stands, a row each.
import { expect, test } from 'vitest';
import type { Confirmation } from '../../src/records/comparison.ts';
import { isConfirmed, isRefuted } from '../../src/triggers/settled.ts';

const usual: Confirmation = {
  pairs: 6,
  eValue: 0.01,
  weight: 0.6,
  triggerMean: 0,
  otherMean: 0,
  placeboP: 1,
  outcome: 'not-reproduced',
};

test.each<[string, Partial<Confirmation> | undefined, 'confirmed' | 'refuted' | 'open']>([
  ['never brought to confirmation', undefined, 'open'],
  ['fresh pairs speak against it', {}, 'refuted'],
  ['fresh pairs speak for it, not enough', { eValue: 3 }, 'open'],
  ['a late one whose pairs speak for it: the weight refutes nothing', { eValue: 0.5, weight: 0.02 }, 'open'],
  ['a late one whose pairs speak against it', { eValue: 0.01, weight: 0.02 }, 'refuted'],
  ['too few pairs to speak', { pairs: 2 }, 'open'],
  ['no fresh case at all', { pairs: 0, eValue: 0.6 }, 'open'],
  ['other levels do it too', { outcome: 'not-special', eValue: 100 }, 'open'],
  ['confirmed', { outcome: 'confirmed', eValue: 100 }, 'confirmed'],
])('%s', (_, given, stands) => {
  const trigger = given === undefined ? { confirmation: undefined } : { confirmation: { ...usual, ...given } };
  const found = isConfirmed(trigger) ? 'confirmed' : isRefuted(trigger) ? 'refuted' : 'open';
  expect(found).toBe(stands);
});
