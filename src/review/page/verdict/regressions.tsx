// The paired regression: right under one model and wrong under the other, in total and by scenario.
import type { Regression } from '../../../records/evidence.ts';
import { intervalOf, regressionNames, rightOf } from '../../../words/verdict/regression.ts';
import { visible } from '../../../words/visible.ts';
import { pText } from '../../../words/wording.ts';
import { useFixed } from '../state.ts';

export function Regressions() {
  const { evidence, verdict } = useFixed().model.head;
  const differing = evidence.regressions.filter(({ lost, gained }) => lost + gained > 0);
  if (differing.length === 0) return null;
  return (
    <details open={verdict.reasons.some(({ code }) => code === 'regression')}>
      <summary>
        Paired regression:{' '}
        {differing
          .map(({ what, lost, gained }) => `${regressionNames[what]} ${lost} lost, ${gained} gained`)
          .join('; ')}
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Paired regression">
        <table class="facts">
          <thead>
            <tr>
              {['', 'cases', 'right: candidate', 'baseline', 'lost', 'gained', 'McNemar p'].map((name, at) => (
                <th key={name} scope="col" class={at === 0 ? '' : 'number'}>
                  {name}
                </th>
              ))}
              <th scope="col" class="number" title="net loss in points, with the interval of the difference">
                loss, {intervalOf(evidence)} interval
              </th>
            </tr>
          </thead>
          <tbody>
            {differing.map(one => (
              <Rows key={one.what} regression={one} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Rows({ regression }: { regression: Regression }) {
  const { what, cases, lost, gained, pValue, loss } = regression;
  const scenarios = regression.scenarios
    .filter(one => one.lost + one.gained > 0)
    .toSorted((a, b) => b.lost - b.gained - (a.lost - a.gained));
  const at = (share: number) => (100 * share).toFixed(1);
  return (
    <>
      <tr class="total">
        <th scope="row">{regressionNames[what]}</th>
        <td class="number">{cases}</td>
        <td class="number candidate">{rightOf(regression, 'candidate')}</td>
        <td class="number baseline">{rightOf(regression, 'baseline')}</td>
        <Counts what={what} lost={lost} gained={gained} />
        <td class="number">{pValue === undefined ? '' : pText(pValue)}</td>
        <td class="number">
          {at(loss.estimate)} ({at(loss.low)} to {at(loss.high)})
        </td>
      </tr>
      {scenarios.map(one => (
        <tr key={one.scenario}>
          <th scope="row" class="part">
            {visible(one.scenario)}
          </th>
          <td class="number">{one.cases}</td>
          <td />
          <td />
          <Counts what={what} lost={one.lost} gained={one.gained} scenario={one.scenario} />
          <td class="number">{one.pValue === undefined ? '' : pText(one.pValue)}</td>
          <td />
        </tr>
      ))}
    </>
  );
}

interface CountsProps extends Pick<Regression, 'what' | 'lost' | 'gained'> {
  readonly scenario?: string;
}

/** Each count leads to its cases. */
function Counts({ what, lost, gained, scenario }: CountsProps) {
  const { go } = useFixed();
  return (
    <>
      {([['lost', lost] as const, ['gained', gained] as const] as const).map(([how, count]) => (
        <td key={how} class="number">
          {count === 0 ? (
            '0'
          ) : (
            <button
              type="button"
              class="link"
              onClick={() =>
                go({
                  view: 'cases',
                  filter: { right: `${how} ${what}`, ...(scenario === undefined ? {} : { scenario }) },
                })
              }
            >
              {count}
              <span class="unseen"> cases {how}</span>
            </button>
          )}
        </td>
      ))}
    </>
  );
}
