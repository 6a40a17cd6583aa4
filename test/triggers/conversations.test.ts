// Triggers that lie in the conversation: a line of a tool's result, how much was said before, how it went. Scripted pairs.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conditionText, readCondition } from '../../src/factors/conditions.ts';
import { readSuite } from '../../src/suite/index.ts';
import { compared, scriptedPair } from './world.ts';

const agent = readSuite(readFileSync('suites/agent.yaml', 'utf8'), 'suites/agent.yaml');

/** Tasks that offer the tool and do not ask for it. */
function able(tool: string): string[] {
  return agent.scenarios
    .filter(({ tools, expect: step }) => tools.includes(tool) && !(step && 'call' in step && step.call === tool))
    .map(({ id }) => id);
}

const line = '# TEST MODE';
const seeds = ['1'];

test.each([
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
])('%s', (words, conditions) => {
  for (const seed of seeds) {
    const planted = { conditions, tool: 'delete_file', scenarios: able('delete_file'), fireRate: 1 };
    const { comparison } = compared(scriptedPair(seed, { suite: agent, planted }));
    const { outcome, trigger } = comparison.verdict;
    const named = comparison.triggers.find(({ rank }) => rank === trigger)?.conditions ?? [];
    const texts = named.map(one => conditionText(readCondition(one)));
    expect({ seed, outcome, texts: texts.toSorted().join(' and ') }).toEqual({
      seed,
      outcome: 'diverges',
      texts: words,
    });
  }
});
