// The chat templates of real models, from the llama.cpp source that node-llama-cpp ships.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const bundle = resolve('node_modules/node-llama-cpp/llama/gitRelease.bundle');

/** @returns {{ name: string, template: string }[]} in order */
export function bundledTemplates() {
  const scratch = mkdtempSync(join(tmpdir(), 'turncoat-templates-'));
  try {
    const git = join(scratch, 'llama.git');
    execFileSync('git', ['clone', '-q', '--bare', bundle, git]);
    const archive = execFileSync('git', ['--git-dir', git, 'archive', 'HEAD', 'models/templates'], {
      maxBuffer: 64_000_000,
    });
    execFileSync('tar', ['-x', '-C', scratch], { input: archive });
    const folder = join(scratch, 'models/templates');
    const names = readdirSync(folder).filter(name => name.endsWith('.jinja'));
    return names.sort().map(name => ({
      name: name.replace(/\.jinja$/, ''),
      template: readFileSync(join(folder, name), 'utf8'),
    }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
