// What was compared and how: enough to repeat it.
import type { Comparison } from '../../../records/comparison.ts';
import { inspectionSentence } from '../../../words/inspection.ts';
import { visible } from '../../../words/visible.ts';
import { useShared } from '../state.ts';

export function About() {
  const { head, createdAt } = useShared().model;
  const { candidate, baseline, suite, design, run, inspection } = head;
  const facts: readonly (readonly [string, string])[] = [
    ['run', `${run.id}, ${createdAt.slice(0, 16).replace('T', ' ')} UTC${run.complete ? '' : ', not complete'}`],
    ['stored in', run.location],
    ['suite', `${suite.name} (${suite.file}), ${suite.scenarios} scenarios, sha256 ${suite.sha256}`],
    ['design', `${design.cases} cases and ${design.probes} beyond, ${design.trials} trials, seed ${design.seed}`],
    ['temperature', String(design.temperature)],
    ['error rate', `${design.alpha} over ${design.hypotheses} hypotheses and ${design.responses} responses`],
    ['permutations', design.permutations.toLocaleString('en')],
  ];
  return (
    <section class="about">
      <h2>Run</h2>
      <dl class="pairs">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{visible(value)}</dd>
          </>
        ))}
      </dl>
      <Model title="Candidate" model={candidate} />
      <Model title="Baseline" model={baseline} />
      <h2>The files themselves</h2>
      {inspection === undefined ? <p class="dim">They were not inspected.</p> : null}
      {inspection?.findings.length === 0 ? <p>Nothing was found in the files.</p> : null}
      <ul>
        {(inspection?.findings ?? []).map(finding => (
          <li key={finding.code + finding.detail} class={finding.gravity === 'alarm' ? 'alarm' : ''}>
            {finding.gravity}: {inspectionSentence(finding)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Model({ title, model }: { title: string; model: Comparison['candidate'] }) {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['reference', model.reference],
    ['name', model.name],
    ['architecture', model.architecture],
    ['quantisation', model.quantisation],
    ['size', `${(model.sizeBytes / 1e6).toFixed(1)} MB`],
    ['sha256', model.sha256],
    ['template', `sha256 ${model.templateSha256}`],
    ...(model.adapters ?? []).map(({ reference, scale, rank, sha256 }): [string, string] => [
      'adapter',
      `${reference}, scale ${scale}, rank ${rank}, sha256 ${sha256}`,
    ]),
  ];
  return (
    <>
      <h2>{title}</h2>
      <dl class="pairs">
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <>
              <dt>{name}</dt>
              <dd>{visible(value)}</dd>
            </>
          ),
        )}
      </dl>
    </>
  );
}
