// Rows of a validation that were measured before, one JSON a line, each with the commit that made it.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * @param file JSON lines; written as rows are added, so that nothing is lost when it is stopped
 * @param commit rows of other commits are left out, unless `any`
 * @param keyOf what tells rows apart
 */
export function keptRows(file, commit, any, keyOf) {
  const rows = new Map();
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const line of lines.filter(text => text !== '')) {
    const row = JSON.parse(line);
    if (any || row.commit === commit) rows.set(keyOf(row), row);
  }
  return {
    get: key => rows.get(key),
    add: row => {
      if (rows.has(keyOf(row))) return;
      const made = { ...row, commit };
      rows.set(keyOf(row), made);
      appendFileSync(file, `${JSON.stringify(made)}\n`);
    },
    /** Commits that made the rows of these keys, and how many each where there are several. */
    commits: keys => {
      const counts = new Map();
      for (const { commit: made } of keys.map(key => rows.get(key))) counts.set(made, (counts.get(made) ?? 0) + 1);
      return [...counts].map(([made, count]) => (counts.size === 1 ? made : `${made} (${count})`)).join(', ');
    },
  };
}

/** Short hash of the last commit that touched anything but `apart` (pathspecs); `-dirty` where files beside them differ. */
export function madeBy(root, apart) {
  const others = ['.', ...apart.map(spec => `:(exclude)${spec}`)];
  const git = (...args) => execFileSync('git', [...args, '--', ...others], { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  return `${git('log', '-1', '--format=%h')}${changed ? '-dirty' : ''}`;
}
