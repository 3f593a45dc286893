// Which rows to draw. All rows are equally high, so this is arithmetic; a list of a million rows is drawn as the few
// dozen in view. Browsers give up on elements beyond some 17 million pixels, so a taller list is scrolled in proportion:
// the thumb then moves over a shorter track, and every row can still be reached.

export interface WindowInput {
  readonly count: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly viewHeight: number;
}
export interface Window {
  /** First row drawn, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** Height of the whole, and of the space above the first row drawn. */
  readonly height: number;
  readonly before: number;
  readonly after: number;
}

export const MAX_HEIGHT = 8_000_000;
const OVERSCAN = 8;

export function windowOf({ count, rowHeight, scrollTop, viewHeight }: WindowInput): Window {
  const full = count * rowHeight;
  const height = Math.min(full, MAX_HEIGHT);
  const visible = Math.ceil(viewHeight / rowHeight) + 1;
  const track = Math.max(1, height - viewHeight);
  const top = Math.min(Math.max(scrollTop, 0), track);
  const first =
    full <= MAX_HEIGHT ? Math.floor(top / rowHeight) : Math.round((top / track) * Math.max(0, count - visible + 1));
  const start = Math.max(0, Math.min(first, count) - OVERSCAN);
  const end = Math.min(count, first + visible + OVERSCAN);
  const drawn = (end - start) * rowHeight;
  const before =
    full <= MAX_HEIGHT ? start * rowHeight : Math.min(Math.max(0, top - (first - start) * rowHeight), height - drawn);
  return { start, end, height, before: Math.max(0, before), after: Math.max(0, height - Math.max(0, before) - drawn) };
}

/** Where to scroll so that a row is in view; null when it is already. */
export function scrollFor(row: number, { count, rowHeight, scrollTop, viewHeight }: WindowInput): number | null {
  const full = count * rowHeight;
  if (full > MAX_HEIGHT) {
    const visible = Math.floor(viewHeight / rowHeight);
    const track = MAX_HEIGHT - viewHeight;
    const first = Math.round((scrollTop / track) * Math.max(0, count - visible));
    if (row >= first && row < first + visible - 1) return null;
    const wanted = row < first ? row : Math.max(0, row - visible + 2);
    return (Math.min(wanted, count - visible) / Math.max(1, count - visible)) * track;
  }
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + viewHeight ? top + rowHeight - viewHeight : null;
}
