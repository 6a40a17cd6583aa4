// How programs of ours are started that hand what others wrote to native code: a model's process, llama.cpp's templates.
import type { Containment } from '../../ports/engine.ts';
import { UserError } from '../../errors.ts';
import { builtFile } from '../built.ts';

/** As much as the machine has, nothing, or all or no model. */
export type ContainmentChoice = 'auto' | 'off' | 'require';

/** What `fork` is given. @param name of the bundled program */
export function programArguments(name: string, choice: ContainmentChoice): [program: string, args: string[]] {
  const program = builtFile(name);
  return choice === 'off' ? [program, []] : [builtFile('contained'), [program]];
}

/** What a process can reach that it should not, as a text; undefined: nothing. */
export function reachable({ network, writing }: Pick<Containment, 'network' | 'writing'>): string | undefined {
  const open = [...(network === 'open' ? ['open connections'] : []), ...(writing === 'open' ? ['write files'] : [])];
  return open.length === 0 ? undefined : open.join(' and ');
}

/** @throws UserError `not-contained`, before anything of a model is read, where all was required */
export function checkContainment(choice: ContainmentChoice, containment: Containment): void {
  const reached = reachable(containment);
  if (choice !== 'require' || reached === undefined) return;
  const message = `--containment require: on this machine the model's process could ${reached}`;
  throw new UserError(
    'not-contained',
    message,
    'see what is missing with `turncoat doctor`, or use --containment auto',
  );
}
