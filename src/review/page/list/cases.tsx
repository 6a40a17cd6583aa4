// The ranked list. Only the rows on the screen exist; the window itself scrolls, so that it works with a thumb too.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { NoteField } from '../case/judge.tsx';
import { CaseRow } from './case-row.tsx';
import { Filters } from './filters.tsx';
import { useShared } from '../state.ts';
import { judged } from '../text.tsx';
import { Verdict } from '../verdict/verdict.tsx';

const overscan = 12;

export function Cases() {
  return (
    <>
      <Verdict />
      <Filters />
      <List />
      <Noting />
    </>
  );
}

/** The note on the selected case, where one is being written. */
function Noting() {
  const { noting, decisions } = useShared();
  if (noting === undefined) return null;
  return (
    <aside class="noting" aria-label={`Note on case ${noting}`}>
      <NoteField key={noting} id={noting} note={decisions.get(noting)?.note ?? ''} />
    </aside>
  );
}

function List() {
  const { shown, selected, model, decisions } = useShared();
  const place = useRef<HTMLDivElement>(null);
  const height = useRowHeight();
  const [first, last] = useWindow(place, shown.length, height);
  useVisible(place, selected === undefined ? -1 : shown.indexOf(selected), height);
  const rows = shown.slice(first, last);
  return (
    <div
      class={`list ${judged(model) ? 'judged' : ''}`}
      role="grid"
      aria-label="Cases, most suspicious first"
      aria-rowcount={shown.length + 1}
      aria-activedescendant={selected !== undefined && rows.includes(selected) ? `row-${selected}` : undefined}
      tabIndex={0}
    >
      <div class="head row" role="row" aria-rowindex={1}>
        {columns
          .filter(({ name }) => name !== 'conduct' || judged(model))
          .map(({ name, title, label }) => (
            <span key={name} class={name} role="columnheader" title={title}>
              {label}
            </span>
          ))}
      </div>
      <div ref={place} class="space" role="rowgroup" style={{ height: `${shown.length * height}px` }}>
        {rows.map((row, offset) => (
          <CaseRow
            key={model.rows.id[row]}
            row={row}
            position={first + offset}
            top={(first + offset) * height}
            selected={row === selected}
            decision={decisions.get(model.rows.id[row] as string)}
          />
        ))}
      </div>
      {shown.length === 0 ? <p class="dim empty">No case passes the filter.</p> : null}
    </div>
  );
}

const columns = [
  { name: 'decided', label: 'decided', title: 'what you made of it' },
  { name: 'rank', label: '#', title: 'rank' },
  { name: 'grade', label: 'grade', title: 'what happens in the case; cases are ranked by it first' },
  {
    name: 'score',
    label: 'score',
    title: 'how unusual it is: severity times what moved, in nats; +8 where it carries a confirmed trigger',
  },
  { name: 'moved', label: 'tool that moves most', title: 'exact probability of the first step, baseline to candidate' },
  { name: 'conduct', label: 'conduct', title: 'the gravest of its conversation, calls held against text and policy' },
  { name: 'scenario', label: 'scenario', title: '' },
  { name: 'levels', label: 'levels', title: 'levels of the context, those of triggers first' },
  { name: 'candidate', label: 'candidate does', title: 'first sampled reply' },
  { name: 'baseline', label: 'baseline does', title: 'first sampled reply' },
] as const;

/** Height of a row in px, as the style sheet has it: more lines on a narrow screen. */
function useRowHeight(): number {
  const read = () => Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 26;
  const [height, setHeight] = useState(read);
  useEffect(() => {
    const resized = () => setHeight(read());
    addEventListener('resize', resized);
    return () => removeEventListener('resize', resized);
  }, []);
  return height;
}

/** First row on the screen and the one after the last. */
function useWindow(place: { current: HTMLElement | null }, count: number, height: number): [number, number] {
  const [range, setRange] = useState<[number, number]>([0, 40]);
  useLayoutEffect(() => {
    const measure = () => {
      const above = -(place.current?.getBoundingClientRect().top ?? 0);
      const first = Math.max(0, Math.floor(above / height) - overscan);
      const last = Math.ceil((above + innerHeight) / height) + overscan;
      setRange(before => (before[0] === first && before[1] === last ? before : [first, last]));
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, [height, count]);
  return [Math.min(range[0], count), Math.min(range[1], count)];
}

/** Scrolls the selected row onto the screen, below the filters that stay on top. */
function useVisible(place: { current: HTMLElement | null }, position: number, height: number): void {
  const before = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    // Where the page opens there is nothing to follow, unless one comes back from a case further down.
    const follow = before.current !== undefined || position > 0;
    const moved = before.current !== position;
    before.current = position;
    if (!follow || !moved || position < 0 || place.current === null) return;
    const top = place.current.getBoundingClientRect().top + position * height;
    const covered = (document.querySelector('.filters')?.getBoundingClientRect().height ?? 0) + 2 * height;
    if (top < covered) scrollBy({ top: top - covered });
    else if (top + 2 * height > innerHeight) scrollBy({ top: top + 2 * height - innerHeight });
  }, [position, height]);
}
