// Walking the rows of a table by keys. One row is in the tab order; the row a key moves to is scrolled into view, and takes
// the focus once it is drawn. Closing what a row had opened brings the focus back to it.
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { moveTo } from './model.ts';
import { scrollFor, type WindowInput } from './window.ts';

interface WalkInput {
  readonly view: WindowInput;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly body: RefObject<HTMLElement | null>;
  /** Id of the row whose details are open. */
  readonly selected: string | null;
  readonly selectedAt: number;
  readonly onEnter: (row: number) => void;
  readonly onEscape: () => void;
}
export interface Walk {
  readonly at: number;
  readonly setAt: (row: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useWalk({ view, scroller, body, selected, selectedAt, onEnter, onEscape }: WalkInput): Walk {
  const [at, setAt] = useState(Math.max(0, selectedAt));
  const wanted = useRef<number | null>(null);
  const opened = useRef(selected);
  useLayoutEffect(() => {
    // The focus was in what is gone now.
    if (opened.current !== null && selected === null && document.activeElement === document.body) wanted.current = at;
    opened.current = selected;
  }, [selected, at]);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const row = body.current?.querySelector<HTMLElement>(`[data-row="${wanted.current}"]`);
    if (row === null || row === undefined) return;
    row.focus({ preventScroll: true });
    wanted.current = null;
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof Element && event.target.closest('[data-row]') === null) return;
    const page = Math.max(1, Math.floor(view.viewHeight / view.rowHeight) - 1);
    const to = moveTo(event.key, at, view.count, page);
    if (to !== null) {
      event.preventDefault();
      const top = scrollFor(to, view);
      if (top !== null) scroller.current?.scrollTo({ top });
      wanted.current = to;
      setAt(to);
    } else if (event.key === 'Enter' && event.target instanceof HTMLTableRowElement) onEnter(at);
    else if (event.key === 'Escape') onEscape();
  };
  return { at, setAt, onKeyDown };
}
