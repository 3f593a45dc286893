// The left rail: groups and their pages, and below them what concerns the console itself.
import { useState } from 'react';
import { Mark } from '../parts/icon/view.tsx';
import { applyTheme, storedTheme, THEMES } from '../parts/theme/theme.ts';
import { railGroups, type PageEntry } from './navigation.ts';

/** A log that is shown under an address of its own. */
export interface LogLink {
  readonly title: string;
  readonly href: string;
  readonly current: boolean;
}

interface RailProps {
  readonly logs: readonly LogLink[];
  readonly pages: readonly PageEntry[];
  readonly current: PageEntry | null;
  readonly hrefOf: (path: string) => string;
  readonly onHelp: () => void;
}

export const Rail = ({ pages, logs, current, hrefOf, onHelp }: RailProps) => (
  <div className="rail">
    <a className="brand" href={hrefOf('/')}>
      <Mark />
      Weighbridge
    </a>
    {logs.length > 0 && (
      <nav className="rail-group rail-logs" aria-label="Whose calls">
        <ul>
          {logs.map(({ title, href, current: shown }) => (
            <li key={href}>
              <a href={href} aria-current={shown ? 'true' : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    )}
    <nav className="rail-pages" aria-label="Pages">
      {railGroups(pages).map((group) => (
        <div key={group.name} className="rail-group">
          <h2>{group.name}</h2>
          <ul>
            {group.pages.map((page) => (
              <li key={page.key}>
                <a href={hrefOf(page.path)} aria-current={page === current ? 'page' : undefined}>
                  {page.title}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
    <div className="rail-foot">
      <ThemeChoice />
      <button type="button" className="rail-help" onClick={onHelp}>
        Keyboard <kbd>?</kbd>
      </button>
    </div>
  </div>
);

function ThemeChoice() {
  const [chosen, setChosen] = useState(storedTheme);
  return (
    <fieldset className="theme-choice">
      <legend className="unseen">Colours</legend>
      {THEMES.map((theme) => (
        <label key={theme}>
          <input
            type="radio"
            name="theme"
            className="unseen"
            checked={theme === chosen}
            onChange={() => {
              applyTheme(theme);
              setChosen(theme);
            }}
          />
          <span>{theme === 'system' ? 'Auto' : theme === 'light' ? 'Light' : 'Dark'}</span>
        </label>
      ))}
    </fieldset>
  );
}
