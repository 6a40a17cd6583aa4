import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { inspect, type ModelFile, readModelFile } from '../../src/gguf/index.ts';
import { type Inspection, inspectionSchema } from '../../src/records/inspections/inspection.ts';
import { inspectionSentence } from '../../src/words/inspection.ts';
import { fileRuleWords } from '../../src/words/file-rules.ts';
import { columns, type Edits, honest, tokens } from './tampered-base.ts';
import { renderer } from './renderer.ts';
import { harmless, rotary, tampered } from './tampered.ts';

let folder: string;
let baseline: ModelFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turncoat-tampered-'));
  baseline = await opened('honest', {});
});
afterAll(() => rm(folder, { recursive: true }));

async function opened(name: string, edits: Edits): Promise<ModelFile> {
  const path = join(folder, `${name}.gguf`);
  await writeFile(path, honest(edits));
  return readModelFile(path);
}

async function inspected(edits: Edits, against?: ModelFile): Promise<Inspection | 'refused'> {
  try {
    const candidate = await opened('candidate', edits);
    const options = { renderer, weights: true, signal: new AbortController().signal };
    const result = await inspect(candidate, against, options);
    return inspectionSchema.parse(JSON.parse(JSON.stringify(result)));
  } catch (error) {
    if (error instanceof UserError && ['malformed', 'truncated'].includes(error.code)) return 'refused';
    throw error;
  }
}

const alarms = (result: Inspection | 'refused'): string[] =>
  result === 'refused'
    ? ['refused']
    : result.findings.filter(({ gravity }) => gravity === 'alarm').map(({ code }) => code);

describe('tampered', () => {
  test.each(tampered.map(one => [one.kind, one] as const))('%s', async (_, { alone, against = alone, ...edits }) => {
    expect(against, 'a finding is expected').toBeDefined();
    expect(alarms(await inspected(edits, baseline))).toContain(against);
    const found = alarms(await inspected(edits));
    if (alone === undefined) expect(found).toEqual([]);
    else expect(found).toContain(alone);
  });
});

test('rotary factors of a large context that changed', async () => {
  const other = await opened('rotary', rotary(2));
  expect(alarms(await inspected(rotary(40), other))).toContain('context-switches-weights');
  expect(alarms(await inspected(rotary(2), other))).toEqual([]);
});

test('what moved with its token stands where it belongs', async () => {
  const [a, b] = [tokens.indexOf('aa'), tokens.indexOf('bb')];
  const moved: Edits = {
    metadata: { 'tokenizer.ggml.tokens': ['string', tokens.with(a, 'bb').with(b, 'aa')] },
    weights: {
      'token_embd.weight': values => {
        const row = values.slice(a * columns, (a + 1) * columns);
        values.copyWithin(a * columns, b * columns, (b + 1) * columns);
        values.set(row, b * columns);
      },
    },
  };
  expect(alarms(await inspected(moved, baseline))).not.toContain('weights-exchanged');
});

test.each(harmless.map(one => [one.kind, one] as const))('harmless: %s', async (_, edits) => {
  expect(alarms(await inspected(edits, baseline))).toEqual([]);
  expect(alarms(await inspected(edits))).toEqual([]);
});

test('every rule has one sentence with its detail and says why', () => {
  for (const [id, { sentence, why }] of Object.entries(fileRuleWords)) {
    expect(sentence.split('{}'), id).toHaveLength(2);
    expect(why, id).toMatch(/^[^\n]{10,}\.$/);
    expect(inspectionSentence({ code: id, detail: 'this' })).toBe(sentence.replace('{}', 'this'));
  }
});

test('a detail names the tensor and the place', async () => {
  const edits: Edits = { weights: { 'blk.3.attn_q.weight': values => void (values[777] = Number.NaN) } };
  const result = await inspected(edits);
  expect(result).toMatchObject({
    anomalies: [{ tensor: 'blk.3.attn_q.weight', kind: 'not-finite', count: 1, row: 6, column: 9, value: 'NaN' }],
    findings: [{ code: 'weights-not-finite', detail: 'blk.3.attn_q.weight row 6 column 9 is NaN' }],
  });
});
