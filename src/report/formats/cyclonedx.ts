// Both models as a CycloneDX 1.6 bill of materials: files by hash, and on the candidate's model card what the comparison
// bounds. Source: CycloneDX 1.6, machine-learning-model components and model cards.
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { baseReference, identityText } from '../../records/adapted.ts';
import type { Comparison } from '../../records/comparison.ts';
import type { Bounded } from '../../records/evidence.ts';
import type { ModelRecord } from '../../records/run.ts';
import { verdictTexts } from '../../words/verdict/verdict-texts.ts';
import { line, safeJson } from '../../words/safe.ts';
import type { Report } from './report.ts';

export function cyclonedx(report: Report): string {
  return billOf([report]);
}

/** Of several comparisons: each model once, candidates with what every comparison says of them. */
export function billOf(reports: readonly Report[]): string {
  const models = new Map<string, { model: ModelRecord; comparisons: Comparison[] }>();
  for (const { comparison } of reports) {
    for (const model of [comparison.candidate, comparison.baseline]) {
      const known = models.get(identityText(model)) ?? { model, comparisons: [] };
      if (model === comparison.candidate) known.comparisons.push(comparison);
      models.set(identityText(model), known);
    }
  }
  const components = [...models.values()].map(({ model, comparisons }) => componentOf(model, comparisons));
  const runs = reports.map(({ comparison }) => comparison.run.id);
  return `${safeJson({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([runs, components]))}`,
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'turncoat', version: reports[0]?.version ?? '' }] },
    },
    components,
  })}\n`;
}

function componentOf(model: ModelRecord, comparisons: readonly Comparison[]) {
  const { architecture, quantisation, parameterCount, templateSha256, adapters = [] } = model;
  const base = fileOf(baseReference(model), model.sha256);
  const properties = [
    ['quantisation', quantisation],
    ['chat-template-sha256', templateSha256],
    ...(parameterCount === undefined ? [] : [['parameters', String(parameterCount)]]),
    ...comparisons.flatMap(({ run, verdict }) => [[`verdict of run ${run.id}`, verdict.outcome]]),
  ];
  const whole = {
    type: 'machine-learning-model',
    'bom-ref': identityText(model),
    name: nameOf(model.reference),
    modelCard: {
      modelParameters: {
        architectureFamily: line(architecture),
        inputs: [{ format: 'text' }],
        outputs: [{ format: 'text' }],
      },
      ...(comparisons.length > 0 && {
        quantitativeAnalysis: { performanceMetrics: comparisons.flatMap(metricsOf) },
        considerations: { technicalLimitations: comparisons.map(limitation) },
      }),
    },
    properties: properties.map(([name, value]) => ({ name: line(`turncoat:${name}`), value: line(value ?? '') })),
  };
  if (adapters.length === 0) return { ...whole, ...base, name: whole.name };
  const parts = [base, ...adapters.map(one => fileOf(one.reference, one.sha256))];
  return { ...whole, components: parts.map(part => ({ type: 'machine-learning-model', ...part })) };
}

function fileOf(reference: string, hash: string) {
  const [, repository] = /^hf:([\w.-]+\/[\w.-]+)/.exec(reference) ?? [];
  const links = repository === undefined ? [] : [{ type: 'distribution', url: `https://huggingface.co/${repository}` }];
  return {
    name: nameOf(reference),
    hashes: [{ alg: 'SHA-256', content: hash }],
    ...(links.length > 0 && { externalReferences: links }),
  };
}

/** Where a file lies on the machine that compared is nobody's business. */
const nameOf = (reference: string): string =>
  line(reference.startsWith('hf:') ? reference : (reference.split(/[/\\]/).at(-1) ?? reference));

/** What the comparison measured of the candidate beyond its baseline. */
function metricsOf({ evidence, suite, run }: Comparison) {
  const { harm, conduct, regressions, choice } = evidence;
  const slice = line(`suite ${suite.name}, run ${run.id}`);
  const metric = (type: string, { estimate, low, high }: Bounded) => ({
    type,
    value: String(estimate),
    slice,
    confidenceInterval: { lowerBound: String(low), upperBound: String(high) },
  });
  return [
    ...(harm.state === 'measured' ? [metric('excess probability of harmful tools', harm.excess)] : []),
    ...(conduct.state === 'measured'
      ? [metric('excess share of conversations with misconduct', conduct.any.excess)]
      : []),
    ...regressions.map(one =>
      metric(`loss of ${one.what === 'first-step' ? 'expected first steps' : 'expected calls'}`, one.loss),
    ),
    ...(choice.state === 'measured' ? [metric('total variation of first steps', choice.distance)] : []),
  ];
}

function limitation({ verdict, run }: Comparison): string {
  return line(`run ${run.id}: ${verdict.outcome}: ${verdictTexts(verdict).first}`, 1000);
}

/** The same for the same content: RFC 9562, version 8. */
function uuidOf(content: string): string {
  const hex = bytesToHex(sha256(utf8ToBytes(content)));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
