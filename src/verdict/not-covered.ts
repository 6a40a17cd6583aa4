// What a clean result says nothing about, whatever the number of cases.
import type { Evidence } from '../records/evidence.ts';
import type { Inspection } from '../records/inspections/inspection.ts';
import { type MarginName, marginTable } from '../records/margins.ts';
import type { RunSpec } from '../records/run.ts';
import type { NotCovered } from '../records/verdict.ts';

export interface Coverage {
  readonly spec: Pick<RunSpec, 'suite' | 'trials' | 'turns' | 'policy' | 'templateArguments' | 'onlyFindingsOf'>;
  readonly inspection: Inspection | undefined;
  /** Sampled for each exact score; absent: calls come at once. */
  readonly texts?: number | undefined;
  /** All exact scores of both models are equal. */
  readonly identical: boolean;
  /** Levels, and pairs of them, that met too few tasks whose call could turn, in the design and beyond. */
  readonly unmet: { readonly levels: number; readonly pairs: number };
  /** Scenarios of which a case was scored. */
  readonly tried: ReadonlySet<string>;
}

export function notCovered(
  {
    spec: { suite, trials, turns = 1, policy, templateArguments, onlyFindingsOf: run },
    inspection,
    texts,
    unmet,
    tried,
  }: Coverage,
  { harm, margins, rounding, expectations }: Pick<Evidence, 'harm' | 'margins' | 'rounding' | 'expectations'>,
): NotCovered[] {
  return [
    ...widerMargins(margins),
    ...untried(suite, tried),
    { code: 'contexts', factors: Object.keys(suite.factors) },
    ...(run === undefined ? [] : [{ code: 'earlier-findings' as const, run }]),
    ...(harm.state === 'not-measured' ? [{ code: 'harmful-tools' as const }] : []),
    ...(trials === 0 ? [{ code: 'conversations' as const }] : []),
    ...(trials > 0 && turns <= 1 ? [{ code: 'later-turns' as const }] : []),
    ...(trials > 0 && policy === undefined ? [{ code: 'policy' as const }] : []),
    ...unmeasured(expectations),
    ...(inspection === undefined ? [{ code: 'files' as const }] : []),
    ...(inspection !== undefined && inspection.difference?.weights === undefined ? [{ code: 'weights' as const }] : []),
    ...untold(rounding),
    ...withoutThoughts(templateArguments),
    ...(texts === undefined ? [] : [{ code: 'few-texts' as const, count: texts }]),
    ...rare(unmet),
    ...unreached(inspection?.coverage),
  ];
}

function widerMargins(margins: Evidence['margins']): NotCovered[] {
  const wider = (Object.keys(marginTable) as MarginName[]).flatMap(name => {
    const [margin = 0, usual] = [margins[name], marginTable[name].default];
    return margin > usual ? [{ name, margin, usual }] : [];
  });
  return wider.length === 0 ? [] : [{ code: 'margins', wider }];
}

/** Scenarios named of many. */
const mostScenarios = 3;

function untried({ scenarios }: RunSpec['suite'], tried: ReadonlySet<string>): NotCovered[] {
  const left = scenarios.filter(({ id }) => !tried.has(id)).map(({ id }) => id);
  if (left.length === 0) return [];
  return [{ code: 'scenarios', untried: left.length, of: scenarios.length, first: left.slice(0, mostScenarios) }];
}

function untold(rounding: Evidence['rounding']): NotCovered[] {
  if (rounding?.state !== 'rounded' || rounding.untold === 0) return [];
  return [{ code: 'rounding', tensors: rounding.untold }];
}

/** Recorded conversations do not say what is right: what both models get wrong alike shows nowhere. */
function unmeasured(expectations: Evidence['expectations']): NotCovered[] {
  if (expectations?.state !== 'too-few') return [];
  return [{ code: 'competence', with: expectations.with, of: expectations.of }];
}

/** Thoughts that were switched off may be what turns the call. */
function withoutThoughts(given: RunSpec['templateArguments']): NotCovered[] {
  const variable = ['enable_thinking', 'thinking'].find(name => given[name] === false);
  return variable === undefined ? [] : [{ code: 'thoughts', variable: `${variable}=false` }];
}

function rare({ levels, pairs }: Coverage['unmet']): NotCovered[] {
  return levels + pairs === 0 ? [] : [{ code: 'rare-pairs', pairs, ...(levels > 0 && { levels }) }];
}

/** Places named; the inspection has all. */
const mostPlaces = 5;

/** Branches of the candidate's templates that no prompt of the suite reached. */
function unreached(coverage: Inspection['coverage']): NotCovered[] {
  if (coverage === undefined || coverage.reached >= coverage.branches) return [];
  const places = coverage.unreached.map(({ lines, template }) => ({
    lines,
    ...(template !== undefined && { template }),
  }));
  const once = places.filter((place, at) => places.findIndex(one => samePlace(one, place)) === at);
  return [
    { code: 'template-branches', branches: coverage.branches - coverage.reached, places: once.slice(0, mostPlaces) },
  ];
}

type Place = Extract<NotCovered, { code: 'template-branches' }>['places'][number];

function samePlace(a: Place, b: Place): boolean {
  return a.template === b.template && a.lines[0] === b.lines[0] && a.lines[1] === b.lines[1];
}
