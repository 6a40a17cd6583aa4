// Where the findings of a run stand for whoever reads them in a repository: the user's own suite, or the sweep's file.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LineCounter, parseDocument } from 'yaml';
import type { RunRecord } from '../../records/run.ts';
import type { Place } from '../../report/places.ts';
import { sha256Text } from '../models/models.ts';

/** Undefined for a shipped suite. A file that has changed since the run, or is gone, has no lines to point at. */
export function suitePlace({ spec: { suiteFile, suiteSha256 } }: RunRecord): Place | undefined {
  if (!/[./\\]/.test(suiteFile)) return undefined;
  const text = textOf(suiteFile);
  const scenarios = text === undefined || sha256Text(text) !== suiteSha256 ? new Map<string, number>() : linesOf(text);
  return { uri: uriOf(suiteFile), line: 1, scenarios };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** As its repository has it, else below where the command runs, else with its whole path. */
function uriOf(file: string): string {
  const path = resolve(file);
  const below = relative(repositoryOf(path) ?? process.cwd(), path);
  if (below === '' || below.startsWith('..') || isAbsolute(below)) return pathToFileURL(path).href;
  return below.split(/[/\\]/).map(encodeURIComponent).join('/');
}

/** The nearest folder above that holds a `.git`, which is a file in worktrees and submodules. */
function repositoryOf(path: string): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Scenario id -> its line. */
function linesOf(text: string): Map<string, number> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const list = document.get('scenarios', true) as { items?: unknown[] } | undefined;
  const lines = (list?.items ?? []).flatMap((item, index): [string, number][] => {
    const id = document.getIn(['scenarios', index, 'id']);
    const { range } = item as { range?: [number, number, number] };
    return range === undefined ? [] : [[String(id), counter.linePos(range[0]).line]];
  });
  return new Map(lines);
}

/** The sweep's file, at the line that names the candidate; undefined where the file is gone. */
export function sweepPlace(file: string, reference: string): Place | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const at = text.split('\n').findIndex(one => one.includes(reference));
  return { uri: uriOf(file), line: Math.max(0, at) + 1, scenarios: new Map() };
}
