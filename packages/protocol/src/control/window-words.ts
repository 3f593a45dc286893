// A window of a bypass in words that the command line and the console share: its name, which can be read back, and what
// sellers' records say of it. No schema stands here, so that a page can take it.
import type { BypassWindow } from '../bypass.ts';
import type { Reconciled, WindowVerdict } from './windows.ts';

/** `NAME@2026-11-30T12:00:00.000Z`. */
export const windowName = ({ bypass, opened }: BypassWindow): string => `${bypass}@${new Date(opened).toISOString()}`;

/** Null for what names no window. */
export function readWindowName(text: string): BypassWindow | null {
  const at = text.lastIndexOf('@');
  const opened = Date.parse(text.slice(at + 1));
  return at > 0 && at < 64 && Number.isFinite(opened) ? { bypass: text.slice(0, at), opened } : null;
}

export const WINDOW_VERDICT_WORDS: Readonly<Record<WindowVerdict, string>> = {
  reconciled: 'agrees to the call',
  differs: 'differs',
  unknown: 'does not tell',
  open: 'once it is closed',
};

/** `count`: how the reader writes a number. */
export function recordWords(reconciled: Reconciled | null, count: (value: number) => string): string {
  if (reconciled === null) return 'not asked';
  const { verdict, found, missing, unknown, unaccounted } = reconciled;
  if (verdict === 'open') return WINDOW_VERDICT_WORDS.open;
  return `${WINDOW_VERDICT_WORDS[verdict]}: ${count(found)} found, ${count(missing)} missing, ${count(unknown)} unknown, ${count(unaccounted)} without a receipt`;
}
