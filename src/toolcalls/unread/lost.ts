import type { UnreadCall } from './unread.ts';

/** It may be what the model wanted done, and is not among its calls. */
export function isLost({ code }: Pick<UnreadCall, 'code'>): boolean {
  return code === 'not-read' || code === 'in-thought' || code === 'cut-off';
}
