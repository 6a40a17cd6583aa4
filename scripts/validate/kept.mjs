// Rows of a validation that were measured before, one JSON a line, each with the commit that made it.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * @param file JSON lines; written as rows are added, so that nothing is lost when it is stopped
 * @param commit rows of other commits are left out, unless `any`
 */
export function keptRows(file, commit, any) {
  const rows = new Map();
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const line of lines.filter(text => text !== '')) {
    const row = JSON.parse(line);
    if (any || row.commit === commit) rows.set(row.seed, row);
  }
  return {
    get: seed => rows.get(seed),
    add: row => {
      if (rows.has(row.seed)) return;
      const made = { ...row, commit };
      rows.set(row.seed, made);
      appendFileSync(file, `${JSON.stringify(made)}\n`);
    },
    /** Commits of the rows that were asked for, and how many each made. */
    commits: seeds => {
      const counts = new Map();
      for (const seed of seeds) counts.set(rows.get(seed).commit, (counts.get(rows.get(seed).commit) ?? 0) + 1);
      return [...counts].map(([made, count]) => (counts.size === 1 ? made : `${made} (${count})`)).join(', ');
    },
  };
}
