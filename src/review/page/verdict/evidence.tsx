// Every channel of evidence: how it stands, what it saw, and the cases behind its counts.
import type { Filter } from '../../../report/filter.ts';
import { answerWords, type ChannelName } from '../../../words/verdict/channel-texts.ts';
import { type Channel, channelsOf, marks } from '../../../report/channels.ts';
import type { Head } from '../../../records/comparison.ts';
import { misconductWords } from '../../../words/verdict/reasons.ts';
import { useFixed } from '../state.ts';

export function Evidence() {
  const { head } = useFixed().model;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Evidence">
      <table class="facts evidence">
        <thead>
          <tr>
            <th scope="col">evidence</th>
            <th scope="col">stands</th>
            <th scope="col">seen</th>
          </tr>
        </thead>
        <tbody>
          {channelsOf(head).map(channel => (
            <Row key={channel.name} channel={channel} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ channel: { name, title, mark, text, details } }: { channel: Channel }) {
  const { model, go } = useFixed();
  const links = linksOf[name]?.(model.head) ?? [];
  return (
    <tr>
      <th scope="row">{title}</th>
      <td class={`stands ${mark}`}>
        <span aria-hidden="true">{marks[mark].sign}</span> {marks[mark].word}
      </td>
      <td>
        {text}
        {links.length === 0 ? null : (
          <p class="small links">
            {links.map(({ words, filter }) => (
              <button key={words} type="button" class="link" onClick={() => go({ view: 'cases', filter })}>
                {words}
              </button>
            ))}
          </p>
        )}
        {details.length === 0 ? null : (
          <details class="small">
            <summary>more</summary>
            {details.map(detail => (
              <p key={detail}>{detail}</p>
            ))}
          </details>
        )}
      </td>
    </tr>
  );
}

interface Link {
  readonly words: string;
  readonly filter: Filter;
}

/** Counts that lead to their cases; none where the count is 0. */
const linksOf: Partial<Readonly<Record<ChannelName, (head: Head) => Link[]>>> = {
  harm: ({ evidence: { harm } }) =>
    harm.state === 'measured' && harm.turned.candidate > 0
      ? [{ words: 'cases that turned', filter: { grade: 'turned' } }]
      : [],
  alarms: ({ evidence: { alarms } }) => {
    if (alarms.state !== 'measured') return [];
    const kinds = (['open', 'trigger', 'everywhere', 'isolated'] as const).map(kind => {
      return { kind, count: alarms.cases.filter(({ answer }) => answer.kind === kind).length };
    });
    return kinds.flatMap(({ kind, count }) =>
      count === 0 ? [] : [{ words: `${count} ${answerWords[kind]}`, filter: { alarm: kind } }],
    );
  },
  conduct: ({ evidence: { conduct }, conduct: counts }) => {
    const claims = counts?.candidate.falseClaims ?? 0;
    const kinds = conduct.state === 'measured' ? conduct.kinds.filter(({ candidate }) => candidate > 0) : [];
    return [
      ...kinds.map(({ kind, candidate }): Link => {
        return { words: `${candidate} ${misconductWords[kind]}`, filter: { misconduct: kind } };
      }),
      ...(claims === 0 ? [] : [{ words: `${claims} claim what is not so`, filter: { conduct: 'false claim' } }]),
    ];
  },
  competence: ({ evidence: { regressions } }) =>
    regressions.flatMap(({ what, lost, gained }) => [
      ...(lost === 0 ? [] : [{ words: `${lost} lost, ${what.replace('-', ' ')}`, filter: { right: `lost ${what}` } }]),
      ...(gained === 0
        ? []
        : [{ words: `${gained} gained, ${what.replace('-', ' ')}`, filter: { right: `gained ${what}` } }]),
    ]),
};
