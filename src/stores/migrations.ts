/** Schema migrations: append-only, named, applied in order. `PRAGMA user_version` counts those applied. */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: '001-runs-cases-observations',
    sql: `
      CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
      CREATE TABLE cases (id TEXT PRIMARY KEY, position INTEGER NOT NULL, body TEXT NOT NULL);
      CREATE TABLE observations (
        sequence INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        case_id TEXT NOT NULL,
        role TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL
      )`,
  },
  {
    name: '002-decisions',
    sql: 'CREATE TABLE decisions (sequence INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL)',
  },
  {
    name: '003-derived',
    sql: 'CREATE TABLE derived (name TEXT PRIMARY KEY, stamp TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID',
  },
];
