// What the reviewer makes of a case, and why.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Judgement } from '../../../records/decision.ts';
import { visible } from '../../../words/visible.ts';
import { useShared } from '../state.ts';
import { judgements } from '../text.tsx';

export function Judge({ id }: { id: string }) {
  const { decisions, judge, source, noting, setNoting } = useShared();
  const decision = decisions.get(id);
  if (source.readOnly) return <Standing id={id} />;
  return (
    <div class="judge" role="group" aria-label="Decision">
      {Object.entries(judgements).map(([verdict, { sign, word, key }]) => (
        <button
          key={verdict}
          type="button"
          class={`judgement ${verdict}`}
          aria-pressed={decision?.verdict === verdict}
          onClick={() => judge(id, verdict as Judgement)}
        >
          <span aria-hidden="true">{sign}</span> {word} <kbd aria-hidden="true">{key}</kbd>
        </button>
      ))}
      <button type="button" onClick={() => setNoting(id)} aria-expanded={noting === id}>
        {decision?.note ? 'edit note' : 'note'} <kbd aria-hidden="true">n</kbd>
      </button>
      {noting === id ? <NoteField id={id} note={decision?.note ?? ''} /> : <Standing id={id} />}
    </div>
  );
}

function Standing({ id }: { id: string }) {
  const { decisions, model } = useShared();
  const decision = decisions.get(id);
  if (decision === undefined) return null;
  const { by, at, note, verdict, about } = decision;
  const elsewhere = about.run === model.head.run.id ? '' : `, on run ${about.run}`;
  return (
    <p class="standing">
      {verdict === undefined ? 'Note' : judgements[verdict].word}, {visible(by)}, {at.slice(0, 16).replace('T', ' ')}{' '}
      UTC{visible(elsewhere)}
      {note === '' ? '' : <q>{visible(note)}</q>}
    </p>
  );
}

export function NoteField({ id, note }: { id: string; note: string }) {
  const shared = useShared();
  const place = useRef<HTMLTextAreaElement>(null);
  // Before the next key arrives, which is part of the note.
  useLayoutEffect(() => place.current?.focus(), []);
  const save = () => {
    shared.note(id, place.current?.value.trim() ?? '');
    shared.setNoting(undefined);
  };
  return (
    <form
      class="note"
      onSubmit={event => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={place}
        aria-label="Note"
        rows={2}
        maxLength={10_000}
        defaultValue={note}
        placeholder="why; Enter stores it, Shift+Enter starts a new line"
        onKeyDown={event => {
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          save();
        }}
      />
      <button type="submit">store</button>
    </form>
  );
}
