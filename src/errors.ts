/**
 * What the user or the machine did wrong, as opposed to what a model did (a tagged value) or a bug (a plain throw).
 * The command line prints `message`, then `hint: …`, and exits 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable machine name, kebab-case, e.g. `model-not-found`. */
  readonly code: string;
  /** What to do about it, one sentence. */
  readonly hint: string;
  /** What was found: paths, line numbers, names. Plain JSON values. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, hint: string, facts: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.facts = facts;
  }
}
