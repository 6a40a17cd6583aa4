// Chat templates that model makers publish, by what they say.
import { createHash } from 'node:crypto';
import type { TemplateStudy } from '../../ports/template.ts';
import { officialTemplates } from './official-templates.ts';

/** First half of a SHA-256 of a template's fingerprint. */
export function templateDigest({ fingerprint }: Pick<TemplateStudy, 'fingerprint'>): string {
  return createHash('sha256').update(fingerprint).digest('hex').slice(0, 32);
}

/** Models whose published template this is, but for layout, comments and names of variables. */
export function officialName(study: Pick<TemplateStudy, 'fingerprint'>): string | undefined {
  return officialTemplates.get(templateDigest(study));
}
