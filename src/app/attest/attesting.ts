// A stored run -> its statement; and a statement held against the run that it speaks of.
import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Outcome } from '../../records/verdict.ts';
import { predicateType, statement } from '../../report/attestation.ts';
import { line } from '../../words/safe.ts';
import { isPostgres, openStore } from '../../stores/index.ts';
import type { RunStore } from '../../ports/store.ts';
import { analyseStore } from '../compare/comparing.ts';
import { runOf } from '../compare/kept.ts';
import { findRun, type RunPlace } from '../runs/runs.ts';
import { version } from '../version.ts';

/**
 * @param name a run as the user named it
 * @throws UserError `run-unfinished`, `run-in-use`, as openRun does
 */
export async function attest(name: string, place: RunPlace): Promise<string> {
  const location = await findRun(name, place);
  if (isPostgres(location)) return await fromStore(location, undefined, version);
  // Opening brings an old file to the newest form, so that its bytes are counted after that.
  await (await openStore(location, { create: false }))[Symbol.asyncDispose]();
  return await fromFile(location, version);
}

export interface Verified {
  readonly run: string;
  readonly outcome: Outcome;
  /** That the statement was made by, where it is not this one. */
  readonly otherVersion?: string;
}

/**
 * Derives the statement again from the run's raw replies and scores, and compares every byte. The run is not touched.
 * @param file the statement
 * @throws UserError `bad-attestation` for no statement of ours, `attestation-broken` where the two do not agree
 */
export async function verifyAttestation(file: string, name: string, place: RunPlace): Promise<Verified> {
  const text = readStatement(file);
  const claimed = claimsOf(text, file);
  const location = await findRun(name, place);
  const broken = (message: string) => {
    const hint = 'decisions and what is kept of a run are in its file too: attest last, and keep that file as it is';
    return new UserError('attestation-broken', `${file}: ${message}`, hint);
  };
  if (!isPostgres(location)) {
    // Nothing is opened that is not, byte for byte, what was attested.
    const found = await fileDigest(location);
    if (found !== claimed.file) throw broken(`the run's file is not the one that was attested: ${basename(location)}`);
  }
  const derived = isPostgres(location)
    ? await fromStore(location, undefined, claimed.version)
    : await fromFile(location, claimed.version);
  if (derived !== text) {
    const differing = differences(JSON.parse(text), JSON.parse(derived));
    const other = claimed.version === version ? '' : `; it was made by turncoat ${claimed.version}, this is ${version}`;
    const where = differing.length === 0 ? 'its bytes alone' : line(differing.slice(0, 5).join(', '));
    throw broken(`the run says otherwise in ${where}${other}`);
  }
  const { run, outcome } = claimed;
  return { run, outcome, ...(claimed.version !== version && { otherVersion: claimed.version }) };
}

/** From a copy: looking at a file must not change it. */
async function fromFile(location: string, as: string): Promise<string> {
  const log = `${location}-wal`;
  if (existsSync(log) && statSync(log).size > 0) {
    const hint = 'wait until nothing works on the run, look at it once with `turncoat show`, and try again';
    throw new UserError('run-in-use', `${location}: changes lie beside the file`, hint);
  }
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-attest-'));
  try {
    const copy = join(folder, 'run.sqlite');
    copyFileSync(location, copy);
    const digest = await fileDigest(copy);
    return await fromStore(copy, digest, as);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fromStore(location: string, file: string | undefined, as: string): Promise<string> {
  await using store = await openStore(location, { create: false });
  const run = await runOf(store);
  const comparison = await analyseStore(store);
  if (!comparison.run.complete) {
    const hint = 'give the command that compares again: it goes on to the verdict';
    throw new UserError('run-unfinished', `run ${run.id} has no verdict yet`, hint);
  }
  return statement(run, comparison, { content: await contentDigest(store), file }, as);
}

/** Of everything that a verdict is computed from, in the order stored. */
async function contentDigest(store: RunStore): Promise<string> {
  const hash = createHash('sha256');
  const add = (value: unknown) => hash.update(`${JSON.stringify(value)}\n`);
  add(await store.run());
  for (const one of await store.cases()) add(one);
  for await (const one of store.observations()) add(one);
  return hash.digest('hex');
}

async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** A statement is a few kilobytes; whatever else somebody names is not read into memory. */
const mostBytes = 16 * 2 ** 20;

function readStatement(file: string): string {
  const bad = (message: string) =>
    new UserError(
      'bad-attestation',
      `${file}: ${message}`,
      'give a file that `turncoat attest RUN --output FILE` wrote',
    );
  if (!existsSync(file) || !statSync(file).isFile()) throw bad('no such file');
  if (statSync(file).size > mostBytes) throw bad('too large for a statement');
  return readFileSync(file, 'utf8');
}

interface Claims {
  readonly version: string;
  readonly run: string;
  readonly outcome: Outcome;
  readonly file: string | undefined;
}

function claimsOf(text: string, file: string): Claims {
  const bad = new UserError(
    'bad-attestation',
    `${file}: not a statement on a comparison (${predicateType})`,
    'give a file that `turncoat attest RUN --output FILE` wrote',
  );
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw bad;
  }
  const at = (value: unknown, ...path: string[]): unknown =>
    path.reduce<unknown>(
      (inside, key) => (inside as Readonly<Record<string, unknown>> | null | undefined)?.[key],
      value,
    );
  const {
    version: by,
    run,
    outcome,
    of,
  } = {
    of: at(read, 'predicateType'),
    version: at(read, 'predicate', 'turncoat'),
    run: at(read, 'predicate', 'run', 'id'),
    outcome: at(read, 'predicate', 'verdict', 'outcome'),
  };
  if (of !== predicateType || typeof by !== 'string' || typeof run !== 'string' || typeof outcome !== 'string')
    throw bad;
  const digest = at(read, 'predicate', 'run', 'file', 'digest', 'sha256');
  return { version: by, run, outcome: outcome as Outcome, file: typeof digest === 'string' ? digest : undefined };
}

/** A statement is no deeper than this; one that somebody made to be deeper differs there. */
const mostDeep = 20;

/** Paths at which two JSON values differ. */
function differences(a: unknown, b: unknown, path = '', depth = 0): string[] {
  if (depth > mostDeep) return [path];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b ? [] : [path || '.'];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const inside = (value: object, key: string) => (value as Readonly<Record<string, unknown>>)[key];
  return [...keys].flatMap(key =>
    differences(inside(a, key), inside(b, key), path === '' ? key : `${path}.${key}`, depth + 1),
  );
}
