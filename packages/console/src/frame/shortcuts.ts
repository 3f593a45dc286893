// Keyboard shortcuts as a table, and the reader that turns key presses into actions: a single key, or `g` and a letter.
// While somebody types into a field only the combination with ⌘ or Ctrl counts.
import type { PageEntry } from './navigation.ts';

export type Action =
  | { readonly kind: 'palette' }
  | { readonly kind: 'help' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'time' }
  | { readonly kind: 'go'; readonly path: string };

export interface ShortcutText {
  readonly keys: readonly string[];
  readonly does: string;
}
export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly ShortcutText[];
}

export function shortcutSheet(pages: readonly PageEntry[], mac: boolean): readonly ShortcutGroup[] {
  return [
    {
      title: 'Anywhere',
      shortcuts: [
        { keys: [mac ? '⌘' : 'Ctrl', 'K'], does: 'find a page, a call or a command' },
        { keys: ['/'], does: 'filter what is shown' },
        { keys: ['t'], does: 'change the time range' },
        { keys: ['?'], does: 'show this sheet' },
        { keys: ['Esc'], does: 'close what is open' },
      ],
    },
    { title: 'Go to', shortcuts: pages.map(({ letter, title }) => ({ keys: ['g', letter], does: title })) },
    {
      title: 'In a table',
      shortcuts: [
        { keys: ['↑', '↓'], does: 'walk the rows' },
        { keys: ['Home', 'End'], does: 'first and last row' },
        { keys: ['Enter'], does: 'open the row beside the table' },
      ],
    },
    { title: 'In a chart', shortcuts: [{ keys: ['←', '→'], does: 'walk the buckets and read their values' }] },
  ];
}

export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  /** Whether the focus is where text is typed. */
  readonly typing: boolean;
  /** Milliseconds, of any monotonic clock. */
  readonly at: number;
}
/** When `g` was pressed; null when it was not. */
export type Pending = number | null;

const SEQUENCE_MS = 1_200;

export function readKey(
  press: KeyPress,
  pending: Pending,
  pages: readonly PageEntry[],
): { readonly action: Action | null; readonly pending: Pending } {
  const { key, ctrl, meta, alt, typing, at } = press;
  if ((ctrl || meta) && !alt && key.toLowerCase() === 'k') return { action: { kind: 'palette' }, pending: null };
  if (typing || ctrl || meta || alt) return { action: null, pending: null };
  if (pending !== null && at - pending <= SEQUENCE_MS) {
    const page = pages.find(({ letter }) => letter === key.toLowerCase());
    return { action: page === undefined ? null : { kind: 'go', path: page.path }, pending: null };
  }
  if (key === 'g') return { action: null, pending: at };
  const single: Readonly<Record<string, Action>> = {
    '?': { kind: 'help' },
    '/': { kind: 'filter' },
    t: { kind: 'time' },
  };
  return { action: single[key] ?? null, pending: null };
}
