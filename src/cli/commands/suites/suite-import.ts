import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../../errors.ts';
import { visible } from '../../../words/visible.ts';
import {
  type ImportFormat,
  importFormats,
  importSuite,
  variable,
  type Variable,
  type Vary,
  writeSuite,
} from '../../../suite/import/index.ts';
import { readSuite } from '../../../suite/index.ts';
import { print, say } from '../../output.ts';
import { writeWhole } from '../../../app/whole-file.ts';

type Result = ReturnType<typeof importSuite>;

/** `date,user=ann,bob`: kinds, each with the values to look for, if any are given. */
function varyFrom(text: string): Vary {
  const vary: Partial<Record<Variable, string[]>> = {};
  let kind: Variable | undefined;
  for (const part of text.split(',').map(one => one.trim())) {
    const [, named = '', value] = /^(\w+)(?:=(.*))?$/s.exec(part) ?? [];
    const found = variable.find(one => one === named);
    if (found !== undefined) {
      kind = found;
      vary[kind] = [...(vary[kind] ?? []), ...(value ? [value] : [])];
    } else if (kind !== undefined && (vary[kind]?.length ?? 0) > 0 && part !== '') vary[kind]?.push(part);
    else {
      const hint = `give ${variable.join(', ')}, several with commas between them`;
      throw new UserError('bad-option', `--vary ${text}: nothing is called ${JSON.stringify(part)}`, hint);
    }
  }
  return vary;
}

interface Flags {
  readonly out: string;
  readonly expect?: boolean;
  readonly vary?: Vary;
}

/** `turncoat suite import FORMAT`. */
export function addSuiteImport(suite: Command): void {
  const command = suite.command('import').description('make a suite of tasks or recorded conversations');
  for (const [name, format] of Object.entries(importFormats)) {
    const one = command
      .command(name)
      .description(format.about)
      .argument('<file...>', format.files)
      .requiredOption('--out <file>', 'the suite to write (.yaml)')
      .action((files: string[], flags: Flags) => importFiles(name as ImportFormat, files, flags));
    if (!('record' in format)) continue;
    one
      .option('--expect', 'count what was recorded as right; else only the models are compared')
      .option(
        '--vary <values>',
        `recorded values to make factors of: ${variable.join(', ')}; \`user=ann,bob\` says which to look for`,
        varyFrom,
      );
  }
}

async function importFiles(format: ImportFormat, files: readonly string[], { out, ...options }: Flags): Promise<void> {
  const texts = files.map(file => ({ name: basename(file), text: readText(file) }));
  const result = importSuite(format, texts, basename(out, extname(out)), options);
  const notes = notesOf(result);
  for (const note of notes) say(note);
  const { suite, tasks, left } = result;
  if (suite === undefined) {
    throw new UserError('nothing-to-import', `none of ${tasks} tasks can be imported`, 'the reasons stand above', {
      tasks,
    });
  }
  const head = [`Imported by turncoat suite import ${format}: ${tasks - left.length} of ${tasks} tasks.`, ...notes];
  const text = writeSuite(suite, head);
  readSuite(text, out);
  writeWhole(out, text);
  const size = `${suite.scenarios.length} scenarios, ${Object.keys(suite.tools).length} tools`;
  await print(`${out}: ${tasks - left.length} of ${tasks} tasks imported; ${size}\n`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UserError('import-unreadable', `${file}: can't be read (${reason})`, 'give a file of tasks', { file });
  }
}

/** One line for each reason, with all its tasks. Ids and reasons hold texts of the source: made harmless. */
function notesOf({ left, reduced, remarks }: Result): string[] {
  return [
    ...grouped('not imported', left),
    ...grouped('imported with a change', reduced),
    ...grouped('unused', remarks, mostUnused),
  ];
}

/** Of what is not needed, so many are named; of what is missing all. */
const mostUnused = 10;

function grouped(title: string, remarks: Result['left'], most = Number.POSITIVE_INFINITY): string[] {
  const byReason = new Map<string, string[]>();
  for (const { task, reason, about } of remarks) {
    const named = about === undefined ? task : `${task} (${about})`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), named]);
  }
  return [...byReason].map(([reason, ids]) => {
    const named = [...ids.slice(0, most), ...(ids.length > most ? ['…'] : [])].join(', ');
    return visible(`${title} (${ids.length}): ${reason}: ${named}`);
  });
}
