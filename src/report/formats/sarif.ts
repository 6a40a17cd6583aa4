// SARIF 2.1.0 for code scanning: triggers and reported findings as results, decisions as suppressions, an earlier run as
// baseline state. Source: OASIS SARIF 2.1.0, sections 3.27 (result) and 3.35 (suppression).
import type { Decision } from '../../records/decision.ts';
import type { Finding, Trigger } from '../../records/comparison.ts';
import type { GoneFinding } from '../earlier.ts';
import { concealedIn } from '../../words/conduct.ts';
import { fingerprint, isReported } from '../reported.ts';
import { conductKindsOf, rulesOf } from '../rows.ts';
import { type Channel, channelsOf } from '../channels.ts';
import { isClean, outcomeTable } from '../../words/verdict/outcomes.ts';
import { line } from '../../words/safe.ts';
import { shortName } from '../../records/adapted.ts';
import { mostResults, type SarifRun, sarifLog } from '../sarif-log.ts';
import { rulesFor, type SarifRuleName } from '../sarif-rules.ts';
import { isRefuted } from '../../triggers/settled.ts';
import { verdictTexts } from '../../words/verdict/verdict-texts.ts';
import { callText, effectText, eText, toolText } from '../../words/wording.ts';
import type { Report } from './report.ts';

/** Highest score there is: clipped divergence, the bonus of a trigger and that of a hidden deed. */
const highestScore = 18;

export function sarif(report: Report): string {
  return sarifLog(report.version, [sarifRun(report)]);
}

export type SarifResult = ReturnType<typeof resultsOf>[number];

/** A report as one run of a log. @param name what its alerts belong to; default: the candidate and the suite */
export function sarifRun(
  report: Report,
  name = categoryOf(report),
  keep: (results: SarifResult[]) => SarifResult[] = all => all,
): SarifRun {
  const { comparison, accepted } = report;
  const { run, verdict, candidate, baseline } = comparison;
  return {
    rules: rulesFor(report),
    run: {
      automationDetails: { id: `turncoat/${name}/${category(run.id)}` },
      results: keep(resultsOf(report)),
      properties: {
        verdict: verdict.outcome,
        clean: isClean(verdict, accepted),
        candidate: modelProperties(candidate),
        baseline: modelProperties(baseline),
      },
    },
  };
}

/** A category of code scanning per candidate and suite: two candidates don't close each other's alerts. */
function categoryOf({ comparison: { candidate, suite } }: Report): string {
  return `${category(shortName(candidate.reference))}/${category(suite.name)}`;
}

/** A part of a category: it ends at the last `/`. */
export const category = (text: string): string => line(text, 80).replace(/[^\w.:+-]+/g, '_') || '_';

/** The gravest first, so that a limit cuts off what matters least. */
function resultsOf(report: Report) {
  const { comparison, earlier } = report;
  const found = comparison.findings.filter(isReported).slice(0, mostResults);
  const results = [
    verdictResult(report),
    ...channelsOf(comparison).flatMap(channel => channelResult(channel, report)),
    ...comparison.triggers.filter(trigger => !isRefuted(trigger)).map(trigger => triggerResult(trigger, report)),
    ...found.map(finding => findingResult(finding, report)),
    ...(earlier?.gone ?? []).map(gone => goneResult(gone, report)),
  ];
  return results.slice(0, mostResults);
}

function modelProperties({ reference, sha256, adapters }: Report['comparison']['candidate']) {
  const files = adapters?.map(one => ({ reference: line(one.reference), sha256: one.sha256, scale: one.scale }));
  return { reference: line(reference), sha256, ...(files && { adapters: files }) };
}

function verdictResult(report: Report) {
  const { comparison, accepted } = report;
  const { verdict } = comparison;
  const { first, second, others } = verdictTexts(verdict);
  const sentences = [first, ...(second === undefined ? [] : [second]), ...others];
  const { kind, level } = outcomeTable[verdict.outcome].sarif;
  return {
    ruleId: 'verdict',
    kind,
    level: kind === 'fail' && isClean(verdict, accepted) ? 'note' : level,
    message: { text: line(`${verdict.outcome}: ${sentences.join('; ')}`, 2000) },
    locations: [location(report)],
    partialFingerprints: { ...alert('verdict'), 'turncoatVerdict/v1': verdict.outcome },
    properties: { means: outcomeTable[verdict.outcome].means, clean: isClean(verdict, accepted) },
  };
}

const channelLevels = { harm: 'error', open: 'warning', changed: 'warning' } as const;
const channelRules = {
  harm: 'evidence',
  open: 'evidence-open',
  changed: 'evidence-changed',
} as const satisfies Record<string, SarifRuleName>;

/** Only what is not clean is a result: a reviewer has nothing to do with the others. */
function channelResult({ name, title, mark, text, details }: Channel, report: Report) {
  if (mark === 'ok' || mark === 'not-measured') return [];
  return [
    {
      ruleId: channelRules[mark],
      level: levelIn(report, channelLevels[mark]),
      message: { text: line(`${title}, ${mark}: ${[text, ...details].join('; ')}`, 2000) },
      locations: [location(report)],
      partialFingerprints: { ...alert('channel', name), 'turncoatChannel/v1': `${name} ${mark}` },
      properties: { channel: name, mark },
    },
  ];
}

/** Under a verdict that counts as clean nothing is above a note: no check fails where the command does not. */
function levelIn({ comparison: { verdict }, accepted }: Report, level: 'error' | 'warning' | 'note') {
  return isClean(verdict, accepted) ? 'note' : level;
}

function triggerResult(trigger: Trigger, report: Report) {
  const { confirmation, tool, conditions } = trigger;
  const confirmed = confirmation?.outcome === 'confirmed';
  const evidence = confirmation === undefined ? 'not tried on fresh cases' : `e-value ${eText(confirmation.eValue)}`;
  return {
    ruleId: confirmed ? 'trigger' : 'trigger-open',
    level: levelIn(report, confirmed ? 'error' : 'warning'),
    rank: confirmed ? 100 : 50,
    message: { text: line(`${toolText(tool)} turns on ${effectText(trigger)}: ${evidence}`, 1000) },
    locations: [location(report)],
    partialFingerprints: {
      ...alert('trigger', tool, ...conditions.flatMap(({ factor, level }) => [factor, level])),
      'turncoatTrigger/v1': line(JSON.stringify([tool, conditions.map(({ factor, level }) => [factor, level])]), 200),
    },
    properties: { excessNats: trigger.excess, outcome: confirmation?.outcome ?? 'not-tried' },
  };
}

const gradeRules = {
  turned: 'turned-call',
  raised: 'raised-call',
  suspect: 'suspect-call',
  changed: 'changed-call',
  same: 'changed-call',
} as const satisfies Record<string, SarifRuleName>;
const gradeLevels = { turned: 'error', raised: 'warning', suspect: 'warning', changed: 'note', same: 'note' } as const;

function findingResult(finding: Finding, report: Report) {
  const { tool, candidateCalls, scenario, score, levels, grade, harm } = finding;
  const [called] = candidateCalls;
  const does = called === undefined ? toolText(tool?.tool ?? 'something else') : callText(called);
  const standing = report.earlier?.standing[finding.case];
  const decision = report.decisions.get(finding.case);
  return {
    ruleId: gradeRules[grade],
    level: levelIn(report, gradeLevels[finding.grade]),
    rank: Math.min(100, (100 * score) / highestScore),
    message: {
      text: line(
        `${scenario}, case ${finding.case}, ${grade}: the candidate does ${does}${told(finding)}${shift(finding)}`,
        1000,
      ),
    },
    locations: [location(report, finding)],
    partialFingerprints: findingPrints(fingerprint(finding.case, tool?.tool ?? '')),
    ...(standing === undefined ? {} : { baselineState: standing === 'new' ? 'new' : 'unchanged' }),
    ...(decision?.verdict === undefined ? {} : { suppressions: suppressions(decision) }),
    properties: {
      case: line(finding.case),
      grade,
      ...(harm === undefined ? {} : { harm }),
      levels: Object.fromEntries(Object.entries(levels).map(([name, level]) => [line(name), line(level)])),
      ...conduct(finding),
      ...(decision?.verdict === undefined ? {} : { decision: decision.verdict, decidedBy: line(decision.by) }),
    },
  };
}

function told({ candidateCalls }: Finding): string {
  const hidden = concealedIn(candidateCalls);
  return hidden === undefined ? '' : ` and says ${JSON.stringify(hidden.said)}`;
}

/** What its conversation shows, and the policy rules it broke; nothing where there is nothing. */
function conduct({ candidateCalls }: Finding) {
  const [kinds, rules] = [conductKindsOf(candidateCalls), rulesOf(candidateCalls)];
  return {
    ...(kinds.length === 0 ? {} : { conduct: kinds }),
    ...(rules.length === 0 ? {} : { rulesBroken: rules.map(rule => line(rule)) }),
  };
}

function shift({ tool }: Finding): string {
  if (tool === undefined) return '';
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  return `; exact probability of ${tool.tool} ${percent(tool.baseline)} under the baseline, ${percent(tool.candidate)} under the candidate`;
}

/** Benign: suppressed; unsure: under review; malicious: kept. */
function suppressions({ verdict, note, by }: Decision) {
  if (verdict === 'malicious') return [];
  const status = verdict === 'benign' ? 'accepted' : 'underReview';
  return [{ kind: 'external', status, justification: line(`${by}: ${note}`, 1000) }];
}

/** A finding of the earlier run that is none any more. */
function goneResult({ case: id, scenario, tool, score, fingerprint: key }: GoneFinding, report: Report) {
  return {
    ruleId: 'turned-call',
    kind: 'pass',
    level: 'none',
    rank: Math.min(100, (100 * score) / highestScore),
    message: { text: line(`${scenario}, case ${id}: ${tool} does not turn any more`) },
    locations: [location(report, { scenario, case: id })],
    partialFingerprints: findingPrints(key),
    baselineState: 'absent',
  };
}

/**
 * What code scanning tells alerts apart by, in the form that its own hash of a line has. Made from what was found: all
 * findings of a scenario stand at one line.
 */
const alert = (...parts: readonly string[]) => ({
  primaryLocationLineHash: `${fingerprint(parts[0] as string, JSON.stringify(parts.slice(1)))}:1`,
});

const findingPrints = (key: string) => ({ primaryLocationLineHash: `${key}:1`, 'turncoatFinding/v1': key });

/** The user's own suite or sweep file, else the suite's name: code scanning wants a place in a repository. */
function location({ comparison: { suite }, place }: Report, about?: Pick<Finding, 'scenario' | 'case'>) {
  const shipped = /[./\\]/.test(suite.file) ? suite.file : `suites/${suite.file}.yaml`;
  const uri = place?.uri ?? line(shipped, 500).split(/[/\\]/).map(encodeURIComponent).join('/');
  const startLine = (about && place?.scenarios.get(about.scenario)) ?? place?.line ?? 1;
  const names = [suite.name, ...(about === undefined ? [] : [about.scenario, about.case])].map(name => line(name));
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine } },
    logicalLocations: [{ name: names.at(-1), fullyQualifiedName: names.join('/') }],
  };
}
