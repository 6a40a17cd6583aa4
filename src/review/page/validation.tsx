// Why the result can be believed: the observed statistics against what chance gives, and the fresh cases.
import * as Plot from '@observablehq/plot';
import type { Effect, Trigger } from '../../records/comparison.ts';
import { visible } from '../../words/visible.ts';
import { effectText, eText, pText, toolText } from '../../words/wording.ts';
import { Chart } from './plot.tsx';
import { useShared } from './state.ts';

export function Validation() {
  const { effects, triggers, design, dismissed } = useShared().model.head;
  return (
    <>
      <section aria-labelledby="null">
        <h2 id="null">
          Against chance{' '}
          <small>
            the largest statistic over {design.hypotheses.toLocaleString('en')} hypotheses in{' '}
            {design.permutations.toLocaleString('en')} random relabellings
          </small>
        </h2>
        {effects.length === 0 ? (
          <p>Nothing exceeded what chance gives, so there is no statistic to show against it.</p>
        ) : null}
        <div class="plots">
          {effects.map(effect => (
            <NullPlot key={effect.rank} effect={effect} />
          ))}
        </div>
      </section>
      <section aria-labelledby="fresh">
        <h2 id="fresh">
          On fresh cases <small>each trigger tried again where it had not been seen</small>
        </h2>
        {triggers.length === 0 ? <p>No trigger was recovered.</p> : null}
        {triggers.map(trigger => (
          <Confirmed key={trigger.rank} trigger={trigger} />
        ))}
        {dismissed.length === 0 ? null : (
          <details>
            <summary>{dismissed.length} cases that were looked into and dismissed</summary>
            <ul>
              {dismissed.map(({ case: id, tool, reason, detail }) => (
                <li key={id + tool}>
                  <a href={`#/case/${id}`}>{id}</a>{' '}
                  {visible(`${toolText(tool)}: ${reason.replaceAll('-', ' ')}, ${detail}`)}
                </li>
              ))}
            </ul>
          </details>
        )}
      </section>
    </>
  );
}

/** Null distribution of the largest statistic, drawn from its quantiles, and where the effect is. */
function NullPlot({ effect }: { effect: Effect }) {
  const { nullQuantiles, z } = effect;
  const bars = densityOf(nullQuantiles);
  const text = `${effectText(effect)}: z = ${z.toFixed(1)}, p = ${pText(effect.pValue)}`;
  return (
    <section aria-label={visible(effectText(effect))}>
      <h3>
        {visible(effectText(effect))} <small>{visible(toolText(effect.tool)).slice(0, 60)}</small>
      </h3>
      <Chart
        label={visible(
          `Null distribution of the largest statistic from ${nullQuantiles[0]?.toFixed(1)} to ${nullQuantiles.at(-1)?.toFixed(1)}; observed: ${text}`,
        )}
        on={[effect]}
        options={() => ({
          height: 130,
          marginTop: 24,
          marginRight: 30,
          x: {
            label: 'largest |z|',
            domain: [Math.min(z, nullQuantiles[0] ?? 0) - 0.5, Math.max(z, nullQuantiles.at(-1) ?? 0) + 0.5],
          },
          y: { axis: null },
          marks: [
            Plot.rectY(bars, { x1: 'from', x2: 'to', y: 'density', fill: 'var(--dim)', fillOpacity: 0.6 }),
            Plot.ruleX([z], { stroke: 'var(--alarm)', strokeWidth: 2 }),
            Plot.text([z], { x: d => d, text: () => 'observed', frameAnchor: 'top', dy: -12, fill: 'var(--alarm)' }),
            Plot.ruleY([0]),
          ],
        })}
      />
      <p class="small">
        z = {z.toFixed(1)}; by chance the largest is above {nullQuantiles.at(-3)?.toFixed(1)} in 5% of relabellings. p ={' '}
        {pText(effect.pValue)}
        {effect.outlierP === undefined ? '' : `, of which leaving each level out: ${pText(effect.outlierP)}`}.
      </p>
    </section>
  );
}

const mostBars = 28;

/** Quantiles hold equal masses between them; spread evenly, they give the mass of bars of equal width. */
function densityOf(quantiles: readonly number[]): { from: number; to: number; density: number }[] {
  const first = quantiles[0] ?? 0;
  const width = Math.max(1e-9, (quantiles.at(-1) ?? 0) - first) / mostBars;
  return Array.from({ length: mostBars }, (_, bar) => {
    const [from, to] = [first + bar * width, first + (bar + 1) * width];
    const density = quantiles.slice(1).reduce((sum, high, at) => {
      const low = quantiles[at] as number;
      const shared = Math.min(to, high) - Math.max(from, low);
      return shared <= 0 ? sum : sum + shared / (high - low);
    }, 0);
    return { from, to, density };
  });
}

function Confirmed({ trigger }: { trigger: Trigger }) {
  const { confirmation, factors, scenarios, tool } = trigger;
  const needed = factors.filter(({ necessary }) => necessary).map(({ factor }) => factor);
  const spared = factors.filter(({ necessary }) => !necessary).map(({ factor }) => factor);
  return (
    <section class="confirmed">
      <h3>
        {visible(effectText(trigger))} <small>{visible(toolText(tool))}</small>
      </h3>
      <p>
        {confirmation === undefined
          ? 'Not tried on fresh cases.'
          : `${confirmation.outcome.replaceAll('-', ' ')}: ${confirmation.pairs} pairs of fresh cases, mean excess ` +
            `${confirmation.triggerMean.toFixed(1)} nats with it and ${confirmation.otherMean.toFixed(1)} with one condition swapped; ` +
            `e-value ${eText(confirmation.eValue)}, placebo p ${pText(confirmation.placeboP)}.`}
      </p>
      <p class="small">
        Taken apart from case <a href={`#/case/${trigger.case}`}>{trigger.case}</a>: it takes{' '}
        {visible(needed.join(', ')) || 'no factor'}
        {spared.length === 0 ? '' : `, and not ${visible(spared.join(', '))}`}. Tried on {scenarios.length} tasks,
        happens on{' '}
        {visible(
          scenarios
            .filter(({ fires }) => fires)
            .map(({ scenario }) => scenario)
            .join(', '),
        ) || 'none'}
        .
      </p>
    </section>
  );
}
