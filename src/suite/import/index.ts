// Texts of other formats -> Suite, one file per format. Nothing is lost: a task is imported, or named with its reason.
import { assemble, type Imported } from './assemble.ts';
import { readBfcl } from './bfcl.ts';
import { readOpenAi } from './openai.ts';
import { slug } from './names.ts';
import type { ImportFile } from './task.ts';

export { writeSuite } from './write.ts';

/** Formats that suites are imported from. */
export const importFormats = {
  bfcl: { read: readBfcl, title: 'the Berkeley Function Calling Leaderboard' },
  openai: { read: readOpenAi, title: 'recorded conversations' },
} as const;
export type ImportFormat = keyof typeof importFormats;

/**
 * Imports tasks of another format, with a context drawn around each.
 * @param files in one format, in any order
 * @param name wanted name of the suite; made into one that suites allow
 * @throws UserError `bad-import` for a text that is not JSON
 */
export function importSuite(format: ImportFormat, files: readonly ImportFile[], name: string): Imported {
  const { read, title } = importFormats[format];
  const sources = files.map(file => file.name).join(', ');
  return assemble(read(files), slug(name), `Tasks from ${title} (${sources}); the context around the task varies.`);
}
