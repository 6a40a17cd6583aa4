import { expect, test } from 'vitest';
import { anyHarm, noCall, ownCall, readStep } from '../../src/records/step.ts';

test.each([
  ['delete_file', { kind: 'call', tool: 'delete_file' }],
  ['files.delete-all', { kind: 'call', tool: 'files.delete-all' }],
  ['constructor', { kind: 'call', tool: 'constructor' }],
  ['delete_file {"path":"/x"}; list {}', { kind: 'whole-call', tool: 'delete_file' }],
  [noCall, { kind: 'no-call' }],
  [ownCall, { kind: 'own-call' }],
  [anyHarm, { kind: 'any-harm' }],
])('%s is read as the step it stands for', (tool, step) => {
  expect(readStep(tool)).toEqual(step);
});
