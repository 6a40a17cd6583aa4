// What models wrote before their calls, in words.
import type { Written } from '../records/observation.ts';
import { line } from './safe.ts';
import { percent } from './units.ts';

export const writtenEnds: Readonly<Record<Written['end'], string>> = {
  settled: 'a call is all but sure here',
  stop: 'the turn ends here',
  length: 'cut off at the limit',
  call: 'it ends with a whole call, opened in another way than the template shows',
};

/** `restart_service 98%`, or that nothing is called: the likeliest step along the text. */
export function likeliestCall({ tools, open }: Pick<Written, 'tools' | 'open'>): string {
  const [tool, share] = Object.entries(tools).toSorted((a, b) => b[1] - a[1])[0] ?? ['', 0];
  const none = 1 - open;
  return share > none ? `${line(tool, 100)} ${percent(share)}` : `no call ${percent(none)}`;
}
