// A model may write a line of a megabyte. It is cut until somebody asks for all of it.
import { useState } from 'preact/hooks';
import { visibleLines } from '../../words/visible.ts';

export function LongText({ text, most }: { text: string; most: number }) {
  const [all, setAll] = useState(false);
  if (text.length <= most) return <>{text}</>;
  if (all) return <span class="long">{text}</span>;
  return (
    <>
      {text.slice(0, most)}…{' '}
      <button type="button" class="link" onClick={() => setAll(true)}>
        all {text.length.toLocaleString('en')} characters
      </button>
    </>
  );
}

/** Text of a model with its line ends; everything that an eye or a terminal could be fooled by is shown as what it is. */
export function ModelText({ text, most = 6000 }: { text: string; most?: number }) {
  return <LongText text={visibleLines(text).join('\n')} most={most} />;
}
