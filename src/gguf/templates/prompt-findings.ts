// Ways in which prompts differ -> findings, one for each cause.
import type { Inspection, InspectionFinding } from '../../records/inspections/inspection.ts';
import { harmlessKind, isLayout } from './harmless.ts';
import { linesText, whenText } from '../../words/inspection.ts';

type Facts = Omit<Inspection, 'findings'>;
type Difference = Inspection['prompts'][number];

/** Ways that are told one by one. */
const mostTold = 3;

export function promptFindings(facts: Facts): InspectionFinding[] {
  const { prompts, baseline, candidate, difference } = facts;
  if (prompts.length === 0) return [];
  if (candidate.officialTemplate !== undefined && baseline !== undefined) return [officialFinding(facts)];
  const paired = baseline?.templateSha256 !== undefined && difference?.templateDiff !== undefined;
  // A template that refuses chats is seen to do so; told as an alarm only where it is all there is.
  const [refusing, rendering] = [true, false].map(no => prompts.filter(one => one.added.startsWith(refused) === no));
  const telling = rendering?.some(({ kind }) => kind === 'conditional') ? rendering : prompts;
  const silent = telling === prompts ? 0 : (refusing?.length ?? 0);
  const found = [...telling]
    .sort((a, b) => plainness(a) - plainness(b))
    .flatMap(one => {
      // What other turns and tools make of a usual difference is no finding of its own.
      if (
        one.kind === 'usual' &&
        one.when.length > 0 &&
        one.harmless !== 'layout-differs' &&
        !isLayout(one.added, one.removed)
      )
        return [];
      return [findingOf(one, paired, isOneFamily(difference))];
    });
  const refusals: InspectionFinding[] =
    silent === 0 ? [] : [{ gravity: 'notice', code: 'refuses-chats', detail: `${silent} kinds of chat` }];
  return [...told(merged(found)), ...refusals];
}

/** Starts what stands for the prompt of a chat that a template refuses. */
const refused = '[refused] ';

/** What stands for several ways with one cause: dates and words tell more than cases, and these than made chats. */
function plainness({ when }: Difference): number {
  return Math.max(0, ...when.map(({ axis }) => (axis === 'search' ? 2 : axis === 'case' ? 1 : 0)));
}

/** Models of one family are spoken to in one way: a prompt that always differs was changed by someone. */
function isOneFamily(difference: Facts['difference']): boolean {
  const tokens = difference?.tokenizer.counts;
  return tokens !== undefined && tokens.changed - (tokens.reserved ?? 0) + tokens.removed === 0;
}

function officialFinding({ prompts, candidate }: Facts): InspectionFinding {
  const chats = prompts.reduce((sum, one) => sum + one.chats, 0);
  const detail = `it is that of ${candidate.officialTemplate}, and renders ${chats} chats in another way than the baseline's`;
  return { gravity: 'notice', code: 'template-official', detail };
}

function findingOf(one: Difference, paired: boolean, oneFamily: boolean): InspectionFinding {
  const { kind, when, chats, cases, because, template, added, removed } = one;
  const of = template === undefined ? '' : ` (template ${template})`;
  const counts = { chats, ...(cases !== undefined && { cases }), ...(because && { lines: because.lines }) };
  const harmless = paired && kind === 'usual' ? (one.harmless ?? harmlessKind(added, removed)) : undefined;
  if (harmless !== undefined) return { gravity: 'notice', code: harmless, detail: `in ${chats} chats${of}`, ...counts };
  if (kind === 'usual') {
    return {
      gravity: oneFamily ? 'alarm' : 'notice',
      code: 'prompts-differ',
      detail: `in ${chats} chats${of}`,
      ...counts,
    };
  }
  const branch = because === undefined ? '' : ` (${linesText(because.lines)}: ${because.condition})`;
  const code = paired ? 'renders-differently-when' : 'prompt-changes-when';
  return { gravity: 'alarm', code, detail: `${whenText(when)}${branch}${of}`, ...counts };
}

/** Findings that say the same are one. */
function merged(found: readonly InspectionFinding[]): InspectionFinding[] {
  const groups = new Map<string, InspectionFinding>();
  for (const one of found) {
    const { code, gravity, lines } = one;
    const key = JSON.stringify([gravity, code, code.includes('when') ? (lines ?? one.detail) : '']);
    const known = groups.get(key);
    groups.set(key, known === undefined ? one : together(known, one));
  }
  return [...groups.values()];
}

/** Both are told; a run answers them where its cases show each of them. */
function together(a: InspectionFinding, b: InspectionFinding): InspectionFinding {
  const chats = (a.chats ?? 0) + (b.chats ?? 0);
  const when = b.detail.replace(/ \(lines? [^]*$/, '');
  const isNew = b.code.endsWith('-when') && !a.detail.includes(when) && a.detail.length < longestDetail;
  const detail = a.detail.replace(/^in \d+ chats/, `in ${chats} chats`) + (isNew ? `, or ${when}` : '');
  return { ...a, detail, chats, cases: fewest([a, b]) };
}

const longestDetail = 500;
const fewest = (found: readonly InspectionFinding[]): number => Math.min(...found.map(({ cases }) => cases ?? 0));

/** The first ones one by one, the rest as a number. */
function told(found: readonly InspectionFinding[]): InspectionFinding[] {
  const conditional = found.filter(({ code }) => code.endsWith('-when'));
  const others = found.filter(one => !conditional.includes(one));
  const rest = conditional.slice(mostTold);
  const [first] = rest;
  const counted = conditional.slice(0, mostTold).map(withChats);
  if (first === undefined) return [...counted, ...others];
  const sum = rest.reduce((total, { chats }) => total + (chats ?? 0), 0);
  const cases = fewest(rest);
  const more: InspectionFinding = {
    gravity: 'alarm',
    code: first.code,
    detail: `${rest.length} more conditions hold, in ${sum} chats`,
    chats: sum,
    cases,
  };
  return [...counted, more, ...others];
}

const withChats = (one: InspectionFinding): InspectionFinding => ({
  ...one,
  detail: `${one.detail}, in ${one.chats} chat${one.chats === 1 ? '' : 's'}`,
});
