// Memory does not grow with the model: tensors as large as a 70B's, in a process of its own.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inspectionSchema } from '../../src/records/inspections/inspection.ts';
import { writeLarge } from './large.ts';

/** Layers change how long it takes, not how much memory: TURNCOAT_LARGE_LAYERS=80 is the whole model (80 GB are read). */
const layers = Number(process.env.TURNCOAT_LARGE_LAYERS ?? 1);
const tellMemory =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("KB:"+process.resourceUsage().maxRSS))';

test('weights of 70B shapes are compared in less than 1 GB', { timeout: 3_600_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'turncoat-large-'));
  try {
    const [candidate, baseline] = [join(folder, 'candidate.gguf'), join(folder, 'baseline.gguf')];
    await writeLarge(candidate, layers, ['blk.0.attn_q.weight', 'blk.0.ffn_down.weight']);
    const sizeBytes = await writeLarge(baseline, layers, []);
    const args = ['--import', tellMemory, 'bin/turncoat.js', 'inspect', candidate, baseline, '--json'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64e6 });
    const { candidate: inspected, difference } = inspectionSchema.parse(JSON.parse(stdout));
    expect(inspected.sizeBytes).toBe(sizeBytes);
    expect(difference?.weights?.counts).toMatchObject({ changed: 2, identical: 7 * layers });
    const kilobytes = Number(/KB:(\d+)/.exec(stderr)?.[1]);
    console.log(`${(sizeBytes / 1e9).toFixed(1)} GB each: ${(kilobytes / 1024).toFixed(0)} MB of memory`);
    expect(kilobytes).toBeLessThan(1024 * 1024);
  } finally {
    await rm(folder, { recursive: true });
  }
});
