import type { Command } from 'commander';
import { listModels } from '../../app/models/listing.ts';
import { suggestPairs } from '../../app/models/pairing.ts';
import { modelLines } from '../model-lines.ts';
import { safeJson } from '../../words/safe.ts';
import { usualCodes } from '../exit-codes.ts';
import type { CommandContext } from '../main.ts';
import { print } from '../output.ts';

/** Pairs that are suggested at most. */
const mostPairs = 3;

/** `turncoat models [FOLDER…]`. */
export function addModels(program: Command, context: CommandContext): void {
  program
    .command('models')
    .description('list the models on this machine by the names that other commands take, and what to compare')
    .argument('[folders...]', 'folders that hold .gguf files, to look in as well')
    .option('--json', 'print them as JSON')
    .addHelpText(
      'after',
      '\nLooks in the Hugging Face cache and in the stores of Ollama, LM Studio and llama.cpp. Files are read, never run.' +
        '\nRead from the environment: HF_HOME, HF_HUB_CACHE, OLLAMA_MODELS, LLAMA_CACHE.' +
        `\n${usualCodes}`,
    )
    .action(async (folders: string[], flags: { json?: boolean }) => {
      const models = await listModels(folders, context.signal);
      const pairs = suggestPairs(models, mostPairs);
      if (flags.json) return await print(`${safeJson({ schemaVersion: 1, models, pairs })}\n`);
      await print(`${modelLines(models, pairs).join('\n')}\n`);
    });
}
