// What every format is read into: a task with its own tools and the answers that count, not yet checked.

/** A text to import and the name that messages give it. */
export interface ImportFile {
  readonly name: string;
  readonly text: string;
}

/** Something about a task that people must know: why it was left out, or what of it could not be expressed. */
export interface Remark {
  readonly task: string;
  readonly reason: string;
  /** Which part of the task, e.g. a tool's name. */
  readonly about?: string;
}

/** A tool as its source describes it; `parameters` is whatever stood there. */
export interface SourceTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: unknown;
}

/** A call that counts as right: argument objects that are accepted, in order, read lazily since they multiply. */
export interface SourceCall {
  readonly name: string;
  /** @param schema converted parameters of the tool */
  readonly accepted: (schema: Readonly<Record<string, unknown>>) => Iterable<Record<string, unknown>>;
}

/** A task on its way into a suite. */
export interface Task {
  /** Id in the source, shown in messages. */
  readonly id: string;
  readonly system?: string;
  readonly user: string;
  readonly tools: readonly SourceTool[];
  /** Several calls: all are wanted, in any order. */
  readonly expect: { readonly calls: readonly SourceCall[] } | { readonly text: string };
  readonly reply?: string;
  /** What could not be taken over, e.g. later turns. */
  readonly reduced: readonly string[];
}

/** What a format's reader makes of its files: every task stands in one of the two lists. */
export interface Reading {
  readonly tasks: readonly Task[];
  readonly left: readonly Remark[];
  /** About the files rather than one task, e.g. answers without a task. */
  readonly remarks: readonly Remark[];
}

/** A reason why one task can't be imported, thrown by the readers and caught task by task. */
export class CannotExpress extends Error {}
