// Keys and signs, in one place.
import { gradeTable } from '../../../words/grades.ts';
import { useLayoutEffect, useRef } from 'preact/hooks';

const keys: readonly (readonly [string, string])[] = [
  ['j  k', 'next, previous case'],
  ['Enter', 'open the case'],
  ['Esc', 'back'],
  ['m', 'malicious'],
  ['b', 'benign drift'],
  ['u', 'unsure; the same key again takes a verdict back'],
  ['n', 'note'],
  ['/', 'search'],
  ['1 2 3 4', 'cases, effects, validation, about'],
  ['?', 'this help'],
];

export function Help({ readOnly, onClose }: { readOnly: boolean; onClose: () => void }) {
  const place = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => place.current?.showModal(), []);
  return (
    <dialog ref={place} aria-labelledby="help" onClose={onClose} onClick={onClose}>
      <h2 id="help">Keys</h2>
      <dl>
        {keys
          .filter(([key]) => !readOnly || !'mbun'.includes(key))
          .map(([key, what]) => (
            <>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </>
          ))}
      </dl>
      <h2>Signs</h2>
      <dl>
        <dt class="severity destructive">!</dt>
        <dd>a destructive tool</dd>
        <dt class="severity write">~</dt>
        <dd>a tool that writes</dd>
        <dt>·</dt>
        <dd>a tool that reads</dd>
        <dt>9% → 64%</dt>
        <dd>exact probability that the reply opens with this call, baseline to candidate; read from the logits</dd>
        {Object.entries(gradeTable).map(([grade, { sign, means }]) => (
          <>
            <dt class={`grade-mark ${grade}`}>
              {sign} {grade}
            </dt>
            <dd>{means}</dd>
          </>
        ))}
        <dt>score</dt>
        <dd>
          how unusual it is, which ranks within a grade: severity times how far the call moved, in nats (at most 8), and
          8 more where the case carries a trigger
        </dd>
      </dl>
      <p>
        <button type="button" onClick={onClose}>
          close
        </button>
      </p>
    </dialog>
  );
}
