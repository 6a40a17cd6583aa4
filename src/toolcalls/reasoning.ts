const open = /<think>|<thinking>/;
const closes = ['</think>', '</thinking>'];

/**
 * Takes a reply's reasoning off. Calls inside a closed think block are thoughts, not calls.
 * @param generationPrompt what the template wrote before the reply; it may have opened the block already
 */
export function splitReasoning(reply: string, generationPrompt: string): { reasoning: string; rest: string } {
  const opened = generationPrompt.match(/<think(?:ing)?>\s*$/) !== null;
  const start = reply.match(open);
  const leading = start?.index !== undefined && reply.slice(0, start.index).trim() === '';
  if (!opened && !leading) return { reasoning: '', rest: reply };
  const from = leading && start?.index !== undefined ? start.index + start[0].length : 0;
  const ends = closes.map(close => ({ close, at: reply.indexOf(close, from) })).filter(({ at }) => at >= 0);
  const end = ends.toSorted((a, b) => a.at - b.at)[0];
  if (end === undefined) return { reasoning: reply.slice(from).trim(), rest: '' };
  return { reasoning: reply.slice(from, end.at).trim(), rest: reply.slice(end.at + end.close.length) };
}
