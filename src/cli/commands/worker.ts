import { type Command, Option } from 'commander';
import type { GpuChoice } from '../../engines/protocol.ts';
import { most } from '../../records/limits.ts';
import type { CommandContext } from '../main.ts';
import { number, wholeNumber } from '../options.ts';
import { say } from '../output.ts';
import { workOn } from '../../app/cluster/working.ts';

interface WorkerFlags {
  store: string;
  models?: string;
  gpu: GpuChoice;
  sequences?: string;
  idle?: string;
}

/** `turncoat worker`: observes for the comparisons that others lead. */
export function addWorker(program: Command, context: CommandContext): void {
  program
    .command('worker')
    .description('observe cases for every `compare --workers` on the same database; any number may join and leave')
    .requiredOption('--store <url>', 'PostgreSQL database where leaders and workers meet')
    .option('--models <dir>', 'folder of the model files (default: where the leader has them)')
    .addOption(
      new Option('--gpu <gpu>', 'where models run').choices(['auto', 'cuda', 'vulkan', 'metal', 'off']).default('auto'),
    )
    .option('--sequences <n>', 'prompts decoded together (default: 8 on a CPU, 16 on a GPU)')
    .option('--idle <seconds>', 'leave after so long without work (default: stay until stopped)')
    .action(async ({ store, models, gpu, sequences, idle }: WorkerFlags) => {
      await workOn({
        store,
        models,
        gpu,
        sequences: sequences === undefined ? undefined : wholeNumber('--sequences', sequences, 1, most.sequences),
        idleMs: idle === undefined ? undefined : 1000 * number('--idle', idle, 0, 1e9),
        ready: database => say(`turncoat: waiting for work in ${database}`),
        done: ({ run, role, jobs }, observations) =>
          say(`turncoat: run ${run}, ${role}: ${jobs.length} cases, ${observations} observations`),
        progress: () => {},
        signal: context.signal,
      });
    });
}
