// Opens the desktop's browser on an address that nobody else may see: whoever lists processes sees only a file's name.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from './output.ts';

/**
 * Asks the desktop to open an address; where there is none, the printed address has to do. The address stands in a file
 * that only its owner can read, gone when the result is disposed of.
 */
export function openBrowser(address: string): Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-review-'));
  const file = join(folder, 'open.html');
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${address}"><title>turncoat</title>`;
  writeFileSync(file, page, { mode: 0o600 });
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const child = spawn(opener, [file], { detached: true, stdio: 'ignore' });
  child.on('error', () => say(`turncoat: no browser could be started (${opener}); open the address yourself`));
  child.unref();
  return { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
