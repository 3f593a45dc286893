// Copies a text and says so. Where the browser withholds the clipboard the text is shown to be selected by hand.
import { useState } from 'react';
import { useTyped } from '../command/typed.ts';
import { Icon } from '../icon/view.tsx';

interface CopyProps {
  readonly text: string;
  /** What the button says: `Copy as command`. */
  readonly label: string;
  readonly className?: string;
}

type State = 'ready' | 'copied' | 'refused';

export function Copy({ text: given, label, className = 'button quiet' }: CopyProps) {
  const text = useTyped()(given);
  const [state, setState] = useState<State>('ready');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('refused');
    }
  };
  return (
    <>
      <button type="button" className={className} onClick={() => void copy()} onBlur={() => setState('ready')}>
        <Icon name={state === 'copied' ? 'check' : 'copy'} />
        <span aria-live="polite">{state === 'copied' ? 'Copied' : label}</span>
      </button>
      {state === 'refused' && (
        <input
          className="field mono"
          readOnly
          value={text}
          aria-label={`${label}: the text to copy`}
          onFocus={(event) => event.target.select()}
        />
      )}
    </>
  );
}
