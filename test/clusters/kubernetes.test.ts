// The manifests of docs/clusters.md against the schema of the Kubernetes API, as the package kubernetes-models has it:
// its validators for values, its types, on a literal, for names that do not exist.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IJob, Job } from 'kubernetes-models/batch/v1';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (name: string): IJob => parse(readFileSync(`scripts/kubernetes/${name}`, 'utf8'));

/** What the compiler says to a manifest written as a literal of the API's type. */
function typeErrors(manifest: object): string {
  // Inside the project, so that the package is found.
  const folder = mkdtempSync(join('test', 'clusters', 'manifest-'));
  try {
    const file = join(folder, 'manifest.ts');
    writeFileSync(
      file,
      `import type { IJob } from 'kubernetes-models/batch/v1';\nexport const job: IJob = ${JSON.stringify(manifest)};\n`,
    );
    const flags = '--noEmit --strict --skipLibCheck --module nodenext --ignoreConfig'.split(' ');
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', ...flags, file], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const name of ['job.yaml', 'merge.yaml']) {
  test(`${name} is a Job as the API knows it`, () => {
    const manifest = read(name);
    expect(() => new Job(manifest).validate()).not.toThrow();
    expect(typeErrors(manifest)).toBe('');
  });
}

test('a wrong value and a name that does not exist are found', () => {
  const manifest = read('job.yaml');
  const wrong = { ...manifest, spec: { ...manifest.spec, completions: 'four' } } as unknown as IJob;
  expect(() => new Job(wrong).validate()).toThrow(/completions/);
  const misspelt = { ...manifest, spec: { ...manifest.spec, completionsMode: 'Indexed' } };
  expect(typeErrors(misspelt)).toContain('completionsMode');
});

test('the parts of the command are the completions of the job, and every index has one', () => {
  const { spec } = read('job.yaml');
  const container = spec?.template.spec?.containers[0];
  const command = container?.args?.[0] ?? '';
  expect(spec?.completionMode).toBe('Indexed');
  const shard = command.match(/--shard (.*)$/)?.[1] ?? '';
  const parts = Array.from({ length: spec?.completions ?? 0 }, (_, index) =>
    execFileSync('/bin/sh', ['-c', `printf %s ${shard}`], {
      env: { JOB_COMPLETION_INDEX: String(index) },
      encoding: 'utf8',
    }),
  );
  expect(parts).toEqual(['1/4', '2/4', '3/4', '4/4']);
  expect(spec?.podFailurePolicy?.rules[1]?.onExitCodes?.containerName).toBe(container?.name);
});
