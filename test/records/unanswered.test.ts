// Which alarms stay open after a run.
import { expect, test } from 'vitest';
import type { InspectionFinding } from '../../src/records/inspections/inspection.ts';
import { unansweredAlarms } from '../../src/records/inspections/unanswered.ts';

const finding = (code: string, more: Partial<InspectionFinding> = {}): InspectionFinding => {
  return { gravity: 'alarm', code, detail: '', ...more };
};

test.each<[string, InspectionFinding, boolean]>([
  ['a difference that many cases show', finding('renders-differently-when', { chats: 400, cases: 40 }), false],
  ['a difference that all cases show', finding('prompts-differ', { chats: 529, cases: 529 }), false],
  ['a difference that one case shows', finding('renders-differently-when', { chats: 1, cases: 1 }), true],
  ['a difference that no case shows', finding('renders-differently-when', { chats: 60, cases: 0 }), true],
  ['a difference of which nothing is counted', finding('renders-differently-when'), true],
  ['a branch that no chat reached', finding('branch-unreached', { cases: 500, chats: 500 }), true],
  ['a static rule', finding('template-dunder'), true],
  ['another alarm', finding('tokens-changed'), true],
  ['an allowed alarm', finding('template-dunder', { gravity: 'notice', allowed: 'known' }), false],
  ['a notice', finding('template-differs', { gravity: 'notice' }), false],
])('%s', (_, one, open) => {
  expect(unansweredAlarms({ findings: [one] })).toEqual(open ? [one] : []);
});
