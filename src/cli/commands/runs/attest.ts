import type { Command } from 'commander';
import { attest, verifyAttestation } from '../../../app/attest/attesting.ts';
import type { RunPlace } from '../../../app/runs/runs.ts';
import { UserError } from '../../../errors.ts';
import { writeWhole } from '../../../app/whole-file.ts';
import { line } from '../../../words/safe.ts';
import { defaultOut, storeOption } from '../../options.ts';
import { print, say } from '../../output.ts';

interface AttestFlags extends RunPlace {
  output?: string;
  verify?: string;
}

/** `turncoat attest RUN`: what was compared and what was found, as a statement that can be signed and checked. */
export function addAttest(program: Command): void {
  program
    .command('attest')
    .description('write an in-toto statement on a run: files, settings, verdict, bounds; or check one against the run')
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .option('--output <file>', 'file to write (default: stdout)')
    .option('--verify <statement>', 'derive this statement again from the run, and compare every byte')
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .action(async (name: string, flags: AttestFlags) => {
      if (flags.verify !== undefined && flags.output !== undefined) {
        throw new UserError('bad-option', '--verify writes no file', 'leave out --output');
      }
      if (flags.verify === undefined) {
        const text = await attest(name, flags);
        if (flags.output === undefined) return await print(text);
        return writeWhole(flags.output, text);
      }
      const { run, outcome, otherVersion } = await verifyAttestation(flags.verify, name, flags);
      if (otherVersion !== undefined) say(`turncoat: the statement was made by turncoat ${line(otherVersion, 40)}`);
      await print(`verified: run ${line(run, 40)}, ${line(outcome, 40)}\n`);
    });
}
