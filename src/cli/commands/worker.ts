import type { Command } from 'commander';
import type { CommandContext } from '../main.ts';
import { number } from '../options.ts';
import { addSettings, settingsOf } from '../settings.ts';
import { say } from '../output.ts';
import { workOn } from '../../app/cluster/working.ts';

interface WorkerFlags {
  store: string;
  models?: string;
  idle?: string;
}

/** `turncoat worker`: observes for the comparisons that others lead. */
export function addWorker(program: Command, context: CommandContext): void {
  const command = program
    .command('worker')
    .description('observe cases for every `compare --workers` on the same database; any number may join and leave')
    .requiredOption('--store <url>', 'PostgreSQL database where leaders and workers meet')
    .option('--models <dir>', 'folder of the model files (default: where the leader has them)');
  addSettings(command, 'worker')
    .option('--idle <seconds>', 'leave after so long without work (default: stay until stopped)')
    .action(async (flags: WorkerFlags) => {
      const { store, models, idle } = flags;
      await workOn({
        store,
        models,
        ...settingsOf('worker', flags),
        idleMs: idle === undefined ? undefined : 1000 * number('--idle', idle, 0, 1e9),
        ready: database => say(`turncoat: waiting for work in ${database}`),
        done: ({ run, role, jobs }, observations) =>
          say(`turncoat: run ${run}, ${role}: ${jobs.length} cases, ${observations} observations`),
        progress: () => {},
        signal: context.signal,
      });
    });
}
