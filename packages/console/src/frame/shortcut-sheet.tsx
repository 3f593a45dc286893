// The sheet of keyboard shortcuts, behind `?`.
import { useEffect, useRef } from 'react';
import { Icon } from '../parts/icon/view.tsx';
import type { PageEntry } from './navigation.ts';
import { shortcutSheet } from './shortcuts.ts';

interface ShortcutSheetProps {
  readonly pages: readonly PageEntry[];
  readonly onClose: () => void;
}

export function ShortcutSheet({ pages, onClose }: ShortcutSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const groups = shortcutSheet(pages, /mac|iphone|ipad/i.test(navigator.userAgent));
  return (
    <dialog ref={dialog} className="shortcuts" aria-labelledby="shortcuts-title" onClose={onClose}>
      <header>
        <h2 id="shortcuts-title">Keyboard</h2>
        <button
          type="button"
          className="button quiet square"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="cross" />
        </button>
      </header>
      <div className="shortcut-groups">
        {groups.map(({ title, shortcuts }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {shortcuts.map(({ keys, does }) => (
                <div key={does}>
                  <dt>{does}</dt>
                  <dd>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
