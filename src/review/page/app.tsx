// The page: header, verdict, the view that the address names, keyboard.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { standingDecisions } from '../../report/decisions.ts';
import { filterRows } from '../../report/filter.ts';
import type { ReportModel } from '../../report/model.ts';
import { About } from './frame/about.tsx';
import { type Address, addressText, readAddress } from './address.ts';
import { CasePage } from './case/case.tsx';
import { Cases } from './list/cases.tsx';
import { Effects } from './effects/effects.tsx';
import { Header } from './frame/header.tsx';
import { Help } from './frame/help.tsx';
import { useDecisions } from './list/decisions.ts';
import { useKeyboard } from './frame/keyboard.ts';
import type { Source } from './source.ts';
import { FixedContext, type State, StateContext } from './state.ts';
import { Validation } from './validation.tsx';

export function App({ source, model }: { source: Source; model: ReportModel }) {
  const [address, go] = useAddress();
  const [help, setHelp] = useState(false);
  const [noting, setNoting] = useState<string>();
  const [selected, select] = useState<number>();
  const { decisions, judge, note, problem } = useDecisions(source, model, () => standingDecisions(model.decisions));
  const { filter } = address;
  // A case that was just decided stays in a list of open cases until the filter changes, so that j goes on from it.
  const settled = useRef(decisions);
  const filterKey = JSON.stringify(filter);
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useMemo(() => (settled.current = decisions), [filterKey, address.view]);
  const shown = useMemo(
    () => filterRows(model.rows, filter, { decisions: settled.current, standing: model.earlier?.standing }),
    [model, filterKey, settled.current],
  );
  const opened = address.case === undefined ? undefined : model.rows.id.indexOf(address.case);
  const current = opened !== undefined && opened >= 0 ? opened : (selected ?? shown[0]);
  const state: State = {
    source,
    model,
    decisions,
    address,
    shown,
    selected: current,
    go,
    select,
    judge,
    note,
    noting,
    setNoting,
  };
  const fixed = useMemo(() => ({ source, model, go, select }), [source, model, go]);
  useKeyboard(state, { help, setHelp });
  return (
    <FixedContext.Provider value={fixed}>
      <StateContext.Provider value={state}>
        <Header onHelp={() => setHelp(true)} />
        {problem === undefined ? null : (
          <p class="failure" role="alert">
            {problem}
          </p>
        )}
        <main>{viewOf(address)}</main>
        {help ? <Help readOnly={source.readOnly} onClose={() => setHelp(false)} /> : null}
      </StateContext.Provider>
    </FixedContext.Provider>
  );
}

function viewOf({ view, case: id }: Address) {
  if (id !== undefined) return <CasePage id={id} key={id} />;
  if (view === 'effects') return <Effects />;
  if (view === 'validation') return <Validation />;
  return view === 'about' ? <About /> : <Cases />;
}

/** The address of the page, and how to go elsewhere; back and forward of the browser work. */
function useAddress(): [Address, State['go']] {
  const [address, setAddress] = useState(() => readAddress(location.hash));
  useEffect(() => {
    const changed = () => setAddress(readAddress(location.hash));
    addEventListener('hashchange', changed);
    addEventListener('popstate', changed);
    return () => {
      removeEventListener('hashchange', changed);
      removeEventListener('popstate', changed);
    };
  }, []);
  const go: State['go'] = useCallback((to, how = 'push') => {
    const { case: _, ...before } = readAddress(location.hash);
    const next = { ...before, ...to };
    if (how === 'push') history.pushState(null, '', addressText(next));
    else history.replaceState(null, '', addressText(next));
    setAddress(next);
  }, []);
  return [address, go];
}
