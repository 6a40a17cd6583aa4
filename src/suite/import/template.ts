/**
 * A text as a Jinja template that renders to exactly this text. Every brace is printed by an expression of its own, so
 * that nothing in the text can be read as one, whatever stands around it.
 */
export function literal(text: string): string {
  if (!/\{[{%#]/.test(text)) return literalEnd(text);
  return literalEnd(text.replace(/\{(?=[{%#])/g, "{{ '{' }}"));
}

/** Jinja drops a template's last line break; texts without braces are never read as templates. */
const literalEnd = (text: string) => (text.includes('{') && text.endsWith('\n') ? `${text}{{ '' }}` : text);
