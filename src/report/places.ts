// Where a finding stands in a repository: a line of the user's own suite or sweep file.

/** A file, and the lines of what it holds. */
export interface Place {
  /** Relative to where the command ran; else an absolute one. Percent-encoded. */
  readonly uri: string;
  /** Of what has no line of its own; from 1. */
  readonly line: number;
  readonly scenarios: ReadonlyMap<string, number>;
}
