// A finding's id, so that `--allow` settles the one that was read and no later one of the same rule.
import { createHash } from 'node:crypto';
import type { InspectionFinding } from '../records/inspections/inspection.ts';
import type { ModelFile } from './model.ts';
import { bytesOf } from './file/text.ts';

/** How chats are put together decides their words, and a comparison tries others than `inspect`: templates tell them apart. */
const ofChats: ReadonlySet<string> = new Set([
  'prompts-differ',
  'prompt-changes-when',
  'renders-differently-when',
  'branch-unreached',
  'engines-differ',
]);

/**
 * Findings with ids: first 8 hex digits of a SHA-256 over rule, lines or words, and the templates of both files. Another
 * template is another finding, whatever its rule says of it.
 */
export function withIds(
  findings: readonly InspectionFinding[],
  candidate: ModelFile,
  baseline: ModelFile | undefined,
): InspectionFinding[] {
  const templates = [candidate, baseline].map(model => (model === undefined ? '' : templatesDigest(model)));
  return findings.map(finding => {
    const { code, detail, lines } = finding;
    const about = lines?.join('-') ?? (ofChats.has(code) ? '' : detail);
    return { ...finding, id: digest([code, about, ...templates]).slice(0, 8) };
  });
}

function templatesDigest({ chatTemplate = '', namedTemplates }: ModelFile): string {
  return digest([chatTemplate, ...Object.entries(namedTemplates).flat()]);
}

/** Lengths first: no two lists of texts have the same bytes. */
function digest(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const bytes of texts.map(bytesOf)) hash.update(`${bytes.length} `).update(bytes);
  return hash.digest('hex');
}
