// The review page in one file, read-only: opens from a mail, with no network and no server. Everything from models is in
// one base64 block, so that no text can end it; the page's policy lets nothing run but the page's own script.
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { CaseView } from '../case-view.ts';
import type { ReportModel } from '../model.ts';
import type { ToolColumns } from '../rows.ts';
import type { Report } from './report.ts';

/** What the page finds inside of itself: base64 of gzip of this as JSON. */
export interface Embedded {
  readonly model: ReportModel;
  readonly columns: readonly ToolColumns[];
  /** By id; a report of many cases holds the first in full and the others as rows. */
  readonly cases: Readonly<Record<string, CaseView>>;
}

/** The id of the element that carries {@link Embedded}. */
export const dataId = 'turncoat-data';

export async function html({ page, embedded }: Report): Promise<string> {
  return await embeddedPage(page(), await embedded());
}

/** @param shell the built page */
export async function embeddedPage(shell: string, embedded: object): Promise<string> {
  const data = base64(await gzip(JSON.stringify(embedded)));
  const policy = `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(shell, [])}" />`;
  // `split` and not `replace`, which would read `$` in the data.
  const [head, body] = cutAt(
    shell.replace('<meta charset', () => `${policy}<meta charset`),
    '<body>',
  );
  return `${head}<body><script type="application/octet-stream" id="${dataId}">${data}</script>${body}`;
}

/** At the last mark: the script in the head may have it in a string. */
function cutAt(text: string, mark: string): [string, string] {
  const at = text.lastIndexOf(mark);
  if (at < 0) throw new Error(`the page has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/**
 * Lets the page's own inline script and style run and nothing else.
 * @param more directives that only a server can set or needs
 */
export function contentPolicy(page: string, more: readonly string[]): string {
  const hashes = (tag: string) =>
    [...page.matchAll(new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}>`, 'g'))]
      .map(([, text]) => `'sha256-${base64(sha256(utf8ToBytes(text as string)))}'`)
      .join(' ');
  return [
    "default-src 'none'",
    `script-src ${hashes('script')}`,
    `style-src ${hashes('style')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    ...more,
  ].join('; ');
}

async function gzip(text: string): Promise<Uint8Array> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function base64(bytes: Uint8Array): string {
  const step = 0x8000;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += step) parts.push(String.fromCharCode(...bytes.subarray(at, at + step)));
  return btoa(parts.join(''));
}
