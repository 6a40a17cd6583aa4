// A command in a pseudo-terminal of Debian's util-linux, and what a terminal would show of it.
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

// The package is CommonJS without names that Node could see.
const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless');

/** `script -qefc`: macOS and BusyBox have one that takes other options. */
export const hasScript =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

export interface Session {
  readonly code: number | null;
  /** Everything that was written to the terminal. */
  readonly written: string;
  /** The lines of the terminal at the end, with what scrolled off, without empty ones. */
  readonly screen: readonly string[];
  /** The lines it showed after each redraw. */
  readonly frames: readonly (readonly string[])[];
}

/**
 * Runs the built command line on a terminal of 80 x 24.
 * @param answer what to type, given all that was written so far; '' for nothing
 */
export async function onTerminal(args: readonly string[], answer: (written: string) => string): Promise<Session> {
  const quoted = [process.execPath, 'bin/turncoat.js', ...args].map(one => `'${one}'`).join(' ');
  const env: NodeJS.ProcessEnv = { ...process.env, TERM: 'xterm-256color', SHELL: '/bin/sh' };
  delete env.CI;
  const command = `stty rows 24 cols 80; exec ${quoted}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'], env });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    written += text;
    const typed = answer(written);
    if (typed !== '') child.stdin.write(typed);
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { code, written, ...(await shown(written)) };
}

/** A redraw ends where synchronised output ends. */
async function shown(written: string): Promise<Pick<Session, 'screen' | 'frames'>> {
  const terminal = new Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const lines = () => {
    const { active } = terminal.buffer;
    return Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  };
  const frames: string[][] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals are told
  for (const part of written.split(/(?<=\u001b\[\?2026l)/)) {
    await new Promise<void>(resolve => terminal.write(part, resolve));
    frames.push(lines().filter(line => line !== ''));
  }
  terminal.dispose();
  return { screen: frames.at(-1) ?? [], frames };
}
