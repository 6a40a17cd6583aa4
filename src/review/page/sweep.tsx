// The first page of a sweep: every comparison with its verdict, worst first; Enter opens its run.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PairStatus } from '../../records/sweeps/sweep.ts';
import type { SweepModel } from '../../report/sweep.ts';
import { outcomeTable } from '../../words/verdict/outcomes.ts';
import { visible } from '../../words/visible.ts';

export function Sweep({ model, addressOf }: { model: SweepModel; addressOf: (run: string) => string }) {
  const { sweep, state, pairs, updatedAt } = model;
  const [selected, select] = useState(0);
  // Keys can come faster than the page is drawn.
  const current = useRef(0);
  useEffect(() => {
    const pressed = ({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent) => {
      if (ctrlKey || metaKey || altKey) return;
      if (key === 'j' || key === 'k') {
        current.current = Math.max(0, Math.min(pairs.length - 1, current.current + (key === 'j' ? 1 : -1)));
        select(current.current);
      } else if (key === 'Enter' && !(target as HTMLElement).matches?.('a')) {
        const run = pairs[current.current]?.run;
        if (run !== undefined) location.assign(addressOf(run));
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [pairs, addressOf]);
  const count = (test: (pair: PairStatus) => boolean) => pairs.filter(test).length;
  const left = count(pair => pair.state === 'waiting' || pair.state === 'running');
  return (
    <>
      <header>
        <h1>sweep {visible(sweep)}</h1>
        <span class="dim status">
          {state.replace('-', ' ')}, {updatedAt.slice(0, 16).replace('T', ' ')}
        </span>
      </header>
      <main>
        <section class="verdict" aria-labelledby="sweep">
          <h2 id="sweep">
            {count(pair => pair.outcome === 'diverges')} of {pairs.length} diverge,{' '}
            {count(pair => pair.state === 'failed')} failed, {count(pair => pair.outcome === 'inconclusive')}{' '}
            inconclusive, {count(pair => pair.outcome === 'changed')} changed,{' '}
            {count(pair => pair.outcome === 'equivalent')} equivalent
            {left === 0 ? '' : `, ${left} not finished`}
          </h2>
          <p class="dim">
            <kbd>j</kbd> <kbd>k</kbd> next, previous; <kbd>Enter</kbd> opens the run
          </p>
        </section>
        <div class="scroll">
          <table class="facts pairs">
            <thead>
              <tr>
                <th scope="col">verdict</th>
                <th scope="col">candidate, baseline, suite, seed</th>
                <th scope="col">turns on</th>
                <th scope="col" class="number">
                  effects
                </th>
              </tr>
            </thead>
            <tbody>
              {pairs.map((pair, at) => (
                <Pair key={pair.name} pair={pair} selected={at === selected} addressOf={addressOf} />
              ))}
            </tbody>
          </table>
        </div>
      </main>
    </>
  );
}

interface PairProps {
  pair: PairStatus;
  selected: boolean;
  addressOf: (run: string) => string;
}

function Pair({ pair, selected, addressOf }: PairProps) {
  const { name, outcome, state, run, trigger, effects, error } = pair;
  return (
    <tr class={selected ? 'selected' : ''} aria-selected={selected}>
      <td class={`verdict ${outcome ?? ''}`}>
        {outcome === undefined ? (
          <span class={state === 'failed' ? 'alarm' : 'dim'}>{state === 'failed' ? '! failed' : state}</span>
        ) : (
          <span class="outcome">
            <span aria-hidden="true">{outcomeTable[outcome].sign}</span> {outcome}
          </span>
        )}
      </td>
      <td>{run === undefined ? visible(name) : <a href={addressOf(run)}>{visible(name)}</a>}</td>
      <td>{visible(error === undefined ? (trigger ?? '') : error.message)}</td>
      <td class="number">{effects ?? ''}</td>
    </tr>
  );
}
