/**
 * A text as a Jinja template that renders to exactly this text. A brace that Jinja might read (`{{`, `{%`, `{#`, `{-`,
 * `-}`, `%}`, `#}`: the closing ones and `{-` eat white space even outside of a tag) is printed by an expression.
 */
export function literal(text: string): string {
  // Texts without an opening brace are never read as templates.
  if (!text.includes('{')) return text;
  const quoted = text.replace(/\{(?=[{%#-])|(?<=[-%#])\}/g, brace => `{{ '${brace}' }}`);
  // Jinja drops a template's last line break.
  return quoted.endsWith('\n') ? `${quoted}{{ '' }}` : quoted;
}
