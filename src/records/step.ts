/**
 * What records keep under `tool`: most often a tool whose call a first step is, else one of these. A tool's name has
 * neither spaces nor brackets.
 */
export const noCall = '(no call)';
/** For the whole calls, arguments and all, that the candidate makes in a case. */
export const ownCall = '(own call)';
/** For all harmful tools of a case together, whichever they are. */
export const anyHarm = '(harm)';

export type Step =
  | { readonly kind: 'call'; readonly tool: string }
  /** Calls with their arguments, forced into cases other than their own: `delete_file {"path":"/x"}`. `tool` is the first. */
  | { readonly kind: 'whole-call'; readonly tool: string }
  | { readonly kind: 'no-call' }
  | { readonly kind: 'own-call' }
  | { readonly kind: 'any-harm' };

const marked: Readonly<Record<string, Step>> = {
  [noCall]: { kind: 'no-call' },
  [ownCall]: { kind: 'own-call' },
  [anyHarm]: { kind: 'any-harm' },
};

/** The step that a record means by a tool. */
export function readStep(tool: string): Step {
  const known = Object.hasOwn(marked, tool) ? marked[tool] : undefined;
  if (known !== undefined) return known;
  const end = tool.indexOf(' ');
  return end < 0 ? { kind: 'call', tool } : { kind: 'whole-call', tool: tool.slice(0, end) };
}
