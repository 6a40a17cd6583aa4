/**
 * Schema migrations of PostgreSQL stores: append-only, named, applied in order, listed in `turncoat.migrations`. One
 * database holds many runs. Bodies are JSON as text: as `jsonb`, PostgreSQL refuses the NUL characters that a model may
 * write. Names and ids sort by code point, as in SQLite.
 */
export const postgresMigrations: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: '001-runs-cases-observations',
    sql: `
      CREATE TABLE turncoat.runs (
        id text COLLATE "C" PRIMARY KEY,
        body text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE turncoat.cases (
        run text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        position integer NOT NULL,
        body text NOT NULL,
        PRIMARY KEY (run, id)
      );
      CREATE TABLE turncoat.observations (
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        run text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        case_id text COLLATE "C" NOT NULL,
        role text NOT NULL,
        kind text NOT NULL,
        body text NOT NULL,
        PRIMARY KEY (run, key)
      );
      CREATE UNIQUE INDEX observations_in_order ON turncoat.observations (run, sequence)`,
  },
  {
    name: '002-decisions-derived',
    sql: `
      CREATE TABLE turncoat.decisions (
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        run text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        body text NOT NULL,
        PRIMARY KEY (run, key)
      );
      CREATE TABLE turncoat.derived (
        run text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        stamp text NOT NULL,
        body text NOT NULL,
        PRIMARY KEY (run, name)
      )`,
  },
];
