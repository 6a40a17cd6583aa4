// Writes src/gguf/templates/official-templates.ts anew from the templates of llama.cpp's bundle: node scripts/inspection/official.mjs
import { writeFileSync } from 'node:fs';
import { templateDigest } from '../../dist/gguf/templates/official.js';
import { chatTemplate, studyOf } from '../../dist/prompt/index.js';
import { bundledTemplates } from './bundle.mjs';

const digests = new Map();
for (const { name, template } of bundledTemplates()) {
  const digest = templateDigest(studyOf(chatTemplate(template)));
  digests.set(digest, [...(digests.get(digest) ?? []), name]);
}
const lines = [...digests].map(([digest, names]) => `  ['${digest}', '${names.join(', ')}'],`);
writeFileSync(
  'src/gguf/templates/official-templates.ts',
  `// Digests of the chat templates in llama.cpp's bundle. Made by scripts/inspection/official.mjs; a test holds it against the bundle.
export const officialTemplates: ReadonlyMap<string, string> = new Map([
${lines.join('\n')}
]);
`,
);
