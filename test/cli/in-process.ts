import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { CommandResult } from './run.ts';

/** Runs the command line within the test's own process, for what ends before anything is loaded: a process takes seconds. */
export async function inProcess(args: readonly string[]): Promise<CommandResult> {
  const heard = (['stdout', 'stderr'] as const).map(name => process[name].listeners('error'));
  const streams = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map(name =>
    vi.spyOn(process[name], 'write').mockImplementation((text, ...rest: unknown[]) => {
      streams[name] += String(text);
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    }),
  );
  try {
    return { code: await main(args), ...streams };
  } finally {
    for (const spy of spies) spy.mockRestore();
    // The command line goes on listening: it means to live as long as its process.
    for (const [index, name] of (['stdout', 'stderr'] as const).entries())
      for (const listener of process[name].listeners('error'))
        if (heard[index]?.includes(listener) === false) process[name].off('error', listener as () => void);
  }
}
