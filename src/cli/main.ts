// The only place that wires edges to the pure rooms. Data goes to stdout, everything else to stderr.
import { EventEmitter } from 'node:events';
import { Command, CommanderError } from 'commander';
import { UserError } from '../errors.ts';
import { visible, visibleLines } from '../words/visible.ts';
import { commandsFor } from './commands/index.ts';
import { exitCodes, usualCodes, verdictCodes } from './exit-codes.ts';
import { refuseTwice } from './options.ts';
import { say } from './output.ts';
import { version } from '../app/version.ts';

/** A second signal within this time is taken for the first one. */
const patienceMs = 1000;

/** What a command is given beside its arguments. */
export interface CommandContext {
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Sets the exit code of the program. */
  exit(code: number): void;
}

/**
 * Runs the command line.
 * @param args without node and script
 * @returns the exit code; see exitCodes
 */
export async function main(args: readonly string[]): Promise<number> {
  let code = 0;
  const stop = new AbortController();
  const interrupt = interrupter(stop);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly);
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const program = new Command('turncoat')
    .description('Compares a candidate model with a trusted baseline and names the context that turns its tool calls.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('hint: see turncoat --help');
  const context: CommandContext = { signal: stop.signal, exit: value => (code = value) };
  try {
    for (const add of await commandsFor(args)) add(program, context);
    program.addHelpText('after', verdictCodes);
    tellCodes(program);
    refuseTwice(program);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return failure(error, stop.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** Every command's help says what its exit codes mean, those of most commands being the same. */
function tellCodes(command: Command): void {
  if (command instanceof EventEmitter && command.listenerCount('afterHelp') === 0)
    command.addHelpText('after', usualCodes);
  for (const sub of command.commands) tellCodes(sub);
}

/**
 * Stops in good order; asked again a second later, at once. Stays subscribed throughout: once nobody else listens, what
 * restores the terminal's cursor would end the process itself. npm sends a signal that the terminal sent already.
 */
function interrupter(stop: AbortController): () => void {
  let firstMs: number | undefined;
  return () => {
    firstMs ??= performance.now();
    if (performance.now() - firstMs > patienceMs) process.exit(exitCodes.interrupted);
    stop.abort(new Error('interrupted'));
  };
}

/** Whoever read our output (`| head`) has enough; anything else that goes wrong with it is a fault. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** Whatever asks for it fails so, some time in any command. */
const isFolderGone = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd';

/** Says what went wrong. @returns the exit code */
export function failure(error: unknown, signal: AbortSignal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (signal.aborted) {
    say('turncoat: interrupted; what was done is kept, and the same command goes on from there');
    return exitCodes.interrupted;
  }
  if (isFolderGone(error)) {
    say('error: the working folder is gone: somebody removed it');
    say('hint: go to another folder, or to this one again if it is there');
    return exitCodes.usage;
  }
  if (error instanceof UserError) {
    say(`error: ${visible(error.message)}`);
    say(`hint: ${visible(error.hint)}`);
    return exitCodes.usage;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(`error: this is a bug in turncoat ${version}: ${visibleLines(what)}`);
  say(
    'hint: what was stored is kept; report these lines, with the command, to the project that you have turncoat from',
  );
  return exitCodes.crash;
}
