// What a check of this machine is given, and what it says.
import type { HubEnvironment } from '../../hub/index.ts';

/** `note`: it works, with less than there could be; `fault`: something does not work. */
export type CheckState = 'ok' | 'note' | 'fault';

export interface Check {
  /** For scripts: stays what it is. */
  readonly name: string;
  readonly state: CheckState;
  /** One line. */
  readonly says: string;
  /** What to do, where something is to be done. */
  readonly hint?: string | undefined;
  /** The same for programs. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Asked {
  readonly environment: HubEnvironment;
  /** Nothing is asked of the network. */
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

/** Looks at one thing or a few that belong together; changes nothing. */
export type Checker = (asked: Asked) => Promise<readonly Check[]>;
