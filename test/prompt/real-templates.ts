// The chat templates of real models, from the llama.cpp that node-llama-cpp ships. They are read from a clone in .cache/.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const bundle = resolve('node_modules/node-llama-cpp/llama/gitRelease.bundle');
const folder = resolve('.cache/templates');

/** Folder of the templates, made on first use. Test files run side by side: the folder appears whole, or not at all. */
function templateFolder(): string {
  if (existsSync(folder)) return folder;
  mkdirSync(resolve('.cache'), { recursive: true });
  const scratch = mkdtempSync(resolve('.cache/clone-'));
  try {
    const git = join(scratch, 'llama.git');
    execFileSync('git', ['clone', '-q', '--bare', bundle, git]);
    const archive = execFileSync('git', ['--git-dir', git, 'archive', 'HEAD', 'models/templates'], {
      maxBuffer: 64_000_000,
    });
    execFileSync('tar', ['-x', '-C', scratch], { input: archive });
    if (!existsSync(folder)) renameSync(join(scratch, 'models/templates'), folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return folder;
}

/** File names of all templates, in order. */
export function templateNames(): string[] {
  return readdirSync(templateFolder())
    .filter(name => name.endsWith('.jinja'))
    .sort();
}

/** Source text of one template. */
export function realTemplate(name: string): string {
  return readFileSync(join(templateFolder(), name), 'utf8');
}
