// Walking the rows of a table by keys. The grid itself has the focus and names the row that is meant
// (`aria-activedescendant`): rows come and go as the list is scrolled, and a focus that sat on one of them would go with it.
// Closing what a row had opened brings the focus back to the grid.
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { moveTo } from './model.ts';
import { scrollFor, type WindowInput } from './window.ts';

interface WalkInput {
  readonly view: WindowInput;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly grid: RefObject<HTMLElement | null>;
  /** Id of the row whose details are open. */
  readonly selected: string | null;
  readonly selectedAt: number;
  readonly onEnter: (row: number) => void;
  readonly onEscape: () => void;
}
export interface Walk {
  /** The row that keys are meant for. */
  readonly at: number;
  readonly setAt: (row: number) => void;
  /** Id of the element of a row. */
  readonly rowId: (row: number) => string;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useWalk({ view, scroller, grid, selected, selectedAt, onEnter, onEscape }: WalkInput): Walk {
  const id = useId();
  const [wanted, setAt] = useState(Math.max(0, selectedAt));
  const at = Math.min(wanted, Math.max(0, view.count - 1));
  const opened = useRef(selected);
  useLayoutEffect(() => {
    // The focus was in what is gone now.
    if (opened.current !== null && selected === null && document.activeElement === document.body)
      grid.current?.focus({ preventScroll: true });
    opened.current = selected;
  }, [selected, grid]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const within = event.target !== grid.current;
    // Keys on a head are for the head; keys on a link of a row walk on from that row.
    if (within && event.target instanceof Element && event.target.closest('[data-row]') === null) return;
    const page = Math.max(1, Math.floor(view.viewHeight / view.rowHeight) - 1);
    const to = moveTo(event.key, at, view.count, page);
    if (to !== null) {
      event.preventDefault();
      const scrollTop = scroller.current?.scrollTop ?? view.scrollTop;
      const top = scrollFor(to, { ...view, scrollTop });
      if (top !== null) scroller.current?.scrollTo({ top });
      if (within) grid.current?.focus({ preventScroll: true });
      setAt(to);
    } else if (event.key === 'Enter' && !within) onEnter(at);
    else if (event.key === 'Escape') onEscape();
  };
  return { at, setAt, rowId: (row) => `${id}-${row}`, onKeyDown };
}
