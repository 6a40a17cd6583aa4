// Where the findings of a run stand for whoever reads them in a repository: the user's own suite, or the sweep's file.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Document, isMap, LineCounter, parseDocument } from 'yaml';
import { shortName } from '../../records/adapted.ts';
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

/**
 * The sweep's file, at its entry of the candidate; undefined where the file is gone.
 * @param pair its name, which starts with the models' names: a run knows paths in full, as the file does not
 */
export function sweepPlace(file: string, pair: string): Place | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const baselines = modelsIn('baselines', document, counter);
  const own = modelsIn('candidates', document, counter).find(candidate =>
    baselines.some(baseline => pair.startsWith(`${candidate.name} ${baseline.name} `)),
  );
  return { uri: uriOf(file), line: own?.line ?? 1, scenarios: new Map() };
}

/** Models of a sweep's file by the names that its comparisons have. */
function modelsIn(key: string, document: Document, counter: LineCounter): { name: string; line: number }[] {
  const list = document.get(key, true) as { items?: unknown[] } | undefined;
  return (list?.items ?? []).flatMap((item, index) => {
    const at = (...keys: string[]) => document.getIn([key, index, ...keys]);
    const model = isMap(item) ? at('model') : at();
    const { range } = item as { range?: [number, number, number] };
    if (typeof model !== 'string' || range === undefined) return [];
    const given = isMap(item) ? at('name') : undefined;
    return [{ name: typeof given === 'string' ? given : shortName(model), line: counter.linePos(range[0]).line }];
  });
}
