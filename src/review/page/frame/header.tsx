// Which models, which view, and above the list what was found.
import { modelText } from '../../../words/wording.ts';
import type { ViewName } from '../address.ts';
import { addressText } from '../address.ts';
import { useShared } from '../state.ts';

const views: readonly { name: ViewName; title: string; key: string }[] = [
  { name: 'cases', title: 'Cases', key: '1' },
  { name: 'effects', title: 'Effects', key: '2' },
  { name: 'validation', title: 'Validation', key: '3' },
  { name: 'about', title: 'About', key: '4' },
];

export function Header({ onHelp }: { onHelp: () => void }) {
  const { model, address, decisions, source } = useShared();
  const { candidate, baseline } = model.head;
  const decided = [...decisions.values()].filter(({ verdict }) => verdict !== undefined).length;
  return (
    <header>
      {source.sweepAddress === undefined ? null : <a href={source.sweepAddress}>← sweep</a>}
      <h1>
        <span class="candidate">{modelText(candidate)}</span> <span class="dim">against</span>{' '}
        <span class="baseline">{modelText(baseline)}</span>
      </h1>
      <nav aria-label="Views">
        {views.map(({ name, title, key }) => (
          <a
            key={name}
            href={addressText({ view: name, filter: address.filter })}
            aria-current={address.view === name ? 'page' : undefined}
            title={`key ${key}`}
          >
            {title}
          </a>
        ))}
      </nav>
      <span class="dim status">
        {decided} decided{source.readOnly ? ', read-only' : ''}
      </span>
      <button type="button" onClick={onHelp} aria-label="Keys and signs">
        <kbd>?</kbd> <span class="wide">keys</span>
      </button>
    </header>
  );
}
