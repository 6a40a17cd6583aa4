import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../errors.ts';
import { hubEnvironment, lockFileName, parseReference, readAdapted, type ResolvedModel } from '../../hub/index.ts';
import { visible } from '../../words/visible.ts';
import { usualCodes } from '../exit-codes.ts';
import type { CommandContext } from '../main.ts';
import { print, printJson } from '../output.ts';
import { sizeText } from '../../words/units.ts';
import { piecesOf, resolveReferences } from '../../app/models/references.ts';
import { showingPulls } from '../pull-display.ts';

interface PullFlags {
  update?: boolean;
  offline?: boolean;
  lock: string;
  json?: boolean;
}

/** `turncoat pull REF…`. */
export function addPull(program: Command, context: CommandContext): void {
  program
    .command('pull')
    .description('download models, verify every byte, and pin them in turncoat.lock.json')
    .argument('<references...>', 'hf:user/repo:QUANT, hf:user/repo/file.gguf#revision, hf.co/…, or an https address')
    .option('--update', 'pin what a reference means now, though it was pinned to something else')
    .option('--offline', 'use only what is in the cache')
    .option('--lock <file>', 'lock file', lockFileName)
    .option('--json', 'print where the files are as JSON')
    .addHelpText(
      'after',
      '\nFiles go to the Hugging Face cache, and an interrupted download goes on where it stopped.' +
        '\nRead from the environment: HF_TOKEN, HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE, HTTPS_PROXY.' +
        `\n${usualCodes}`,
    )
    .action(async (named: string[], flags: PullFlags) => {
      const { endpoint } = await hubEnvironment();
      // A model with adapters is several files, each pinned by itself.
      const references = named.flatMap(reference => piecesOf(readAdapted(reference)));
      for (const reference of references) {
        const { kind } = parseReference(reference, endpoint);
        if (kind !== 'local' && kind !== 'place') continue;
        const hint = 'write hf:user/repo:Q4_K_M or an https address; files on this machine need no pull';
        const what = kind === 'local' ? 'is a path on this machine' : 'is on this machine, or nowhere';
        throw new UserError('nothing-to-pull', `${reference} ${what}`, hint);
      }
      const { update, offline, lock } = flags;
      const quiet = flags.json === true;
      const models = await showingPulls(quiet, listener =>
        resolveReferences(references, {
          update,
          offline,
          listener,
          lockFile: lock,
          signal: context.signal,
        }),
      );
      if (flags.json) return printJson(models.map(pulledRecord));
      await print(`${models.map(pulledText).join('\n')}\n`);
    });
}

function pulledRecord({ reference, repo, commit, sizeBytes, files }: ResolvedModel): object {
  const absolute = files.map(file => ({ ...file, path: resolve(file.path) }));
  return { reference, repo, commit, sizeBytes, path: absolute[0]?.path, files: absolute };
}

function pulledText({ reference, repo, commit, files, path }: ResolvedModel): string {
  const size = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  const parts = files.length === 1 ? '' : ` in ${files.length} parts`;
  const from = repo === undefined ? '' : `${visible(repo)} at ${commit?.slice(0, 8)}, `;
  return [
    visible(reference),
    `  ${from}${sizeText(size)}${parts}`,
    ...files.map(({ sha256, file }) => `  sha256 ${sha256}  ${visible(file)}`),
    `  ${visible(resolve(path))}`,
  ].join('\n');
}
