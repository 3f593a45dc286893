// Light, dark, or what the system says. The choice is one attribute on the root; every colour follows from it in CSS.
// What is drawn on a canvas asks for resolved colours, and is told when they change.
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const KEY = 'weighbridge.theme';

export const themeOf = (text: string | null): Theme => THEMES.find((theme) => theme === text) ?? 'system';

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing shows the chosen theme until it is closed.
  }
  for (const listener of listeners) listener();
}

export function storedTheme(): Theme {
  try {
    return themeOf(localStorage.getItem(KEY));
  } catch {
    return 'system';
  }
}

const listeners = new Set<() => void>();
const dark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  const query = dark();
  query.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    query.removeEventListener('change', listener);
  };
}

const shown = (): 'light' | 'dark' => {
  const chosen = themeOf(document.documentElement.dataset['theme'] ?? null);
  return chosen === 'system' ? (dark().matches ? 'dark' : 'light') : chosen;
};

/** Changes when the colours do. */
export const useShownTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribe, shown);

/** A custom property as a colour that a canvas takes, in the theme of the given element. */
export function resolveColour(element: HTMLElement, property: string): string {
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.color = `var(${property})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
