// Where a comparison of a sweep stands, in one line.
import type { PairStatus } from '../records/sweeps/sweep.ts';
import { durationText } from '../words/units.ts';
import { visible } from '../words/visible.ts';

/** `finished  NAME: diverges (date.year = 2026), 3 effects, run 0123456789`; the reason where no trigger is named. */
export function pairLine(pair: PairStatus): string {
  return `${pair.state.padEnd(8)}  ${visible(pair.name)}${visible(rest(pair))}`;
}

const counted = (effects: number) => `${effects} effect${effects === 1 ? '' : 's'}`;

function rest({ state, phase, done, total, rate, outcome, trigger, reason, effects, run, error }: PairStatus): string {
  if (state === 'failed') return `: ${error?.message.split('\n')[0] ?? 'no reason was given'}`;
  if (state === 'finished') {
    const why = trigger ?? reason;
    const what = why === undefined ? outcome : `${outcome} (${why})`;
    return `: ${what}${effects ? `, ${counted(effects)}` : ''}, run ${run}`;
  }
  if (state === 'observed')
    return `: ${effects ? `${counted(effects)} to look into` : 'looked into later'}, run ${run}`;
  if (state === 'waiting' || phase === undefined) return '';
  const speed = rate === undefined ? '' : `, ${rate.toFixed(1)} a second, ${durationText((total - done) / rate)} left`;
  return `: ${phase} ${done}/${total}${speed}`;
}
