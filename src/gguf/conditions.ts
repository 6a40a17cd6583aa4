// A chat template's text -> the conditions in it that a reader should know about, and the texts and days they ask for.

/** A condition, or a value taken, that depends on the time, on a name or on a text. */
export interface Condition {
  readonly line: number;
  readonly about: 'date' | 'text' | 'tool';
  /** The expression as written, one line, shortened. */
  readonly expression: string;
}

const statement = /\{[%{]-?\s*([\s\S]*?)\s*-?[%}]\}/g;
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

/** Whether a template can know the time: only by these names. */
export function usesClock(template: string): boolean {
  return /strftime_now|date_string/.test(template);
}

/** Lists conditions on dates, tool names and texts of messages; roles and the like are a template's daily bread. */
export function templateConditions(template: string): Condition[] {
  const found: Condition[] = [];
  const clocked = new Set<string>();
  for (const { expression, line } of expressions(template)) {
    const assigned = /^set\s+([\w.]+)/.exec(expression)?.[1];
    const ofClock =
      clockWords.test(expression) || [...clocked].some(name => new RegExp(`\\b${name}\\b`).test(expression));
    if (assigned !== undefined && ofClock && /^\w+$/.test(assigned)) clocked.add(assigned);
    const about = ofClock ? 'date' : conditionAbout(expression);
    if (about !== undefined) found.push({ line, about, expression: shorten(expression) });
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

function* expressions(template: string): Generator<{ expression: string; line: number }> {
  let [line, at] = [1, 0];
  const text = template.slice(0, longest);
  for (const match of text.matchAll(statement)) {
    for (; at < match.index; at++) if (text.charCodeAt(at) === 10) line++;
    yield { expression: match[1] as string, line };
  }
}

function literals(expression: string): string[] {
  return [...expression.matchAll(literal)].map(match => (match[1] ?? match[2] ?? '').replace(/\\n/g, '\n'));
}

function shorten(expression: string): string {
  const oneLine = expression.replace(/\s+/g, ' ');
  return oneLine.length > 200 ? `${oneLine.slice(0, 199)}…` : oneLine;
}
