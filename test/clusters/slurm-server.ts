// Debian's Slurm, controller and one node on this machine, with a configuration of its own. Where it is missing tests say
// so, and fail in CI.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../stores/postgres-server.ts';

const programs = ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/bin/sbatch'];
export const hasSlurm = programs.every(path => existsSync(path));

if (!hasSlurm) {
  const what = 'no Slurm: apt-get install slurm-wlm; job arrays are NOT tested';
  if (process.env.CI) throw new Error(what);
  console.error(`\n!!! ${what}\n`);
}

export interface Slurm extends AsyncDisposable {
  /** Folder of the cluster; logs of jobs go there. */
  readonly folder: string;
  /** Submits a script; returns the job's id. */
  submit(options: readonly string[], script: string, args: readonly string[]): Promise<string>;
  /** Any of Slurm's commands; returns its stdout. */
  command(name: string, args: readonly string[]): Promise<string>;
  /** Waits until no task of a job is pending or running; returns the state of each task by its name, e.g. `5_2`. */
  ended(job: string): Promise<Map<string, string>>;
}

/** Two tasks run at once, the others wait. */
function configuration(folder: string, ports: readonly [number, number]): string {
  const host = hostname().split('.')[0];
  const user = userInfo().username;
  return `ClusterName=turncoat
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
AuthType=auth/none
# How long a task that was started again waits.
AuthInfo=cred_expire=5
CredType=cred/none
SlurmUser=${user}
SlurmdUser=${user}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/controller.pid
SlurmdPidFile=${folder}/node.pid
SlurmctldLogFile=${folder}/controller.log
SlurmdLogFile=${folder}/node.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2
KillWait=5
NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
`;
}

/** @param env what jobs see beside the environment of the tests */
export async function startSlurm(env: Record<string, string>): Promise<Slurm> {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-slurm-'));
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
  const config = join(folder, 'slurm.conf');
  writeFileSync(config, configuration(folder, [await freePort(), await freePort()]));
  const options = { cwd: process.cwd(), env: { ...process.env, ...env, SLURM_CONF: config } };
  const daemons = (['slurmctld', 'slurmd'] as const).map(name => {
    const child = spawn(`/usr/sbin/${name}`, ['-D', '-f', config], { ...options, stdio: 'ignore' });
    return { child, ended: new Promise<void>(resolve => child.once('close', () => resolve())) };
  });
  const command = async (name: string, args: readonly string[]) =>
    (await promisify(execFile)(name, [...args], options)).stdout;
  const running = async () => (await command('sinfo', ['-h', '-o', '%T']).catch(() => '')).startsWith('idle');
  while (!(await running())) {
    const log = join(folder, 'controller.log');
    if (daemons.some(({ child }) => child.exitCode !== null)) {
      throw new Error(`Slurm did not start: ${existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : ''}`);
    }
    await sleep(200);
  }
  return {
    folder,
    command,
    submit: async (flags, script, args) => {
      const submitted = await command('sbatch', ['--parsable', `--chdir=${process.cwd()}`, ...flags, script, ...args]);
      return submitted.trim();
    },
    ended: async job => {
      while ((await command('squeue', ['-h', '-j', job])).trim() !== '') await sleep(500);
      return statesOf(await command('scontrol', ['show', 'job', job, '--oneliner']));
    },
    [Symbol.asyncDispose]: async () => {
      // Tasks of a test that failed; a controller that is gone has none.
      for (const state of ['PENDING', 'RUNNING']) await command('scancel', [`--state=${state}`]).catch(() => {});
      for (const { child, ended } of daemons.toReversed()) {
        child.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function statesOf(shown: string): Map<string, string> {
  const lines = shown.split('\n').filter(line => line.includes('JobState='));
  const field = (line: string, name: string) => line.match(new RegExp(`\\b${name}=(\\S+)`))?.[1];
  return new Map(
    lines.map(line => {
      const array = field(line, 'ArrayJobId');
      const name = array === undefined ? field(line, 'JobId') : `${array}_${field(line, 'ArrayTaskId')}`;
      return [name ?? '', field(line, 'JobState') ?? ''] as const;
    }),
  );
}
