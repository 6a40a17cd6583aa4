// A real browser for tests: Debian's chromium, which .ci/run installs. Where it is missing tests say so, and fail in CI.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(executablePath);

if (!hasBrowser) {
  const what = `no browser at ${executablePath}: install chromium, or set CHROMIUM; the review page is NOT tested`;
  if (process.env.CI) throw new Error(what);
  console.error(`\n!!! ${what}\n`);
}

export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-quic', '--disable-background-networking'];
  return chromium.launch({ executablePath, args });
}

export interface Review extends AsyncDisposable {
  /** The one-time address, as printed. */
  readonly address: string;
  readonly origin: string;
}

/** Starts `turncoat review` as a user would. */
export function startReview(args: readonly string[]): Promise<Review> {
  const child = spawn(process.execPath, ['bin/turncoat.js', 'review', ...args, '--no-open'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', text => (problems += text));
  return new Promise((resolve, reject) => {
    child.once('close', code => reject(new Error(`turncoat review ended with ${code}: ${problems}`)));
    child.stdout.setEncoding('utf8').once('data', text => {
      const address = String(text).trim();
      const stop = async () => {
        child.kill('SIGINT');
        await ended;
      };
      resolve({ address, origin: new URL(address).origin, [Symbol.asyncDispose]: stop });
    });
  });
}

/** What a page must not do: complain, open a dialog, ask anybody but its own server. Gives what it did of these. */
export function watch(page: Page, origin: string): string[] {
  const seen: string[] = [];
  page.on('pageerror', error => seen.push(`error: ${error.message}`));
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) seen.push(`console: ${message.text()}`);
  });
  page.on('dialog', dialog => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', request => {
    if (!request.url().startsWith(`${origin}/`)) seen.push(`asked ${request.url()}`);
  });
  return seen;
}
