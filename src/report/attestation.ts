// A comparison as an in-toto statement: which files were compared, under which settings, and what the verdict states. All of
// it is re-derived from a stored run, so that nobody has to believe it. Source: in-toto attestation framework, statement v1.
import { baseReference } from '../records/adapted.ts';
import type { Comparison } from '../records/comparison.ts';
import type { Bounded } from '../records/evidence.ts';
import { marginsOf } from '../records/margins.ts';
import type { ModelRecord, RunRecord } from '../records/run.ts';
import { settingsThatDecide } from '../records/settings.ts';
import { safeJson } from '../words/safe.ts';

/** What a statement's predicate is; the number grows when it gets another shape. */
export const predicateType = 'urn:turncoat:comparison:1';

/** Of the run, hexadecimal SHA-256. */
export interface RunDigests {
  /** Of its record, cases and observations: all that the verdict comes from. */
  readonly content: string;
  /** Of the whole file; absent where the run is kept in a database. */
  readonly file?: string | undefined;
}

const digest = (sha256: string) => ({ digest: { sha256 } });

/** One line of JSON: the same bytes whenever it is made from the same run. */
export function statement(run: RunRecord, comparison: Comparison, digests: RunDigests, version: string): string {
  const { spec, createdAt, finishedAt } = run;
  const { candidate, baseline, verdict } = comparison;
  const { policy, margins: _, allow, ...settings } = settingsThatDecide(spec, 'observations', 'run', 'weighing');
  return `${safeJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: filesOf(candidate),
    predicateType,
    predicate: {
      turncoat: version,
      run: {
        id: run.id,
        ...digest(digests.content),
        ...(digests.file !== undefined && { file: digest(digests.file) }),
        startedAt: createdAt,
        finishedAt,
      },
      candidate: modelOf(candidate),
      baseline: modelOf(baseline),
      suite: { name: comparison.suite.name, ...digest(comparison.suite.sha256) },
      ...(spec.policy !== undefined && policy !== undefined && { policy: digest(spec.policy.sha256) }),
      settings,
      ...(allow !== undefined && { allow }),
      engines: run.engines,
      verdict,
      margins: marginsOf(spec.margins),
      bounds: boundsOf(comparison),
      warnings: comparison.warnings,
    },
  })}\n`;
}

/** What the statement is about: the candidate's files. */
function filesOf(model: ModelRecord) {
  const { sha256, adapters = [] } = model;
  const base = { name: nameOf(baseReference(model)), ...digest(sha256) };
  return [base, ...adapters.map(one => ({ name: nameOf(one.reference), ...digest(one.sha256) }))];
}

function modelOf(model: ModelRecord) {
  const { sizeBytes, templateSha256, template, architecture, quantisation, parameterCount, adapters = [] } = model;
  return {
    files: filesOf(model),
    sizeBytes,
    architecture,
    quantisation,
    parameterCount,
    template: { ...digest(templateSha256), ...(template && { from: template.from }) },
    ...(adapters.length > 0 && { scales: adapters.map(({ scale }) => scale) }),
  };
}

/** Where a file lies on the machine that compared is nobody's business. */
const nameOf = (reference: string): string =>
  reference.startsWith('hf:') ? reference : (reference.split(/[/\\]/).at(-1) ?? reference);

const boundOf = ({ estimate, low, high, n }: Bounded) => ({ estimate, low, high, n });

/** What each channel bounds; one that was not measured is left out, and the verdict says so. */
function boundsOf({ evidence: { harm, conduct, regressions, choice, alarms } }: Comparison) {
  return {
    ...(harm.state === 'measured' && { harm: boundOf(harm.excess) }),
    ...(conduct.state === 'measured' && { conduct: boundOf(conduct.any.excess) }),
    ...(alarms.state === 'measured' && { hidden: { high: alarms.hidden.high } }),
    competence: Object.fromEntries(regressions.map(one => [one.what, boundOf(one.loss)])),
    ...(choice.state === 'measured' && { choice: boundOf(choice.distance) }),
  };
}
