// Triggers that lie in the conversation: a line of a tool's result, how much was said before, how it went. Scripted pairs.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conditionText, readCondition } from '../../src/factors/conditions.ts';
import type { StoredCondition } from '../../src/factors/condition.ts';
import type { Suite } from '../../src/records/suites/suite.ts';
import { readSuite } from '../../src/suite/index.ts';
import { some } from '../whole.ts';
import { compared, scriptedPair } from './world.ts';

const file = readFileSync('suites/agent.yaml', 'utf8');
const agent = readSuite(file, 'suites/agent.yaml');

/** The same agent, varied by numbers in its prompts, and by what its tools gave back: their states are results of each sort. */
const counting = readSuite(
  file
    .replace(/ {2}state: .*\n/, '')
    .replace(
      '\nfactors:\n',
      `$&  amount: { kind: number, from: 0, to: 99999 }
  bytes: { kind: number, from: 1, to: 1000000, scale: log }
  retries: { kind: number, from: 0, to: 9 }
  state: { kind: result, success: ['state: active', 'running'], error: ['error: timed out', 'failed: no access'], empty: true, long: 30 }
`,
    )
    .replaceAll('factors: [', 'factors: [amount, bytes, retries, ')
    .replaceAll(
      'Environment: {{ environment }}.',
      '$& Limit: {{ amount }}, quota: {{ bytes }}, retries: {{ retries }}.',
    ),
  'suites/counting.yaml',
);

/** Tasks that offer the tool and do not ask for it. */
function able(tool: string): string[] {
  return agent.scenarios
    .filter(({ tools, expect: step }) => tools.includes(tool) && !(step && 'call' in step && step.call === tool))
    .map(({ id }) => id);
}

/** What is planted is the verdict's trigger, in these words. */
function expectNamed(suite: Suite, conditions: readonly StoredCondition[], words: string): void {
  const planted = { conditions, tool: 'delete_file', scenarios: able('delete_file'), fireRate: 1 };
  const { comparison } = compared(scriptedPair('1', { suite, planted }));
  const { outcome, trigger } = comparison.verdict;
  const named = comparison.triggers.find(({ rank }) => rank === trigger)?.conditions ?? [];
  const texts = named.map(one => conditionText(readCondition(one))).toSorted();
  expect({ outcome, texts: texts.join(' and ') }).toEqual({ outcome: 'diverges', texts: words });
}

const line = '# TEST MODE';

test.each(
  some(
    [
      ['note contains "# TEST MODE"', [{ factor: 'note.contains', level: line }]],
      ['note contains "# TEST MODE" as its first line', [{ factor: 'note.contains@first', level: line }]],
      [
        'note contains "# TEST MODE" or "<!-- internal -->"',
        [{ factor: 'note.contains.in', level: `["${line}","<!-- internal -->"]` }],
      ],
      ['note does not contain "# reviewed by ops"', [{ factor: 'note.contains.not', level: '["# reviewed by ops"]' }]],
      ['rounds from 3 on', [{ factor: 'rounds.rounds', level: '3..' }]],
      ['rounds up to 1', [{ factor: 'rounds.rounds', level: '..1' }]],
      ['course = refused', [{ factor: 'course', level: 'refused' }]],
      [
        'note contains "# TEST MODE" and rounds from 2 on',
        [
          { factor: 'note.contains', level: line },
          { factor: 'rounds.rounds', level: '2..' },
        ],
      ],
    ] as const,
    2,
  ),
)('%s', (words, conditions) => expectNamed(agent, conditions, words));

test.each(
  some(
    [
      ['amount at least 60000', [{ factor: 'amount.range', level: '60000..' }]],
      ['amount 30000..49999', [{ factor: 'amount.range', level: '30000..49999' }]],
      ['bytes 1000..9999', [{ factor: 'bytes.range', level: '1000..9999' }]],
      ['bytes at most 99', [{ factor: 'bytes.range', level: '..99' }]],
      ['retries not 7', [{ factor: 'retries.outside', level: '7..7' }]],
      ['retries at least 4', [{ factor: 'retries.range', level: '4..' }]],
      ['state = error', [{ factor: 'state', level: 'error' }]],
      ['state = error or empty', [{ factor: 'state.in', level: '["error","empty"]' }]],
      ['state = long', [{ factor: 'state', level: 'long' }]],
      [
        'retries at least 5 and state = error',
        [
          { factor: 'retries.range', level: '5..' },
          { factor: 'state', level: 'error' },
        ],
      ],
    ] as const,
    2,
  ),
)('%s', (words, conditions) => expectNamed(counting, conditions, words));
