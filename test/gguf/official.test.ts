// The list of official templates is that of the bundle, and a changed template is not on it.
import { expect, test } from 'vitest';
import { officialName, templateDigest } from '../../src/gguf/templates/official.ts';
import { officialTemplates } from '../../src/gguf/templates/official-templates.ts';
import { studyOf } from '../../src/prompt/index.ts';
import { realTemplate, templateNames } from '../prompt/real-templates.ts';
import { counted } from './renderer.ts';

const study = (source: string) => studyOf(counted(source));

test('the list is that of the bundle; scripts/inspection/official.mjs writes it anew', () => {
  const digests = templateNames().map(name => templateDigest(study(realTemplate(name))));
  expect([...officialTemplates.keys()].sort()).toEqual([...new Set(digests)].sort());
});

test('a template is official in another layout, and not with another word', () => {
  const source = realTemplate('Qwen3-Coder.jinja');
  expect(officialName(study(source))).toBe('Qwen3-Coder');
  expect(officialName(study(`{# mine #}\n${source}`))).toBe('Qwen3-Coder');
  expect(officialName(study(source.replace('helpful', 'harmful')))).toBeUndefined();
  expect(officialName(study(`${source}{{ 'one more thing' if tools else '' }}`))).toBeUndefined();
});
