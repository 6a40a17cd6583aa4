import { expect, test } from 'vitest';
import { z } from 'zod';
import { comparisonSchema } from '../../src/records/comparison.ts';
import { inspectionSchema } from '../../src/records/inspections/inspection.ts';
import { policySchema } from '../../src/records/suites/policy.ts';
import { suiteSchema } from '../../src/records/suites/suite.ts';
import { sweepFileSchema, sweepStatusSchema } from '../../src/records/sweeps/sweep.ts';
import { sweepEventSchema } from '../../src/records/sweeps/sweep-event.ts';

// Editors and other programs read these files; `npx vitest run test/suite/schema.test.ts -u` writes them anew.
test.each([
  ['suites/suite.schema.json', suiteSchema, 'turncoat suite, formats v1 and v2'],
  ['suites/policy.schema.json', policySchema, 'turncoat policy, format v1'],
  ['docs/sweep.schema.json', sweepFileSchema, 'turncoat sweep, format v1'],
  ['docs/sweep-event.schema.json', sweepEventSchema, 'One line of what `turncoat sweep --json` prints'],
  ['docs/sweep-status.schema.json', sweepStatusSchema, 'sweep.json, which `turncoat status --json` prints'],
  ['docs/inspection.schema.json', inspectionSchema, 'What `turncoat inspect --json` prints'],
  ['docs/comparison.schema.json', comparisonSchema, 'What `turncoat compare --json` prints'],
])('%s is what the code accepts', async (file, schema, title) => {
  const json = { ...z.toJSONSchema(schema, { io: 'input' }), title };
  await expect(`${JSON.stringify(json, null, 2)}\n`).toMatchFileSnapshot(`../../${file}`);
});
