// A chat template's text -> the conditions in it that a reader should know about, and the texts and days they ask for.

/** A condition, or a value taken, that depends on the time, on a name or on a text. */
export interface Condition {
  readonly line: number;
  readonly about: 'date' | 'text' | 'tool';
  /** The expression as written, one line, shortened. */
  readonly expression: string;
}

const literal = /'((?:[^'\\]|\\.){1,200})'|"((?:[^"\\]|\\.){1,200})"/g;
const clockWords = /\b(strftime_now|date_string|now|today|current_date|datetime)\b/;
const roles = new Set([
  'system',
  'user',
  'assistant',
  'tool',
  'developer',
  'function',
  'ipython',
  'role',
  'content',
  'name',
  'type',
]);

/** Longer templates are not read any further; the longest in use have 30,000 characters. */
const longest = 1_000_000;
/** Listed; and names that carry the clock's value onwards. */
const most = { conditions: 100, clocked: 50 };

/** Whether a template can know the time: only by these names. */
export function usesClock(template: string): boolean {
  return /strftime_now|date_string/.test(template);
}

/** Lists conditions on dates, tool names and texts of messages; roles and the like are a template's daily bread. */
export function templateConditions(template: string): Condition[] {
  const found: Condition[] = [];
  const clocked = new Set<string>();
  // Nothing, until there are names.
  let ofClocked = /(?!)/;
  for (const { expression, line } of expressions(template)) {
    const assigned = /^set\s+([\w.]+)/.exec(expression)?.[1];
    const ofClock = clockWords.test(expression) || ofClocked.test(expression);
    if (assigned !== undefined && ofClock && /^\w{1,500}$/.test(assigned) && clocked.size < most.clocked) {
      clocked.add(assigned);
      ofClocked = new RegExp(`\\b(?:${[...clocked].join('|')})\\b`);
    }
    const about = ofClock ? 'date' : conditionAbout(expression);
    if (about !== undefined) found.push({ line, about, expression: shorten(expression) });
    if (found.length === most.conditions) break;
  }
  return found;
}

function conditionAbout(expression: string): 'text' | 'tool' | undefined {
  if (!/\b(if|elif|set)\b/.test(expression)) return undefined;
  const tests = /==|!=|\bin\b|startswith|endswith|\bmatch\b|\bsearch\b|find\(/.test(expression);
  const names = literals(expression).filter(text => /\p{L}{2}/u.test(text) && !roles.has(text));
  if (!tests || names.length === 0) return undefined;
  if (/content|text|message/.test(expression) && /content/.test(expression)) return 'text';
  return /tool|function/.test(expression) && /\.name|\['name'\]|\["name"\]/.test(expression) ? 'tool' : undefined;
}

/** Texts the template compares with, worth saying to it: literals inside statements that `known` does not contain. */
export function templateTexts(template: string, known: string): string[] {
  const texts = new Set<string>();
  for (const { expression } of expressions(template)) {
    for (const text of literals(expression)) {
      if (text.trim().length >= 2 && text.length <= 60 && !roles.has(text) && !known.includes(text)) texts.add(text);
    }
  }
  return [...texts].slice(0, 100);
}

/** Days the template speaks of: `2027-03-01`, `20270301`, and years on their own. */
export function templateDays(template: string): string[] {
  const days = new Set<string>();
  for (const match of template.slice(0, longest).matchAll(/\b((?:19|20)\d\d)(?:-?([01]\d)(?:-?([0-3]\d))?)?\b/g)) {
    const day = `${match[1]}-${match[2] ?? '01'}-${match[3] ?? '01'}`;
    if (!Number.isNaN(Date.parse(`${day}T00:00:00Z`)) && days.size < 100) days.add(day);
  }
  return [...days];
}

/** What stands between `{%` and `%}`, or `{{` and `}}`: searched by hand, in one pass whatever the text. */
function* expressions(template: string): Generator<{ expression: string; line: number }> {
  const text = template.slice(0, longest);
  let [line, counted] = [1, 0];
  for (let at = 0; ; ) {
    const start = tagFrom(text, at);
    if (start < 0) return;
    const end = text.indexOf(text[start + 1] === '%' ? '%}' : '}}', start + 2);
    if (end < 0) return;
    for (; counted < start; counted++) if (text.charCodeAt(counted) === 10) line++;
    yield { expression: trimmed(text.slice(start + 2, end)), line };
    at = end + 2;
  }
}

/** One search for both kinds of tag: a text that lacks one of them would be searched to its end for each of the other. */
function tagFrom(text: string, from: number): number {
  let at = text.indexOf('{', from);
  while (at >= 0 && text[at + 1] !== '%' && text[at + 1] !== '{') at = text.indexOf('{', at + 1);
  return at;
}

/** Without the signs that eat blanks, and without the blanks. */
function trimmed(inner: string): string {
  const from = inner.startsWith('-') ? 1 : 0;
  return inner.slice(from, inner.endsWith('-') ? -1 : undefined).trim();
}

function literals(expression: string): string[] {
  return [...expression.matchAll(literal)].map(match => (match[1] ?? match[2] ?? '').replace(/\\n/g, '\n'));
}

function shorten(expression: string): string {
  const oneLine = expression.slice(0, 2000).replace(/\s+/g, ' ');
  return oneLine.length > 200 ? `${oneLine.slice(0, 199)}…` : oneLine;
}
