import type { RunRecord } from '../../src/records/run.ts';
import type { Suite } from '../../src/records/suites/suite.ts';

const model = (name: string) => ({
  reference: `${name}.gguf`,
  path: `/models/${name}.gguf`,
  sizeBytes: 1000,
  sha256: name
    .padEnd(64, '0')
    .replace(/[^0-9a-f]/g, 'a')
    .slice(0, 64),
  templateSha256: 'b'.repeat(64),
  architecture: 'llama',
  quantisation: 'Q8_0',
});

const format = {
  format: 'hermes',
  how: 'signature',
  selfTest: 'passed',
  frame: { prefix: '<tool_call>\n{"name": "', suffix: '", "arguments": {"' },
  generationPrompt: '<|im_start|>assistant\n',
  notes: [],
};

/** A run record for tests of stores and analysis. */
export function sampleRun(suite: Suite, cases = 30): RunRecord {
  return {
    schemaVersion: 1,
    id: '0123456789',
    createdAt: '2026-01-01T00:00:00.000Z',
    formats: { candidate: format, baseline: format },
    engines: {},
    warnings: [],
    spec: {
      schemaVersion: 1,
      candidate: model('candidate'),
      baseline: model('base'),
      suite,
      suiteFile: suite.name,
      suiteSha256: 'c'.repeat(64),
      cases,
      trials: 1,
      temperature: 0.7,
      maxTokens: 64,
      seed: '1',
      alpha: 0.05,
      templateArguments: {},
    },
  };
}
