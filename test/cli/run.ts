import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a user would. */
export function turncoat(
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = process.cwd(),
): Promise<CommandResult> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [resolve('bin/turncoat.js'), ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, NO_COLOR: '1' },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
    child.on('error', reject).on('close', code => done({ code, stdout, stderr }));
  });
}

/** A fresh folder for run files. */
export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'turncoat-test-'));

/** Path of a shipped organism. */
export const organism = (name: string): string => `models/organisms/${name}.gguf`;
