// A parsed template -> what it is made of, as data for those who may not parse it themselves; and trying it on chats.
import type { ChatInput, TemplateOptions } from '../chat.ts';
import type { CountedTemplate } from './counted.ts';
import { freeNames, localNames } from './constants.ts';
import { fingerprint } from './fingerprints.ts';
import { printedLiterals } from './literals.ts';
import type { Part } from './part.ts';
import { type RuleHit, syntaxRules } from './rules/rules.ts';
import { type Node, walk } from './syntax.ts';

export interface TemplateStudy {
  readonly parts: readonly Part[];
  /** Equal for templates that say the same, whatever their layout and the names of their variables. */
  readonly fingerprint: string;
  /** Literals, which a chat may have to say. */
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  /** Variables that it reads, such as `enable_thinking`. */
  readonly variables: readonly string[];
  readonly rules: readonly RuleHit[];
}

export interface Tryouts {
  /** One per chat; for a chat that was refused, what the template said. */
  readonly prompts: string[];
  /** Indexes of chats that were refused. */
  readonly refused: number[];
  /** For each chat the indexes of the parts that ran. */
  readonly ran: Uint16Array[];
  /** What the template compared with meanwhile. */
  readonly compared: (string | number)[];
}

const most = { texts: 400, numbers: 100, variables: 40 };

/** A sign alone separates texts; a letter alone says nothing. */
const isSaid = (text: string): boolean => text.trim().length > 1 || /^[^\p{L}\p{N}\s]$/u.test(text);

/** @throws Error when there is more of it than is looked at */
export function studyOf(template: CountedTemplate): TemplateStudy {
  const { program } = template.syntax;
  const { anatomy } = template.tally();
  const printed = new Set(printedLiterals(program));
  const [texts, numbers] = [new Set<string>(), new Set<number>()];
  for (const node of walk(program)) {
    const text = node.type === 'StringLiteral' && (!printed.has(node) || anatomy.counters.get(node)?.compared === true);
    if (text) texts.add(String(node.value));
    if (node.type === 'IntegerLiteral') numbers.add(Number(node.value));
  }
  return {
    parts: anatomy.parts,
    fingerprint: fingerprint(program.body as Node[], localNames(program)),
    texts: [...texts].filter(text => isSaid(text) && text.length <= 200).slice(0, most.texts),
    numbers: [...numbers].slice(0, most.numbers),
    variables: [...freeNames(program)].slice(0, most.variables),
    rules: syntaxRules(template.syntax),
  };
}

/** Renders chats one by one and counts. */
export function triedOut(template: CountedTemplate, chats: readonly ChatInput[], options: TemplateOptions): Tryouts {
  const tally = template.tally();
  const tryouts: Tryouts = { prompts: [], refused: [], ran: [], compared: [] };
  for (const [index, chat] of chats.entries()) {
    tally.start();
    try {
      const prompt = template.render(chat, options, tally);
      tally.end(prompt);
      tryouts.prompts.push(prompt);
    } catch (error) {
      tryouts.prompts.push((error as Error).message);
      tryouts.refused.push(index);
    }
    tryouts.ran.push(Uint16Array.from(tally.ran));
  }
  tryouts.compared.push(...tally.compared);
  return tryouts;
}
