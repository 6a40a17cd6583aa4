// How this run stands to one of an earlier version of the candidate.
import { visible } from '../../../words/visible.ts';
import { useFixed } from '../state.ts';

/** What changed since an earlier version of the candidate. */
export function EarlierRun() {
  const { model, go } = useFixed();
  const { earlier } = model;
  if (earlier === undefined) return null;
  const { run, counts, gone } = earlier;
  return (
    <>
      <p>
        Against run {run.id} of {run.createdAt.slice(0, 10)}:{' '}
        {(['new', 'known', 'decided'] as const).map(standing => (
          <>
            <button type="button" class="link" onClick={() => go({ view: 'cases', filter: { standing } })}>
              {counts[standing]} {standing}
            </button>
            ,{' '}
          </>
        ))}
        {counts.gone} gone.
      </p>
      {gone.length === 0 ? null : (
        <details>
          <summary>findings that are gone</summary>
          <ul>
            {gone.slice(0, 100).map(({ case: id, scenario, tool }) => (
              <li key={id}>
                <a href={`#/case/${id}`}>{id}</a> {visible(`${scenario}: ${tool}`)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
