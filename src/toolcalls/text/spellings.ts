// Families' markers in the spellings that models slip into: other underscores, other bars, a singular.

/** DeepSeek's markers written with ASCII alone can be told from Kimi's by the separator that only they have. */
const asciiDeepseek = /<\|tool[_▁ ]sep\|>/;

const deepseekMarker = /<[|｜]tool[_▁ ](?:calls?|sep|outputs?)(?:[_▁ ](?:begin|end))?[|｜]>/g;
const wide = (marker: string) => marker.replace(/[|｜]/g, '｜').replace(/[_▁ ]/g, '▁');

const spellings: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  // <｜tool_calls_begin｜>, <|tool▁call▁begin|>: DeepSeek's are written with a wide bar and its own underscore.
  [deepseekMarker, all => (/[▁｜]/.test(all) ? wide(all) : all)],
  [/<(\/?)[|｜]\s*DSML\s*[|｜]/g, (_all, slash) => `<${String(slash)}｜DSML｜`],
  [/<\|tool_calls?_section_(begin|end)\|>/g, (_all, side) => `<|tool_calls_section_${String(side)}|>`],
  [/<\|tool_calls_(begin|end)\|>/g, (_all, side) => `<|tool_calls_section_${String(side)}|>`],
];

/** A reply with its markers in the spelling that their family's templates have. Other text is as it was. */
export function spelled(reply: string): string {
  if (!/<[/|｜]/.test(reply)) return reply;
  if (asciiDeepseek.test(reply)) return reply.replace(deepseekMarker, wide);
  return spellings.reduce((text, [pattern, replace]) => text.replace(pattern, replace), reply);
}
