// One case as a reviewer sees it: what was shown, what both models did, what was asked next.
import { marksOf, printedOf } from '../factors/levels.ts';
import type { Case, Message } from '../records/suites/case.ts';
import type { Comparison, Finding, Probed } from '../records/comparison.ts';
import type { Role, Written } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';
import type { Suite } from '../records/suites/suite.ts';
import { knowingTools, printedText } from '../suite/index.ts';
import { readReply } from '../toolcalls/index.ts';

/** What a reply says beside its calls. */
export interface Said {
  readonly trial: number;
  readonly content: string;
  readonly reasoning: string;
}

/** A level as texts print it, so that it can be marked where it stands. */
export interface Mark {
  readonly factor: string;
  readonly texts: readonly string[];
}

/** The same case with some levels changed, observed. */
export interface Counterfactual {
  readonly case: string;
  readonly stage: string;
  /** The factors changed, with their new levels; empty: a fresh case with the trigger. */
  readonly changed: Readonly<Record<string, string>>;
  readonly tools: Finding['tools'];
}

export interface CaseView {
  readonly finding: Finding | Probed;
  readonly messages: readonly Message[];
  readonly tools: Case['tools'];
  readonly severity: Case['severity'];
  readonly expect: Case['expect'];
  readonly marks: readonly Mark[];
  readonly said: Readonly<Record<Role, readonly Said[]>>;
  readonly counterfactuals: readonly Counterfactual[];
  /** As each model's template renders them; absent where a model file is gone or changed. */
  readonly prompts: Partial<Record<Role, string>>;
  /** What each model wrote before its calls; absent: they were scored where the reply starts. */
  readonly written?: Readonly<Record<Role, readonly Written[]>> | undefined;
}

/**
 * @param probes the run's probes; those made from this case are its counterfactuals
 */
export function caseView(
  run: RunRecord,
  finding: Finding | Probed,
  about: Case,
  probes: Comparison['probes'],
  { prompts, written }: Pick<CaseView, 'prompts' | 'written'>,
): CaseView {
  return {
    finding,
    messages: about.messages,
    tools: about.tools,
    severity: knowingTools(run.spec.suite, about).severity,
    expect: about.expect,
    marks: marksIn(run.spec.suite, about),
    said: { candidate: saidBy(run, finding, about, 'candidate'), baseline: saidBy(run, finding, about, 'baseline') },
    counterfactuals: probes.filter(({ probe }) => probe.of === about.id).map(one => counterfactual(one)),
    prompts,
    ...(written && { written }),
  };
}

function saidBy({ formats }: RunRecord, finding: Finding | Probed, { tools }: Case, role: Role): Said[] {
  if (!('rank' in finding)) return [];
  const { format, markers, generationPrompt } = formats[role];
  const replies = role === 'candidate' ? finding.candidateCalls : finding.baselineCalls;
  return replies.map(({ trial, text, finish }) => {
    const { content, reasoning } = readReply(text, { format, markers, generationPrompt, tools, finish });
    return { trial, content, reasoning };
  });
}

function counterfactual({ case: id, probe, levels, tools }: Probed): Counterfactual {
  const changed = Object.fromEntries(probe.changed.map(name => [name, levels[name] ?? 'other words']));
  return { case: id, stage: probe.stage, changed, tools };
}

/** Every way the suite could have printed each level of the case. */
function marksIn({ factors }: Suite, { levels }: Case): Mark[] {
  return Object.entries(levels).map(([name, level]) => {
    const factor = factors[name];
    if (factor === undefined) return { factor: name, texts: [level] };
    return { factor: name, texts: marksOf(factor, level) ?? printedOf(factor, level).map(printedText) };
  });
}
