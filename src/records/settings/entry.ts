// What one entry of the table of settings holds (../settings.ts).
import type { z } from 'zod';

/** What a setting decides, and so what it is part of. */
export type Decides =
  /** What any one model says: two runs that agree in these share a baseline's observations. Part of a run's identity. */
  | 'observations'
  /** What is asked or judged beyond that; part of the identity too. */
  | 'run'
  /** How what was observed is weighed: a stored run is weighed again with others. */
  | 'weighing'
  /** How fast it goes; changes only rounding, and is not kept. */
  | 'machine'
  /** What other settings are: these are kept, in its place. */
  | 'numbers'
  /** Which comparison of a sweep goes first. */
  | 'order';

/** Commands that take a setting as an option, and files that may hold it. */
export const places = ['compare', 'merge', 'analyze', 'inspect', 'worker', 'explain', 'sweep-file'] as const;
export type Place = (typeof places)[number];

export interface Setting {
  /** Of its value, in files and records. */
  readonly schema: z.ZodType;
  /** What it is where nobody says; absent: that is decided elsewhere, as the help says. */
  readonly usual?: unknown;
  /** Of the command line; absent: files alone have it. */
  readonly flag?: string;
  readonly help: string;
  readonly in: readonly Place[];
  readonly decides: Decides;
}
