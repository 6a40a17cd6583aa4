import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { UserError } from '../errors.ts';

/**
 * Writes a file whole or not at all.
 * @throws UserError `output-unwritable`
 */
export function writeWhole(file: string, text: string): void {
  const partial = `${file}.${process.pid}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new UserError(
      'output-unwritable',
      `${file}: ${(error as Error).message}`,
      'choose another --output',
      {},
      error,
    );
  }
}
