// Trials of a model's templates -> the facts of an inspection, and what is found in them.
import type { Inspection, InspectionFinding } from '../../records/inspections/inspection.ts';
import { linesText } from '../../words/inspection.ts';
import { isGrave, type Unreached } from './coverage.ts';
import { officialName } from './official.ts';
import { ruleFindings } from '../rule-findings.ts';
import type { TemplateTrial } from './template-diff.ts';
import type { OfTemplate } from './templates.ts';

type Tried = TemplateTrial & OfTemplate;

/** Branches listed of each template. */
const most = { unreached: 200, alarms: 3 };

export interface TemplateFacts {
  readonly facts: Pick<Inspection, 'prompts' | 'coverage' | 'tried'>;
  readonly official: { readonly officialTemplate?: string };
  readonly found: readonly InspectionFinding[];
}

export function templateFacts(trials: readonly Tried[]): TemplateFacts {
  const [usual] = trials.filter(({ template }) => template === undefined);
  const official = usual && officialName(usual.study);
  const prompts = trials.flatMap(({ differences, template }) =>
    differences.map(({ when, because, ...rest }) => ({
      ...rest,
      when: [...when],
      ...(because && { because: { condition: because.condition, lines: pair(because.lines) } }),
      ...named(template),
    })),
  );
  return {
    official: official === undefined ? {} : { officialTemplate: official },
    facts: {
      prompts,
      ...(trials.length > 0 && {
        coverage: coverage(trials.map(({ suite, template }) => ({ ...suite, template }))),
        tried: coverage(trials.map(({ counts, unreached, template }) => ({ ...counts, unreached, template }))),
      }),
    },
    found: trials.flatMap(trial => [...unreachedFindings(trial), ...syntaxFindings(trial)]),
  };
}

const named = (template: string | undefined) => (template === undefined ? {} : { template });
const pair = ([first, last]: readonly [number, number]): [number, number] => [first, last];

interface Counted {
  readonly branches: number;
  readonly reached: number;
  readonly unreached: readonly Unreached[];
  readonly template: string | undefined;
}

function coverage(all: readonly Counted[]): NonNullable<Inspection['coverage']> {
  const sum = (of: (one: Counted) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    branches: sum(({ branches }) => branches),
    reached: sum(({ reached }) => reached),
    unreached: all.flatMap(({ unreached, template }) =>
      unreached
        .slice(0, most.unreached)
        .map(({ lines, condition, prints }) => ({ lines: pair(lines), condition, prints, ...named(template) })),
    ),
  };
}

/** Branches of a candidate that its baseline lacks, or of a template alone, that no chat reached. */
function unreachedFindings({ unreached, paired, study, template }: Tried): InspectionFinding[] {
  const isOfficial = officialName(study) !== undefined;
  const grave = unreached.filter(one => isGrave(one) && (paired || speaks(one)));
  if (isOfficial || paired === 'same' || unreached.length === 0) return [];
  const of = template === undefined ? '' : ` (template ${template})`;
  const shown = grave.slice(0, most.alarms).map(({ lines, condition, prints }): InspectionFinding => {
    const text = prints === '' ? '' : `, would print ${JSON.stringify(prints)}`;
    return {
      gravity: 'alarm',
      code: 'branch-unreached',
      detail: `${linesText(lines)}, ${condition}${text}${of}`,
      lines: pair(lines),
    };
  });
  const more = grave.length - shown.length;
  const rest = unreached.length - grave.length;
  return [
    ...shown,
    ...(more > 0
      ? [
          {
            gravity: 'alarm',
            code: 'branch-unreached',
            detail: `${more} more, ${placesText(grave.slice(most.alarms))}${of}`,
          } as const,
        ]
      : []),
    ...(rest > 0
      ? [
          {
            gravity: 'notice',
            code: 'branch-unreached',
            detail: `${rest} that print nothing of their own${of}`,
          } as const,
        ]
      : []),
  ];
}

/** Hits of static rules, on what neither the baseline nor a model's maker has. */
function syntaxFindings({ study, baselineStudy, paired, template }: Tried): InspectionFinding[] {
  if (paired === 'same' || officialName(study) !== undefined) return [];
  const of = template === undefined ? '' : ` (template ${template})`;
  return ruleFindings(study.rules, baselineStudy?.rules ?? [], of);
}

/** A template alone has nothing to be held against: what it could say in words is what counts. */
function speaks({ prints }: Unreached): boolean {
  return /(\p{L}{2,}[\s,.:;'-]+){3}\p{L}{2,}/u.test(prints);
}

function placesText(all: readonly Unreached[]): string {
  const places = all.slice(0, 8).map(({ lines: [first, last] }) => (first === last ? `${first}` : `${first}-${last}`));
  return `lines ${places.join(', ')}${all.length > 8 ? ' …' : ''}`;
}
