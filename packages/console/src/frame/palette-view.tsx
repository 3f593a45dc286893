// The palette: a field over a short list. Arrows choose, Enter opens, Escape closes.
import { useEffect, useEffectEvent, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Icon } from '../parts/icon/view.tsx';
import { foundCommands, type Command } from './palette.ts';

interface PaletteProps {
  readonly commands: readonly Command[];
  readonly hrefOf: (path: string, filter?: string) => string;
  readonly go: (href: string) => void;
  /** What the server knows by this name or id. */
  readonly find: (text: string) => Promise<readonly Command[]>;
  readonly onClose: () => void;
}

export function Palette({ commands, hrefOf, go, find, onClose }: PaletteProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  const known = useFound(typed, find);
  const found = foundCommands(typed, known, commands, hrefOf);
  const open = (command: Command | undefined) => {
    if (command === undefined) return;
    dialog.current?.close();
    if (command.href !== null) go(command.href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open(found[at]);
    }
  };
  return (
    <dialog ref={dialog} className="palette" aria-label="Find a page, a call or a command" onClose={onClose}>
      <div className="palette-field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Find"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={found.length === 0 ? undefined : `${id}-${at}`}
          autoComplete="off"
          spellCheck={false}
          placeholder="A page, a call's id, a key, a command"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul id={`${id}-list`} role="listbox" aria-label="Found">
        {found.map((command, i) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are those of the field
          <li
            key={command.id}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onMouseMove={() => setAt(i)}
            onClick={() => open(command)}
          >
            <span>{command.title}</span>
            <span className="palette-about">{command.about}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="palette-none">Nothing is called that. An id of a call opens the call.</p>}
    </dialog>
  );
}

const PAUSE_MS = 150;

/** Asks after a pause in typing, and forgets an answer that was overtaken. */
function useFound(typed: string, find: PaletteProps['find']): readonly Command[] {
  const [found, setFound] = useState<{ readonly text: string; readonly commands: readonly Command[] } | null>(null);
  const ask = useEffectEvent((text: string) => find(text));
  const text = typed.trim();
  useEffect(() => {
    if (text === '') return undefined;
    let over = false;
    const timer = setTimeout(() => {
      void ask(text).then((commands) => {
        if (!over) setFound({ text, commands });
      });
    }, PAUSE_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [text]);
  return found?.text === text ? found.commands : [];
}
