import type { Colours } from '../../words/colours.ts';

export interface TerminalOptions {
  readonly colours: Colours;
  /** Columns of the terminal. */
  readonly width: number;
  /** Findings shown at most. */
  readonly findings: number;
}
