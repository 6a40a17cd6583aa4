/**
 * A text as a Jinja template that renders to exactly this text. A brace that Jinja might read (`{{`, `{%`, `{#`, `{-`,
 * `-}`, `%}`, `#}`: the closing ones and `{-` eat white space even outside of a tag) is printed by an expression.
 */
export function literal(text: string): string {
  // Texts without an opening brace are never read as templates.
  return text.includes('{') ? joined([text]) : text;
}

/** A span of a text, and the expression that a template prints in its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  /** `{{ … }}` and what stands between such. */
  readonly by: string;
}

/** The same for a text with some spans replaced, which do not overlap. */
export function withReplaced(text: string, replacements: readonly Replacement[]): string {
  if (replacements.length === 0) return literal(text);
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, by } of replacements.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(done, start), by);
    done = end;
  }
  return joined([...parts, text.slice(done)]);
}

/** Texts at even places are printed as they are, what stands between them is a template. */
function joined(parts: readonly string[]): string {
  const quoted = parts.map((part, at) => {
    if (at % 2 === 1) return part;
    const braces = part.replace(/\{(?=[{%#-])|(?<=[-%#])\}/g, brace => `{{ '${brace}' }}`);
    // A brace before an expression would be read as part of it, and so would one behind it.
    const before = at < parts.length - 1 ? braces.replace(/\{$/, "{{ '{' }}") : braces;
    return at > 0 ? before.replace(/^\}/, "{{ '}' }}") : before;
  });
  const template = quoted.join('');
  // Jinja drops a template's last line break.
  return template.endsWith('\n') ? `${template}{{ '' }}` : template;
}
