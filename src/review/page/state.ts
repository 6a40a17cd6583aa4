// What every part of the page shares: the model, the decisions so far, the address, and how to change them.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Decision, Judgement } from '../../records/decision.ts';
import type { ReportModel } from '../../report/model.ts';
import type { Address } from './address.ts';
import type { Source } from './source.ts';

export interface State {
  readonly source: Source;
  readonly model: ReportModel;
  /** The decision that holds for each case. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly address: Address;
  /** Rows that pass the filter, in rank order. */
  readonly shown: readonly number[];
  /** Row that the keyboard acts on. */
  readonly selected: number | undefined;
  readonly go: (to: Partial<Address>, how?: 'push' | 'replace') => void;
  readonly select: (row: number) => void;
  /** The same verdict again takes it back. */
  readonly judge: (id: string, verdict: Judgement) => void;
  readonly note: (id: string, note: string) => void;
  /** The case whose note is being written. */
  readonly noting: string | undefined;
  readonly setNoting: (id: string | undefined) => void;
}

/** What never changes while the page is open: those who need no more are not drawn again with every key. */
export type Fixed = Pick<State, 'source' | 'model' | 'go' | 'select'>;

export const FixedContext = createContext<Fixed | undefined>(undefined);

export function useFixed(): Fixed {
  const fixed = useContext(FixedContext);
  if (fixed === undefined) throw new Error('outside of the page');
  return fixed;
}

export const StateContext = createContext<State | undefined>(undefined);

export function useShared(): State {
  const state = useContext(StateContext);
  if (state === undefined) throw new Error('outside of the page');
  return state;
}
