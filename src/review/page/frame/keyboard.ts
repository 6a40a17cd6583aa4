// Keys. Letters act only when nothing is being typed; Escape always leads one step back.
import { useEffect, useRef } from 'preact/hooks';
import type { Judgement } from '../../../records/decision.ts';
import type { ViewName } from '../address.ts';
import type { State } from '../state.ts';

export const searchId = 'search';

interface HelpState {
  readonly help: boolean;
  readonly setHelp: (open: boolean) => void;
}

const views: Readonly<Record<string, ViewName>> = { 1: 'cases', 2: 'effects', 3: 'validation', 4: 'about' };
const verdicts: Readonly<Record<string, Judgement>> = { m: 'malicious', b: 'benign', u: 'unsure' };

export function useKeyboard(state: State, help: HelpState): void {
  const latest = useRef({ state, help });
  latest.current = { state, help };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (press(event.key, event.target as HTMLElement, latest.current.state, latest.current.help)) {
        event.preventDefault();
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}

/** True when the key was ours. */
function press(key: string, target: HTMLElement, state: State, { help, setHelp }: HelpState): boolean {
  if (key === 'Escape') {
    back(target, state, help, setHelp);
    return true;
  }
  if (help || isTyping(target)) return false;
  if (key === '?') setHelp(true);
  else if (key === '/') search(state);
  else if (key === 'j' || key === 'k') move(state, key === 'j' ? 1 : -1);
  else if (key === 'Enter') return isControl(target) ? false : open(state);
  else if (views[key] !== undefined) state.go({ view: views[key] });
  else return decide(key, state);
  return true;
}

function back(target: HTMLElement, state: State, help: boolean, setHelp: (open: boolean) => void): void {
  if (help) setHelp(false);
  else if (state.noting !== undefined) state.setNoting(undefined);
  else if (isTyping(target)) target.blur();
  else if (state.address.case !== undefined) {
    if (state.selected !== undefined) state.select(state.selected);
    state.go({ view: 'cases' });
  }
}

function search(state: State): void {
  const place = () => document.getElementById(searchId);
  if (place() === null) state.go({ view: 'cases' });
  // Where the list is not shown yet, its field is there with the next frame.
  if (place() === null) requestAnimationFrame(() => place()?.focus());
  else place()?.focus();
}

function move({ model, shown, selected, select, go, address }: State, by: number): void {
  if (address.view !== 'cases') return;
  const at = selected === undefined ? -1 : shown.indexOf(selected);
  const next = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  if (next === undefined) return;
  select(next);
  if (address.case !== undefined) go({ view: 'cases', case: model.rows.id[next] as string }, 'replace');
}

function open({ selected, model, go, address }: State): boolean {
  if (selected === undefined || address.view !== 'cases' || address.case !== undefined) return false;
  go({ view: 'cases', case: model.rows.id[selected] as string });
  return true;
}

function decide(key: string, { selected, model, source, address, judge, setNoting }: State): boolean {
  const id = selected === undefined || address.view !== 'cases' ? undefined : model.rows.id[selected];
  if (id === undefined || source.readOnly) return false;
  const verdict = verdicts[key];
  if (verdict !== undefined) judge(id, verdict);
  else if (key === 'n') setNoting(id);
  else return false;
  return true;
}

const isTyping = (target: HTMLElement) => target.matches?.('input, textarea, select') ?? false;
const isControl = (target: HTMLElement) => target.matches?.('a, button, summary') ?? false;
