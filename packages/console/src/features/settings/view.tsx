// Settings, drawn: keys, the configuration in force, its history, and who has this console open.
import type { ReactNode } from 'react';
import { SETTINGS_PARTS, type SettingsPart } from '../../app/search-state.ts';
import { Copy } from '../../parts/copy/view.tsx';
import { Empty } from '../../parts/empty/view.tsx';
import { Icon } from '../../parts/icon/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { When } from '../../parts/when/view.tsx';
import { ChangeList } from '../change-list-view.tsx';
import { Facts } from '../facts-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import type { Headline } from '../headline.ts';
import type { ConfigurationText, HistoryText } from './model.ts';

export interface SettingsViewProps {
  readonly headline: Headline | null;
  readonly part: SettingsPart;
  readonly hrefOf: (part: SettingsPart) => string;
  readonly busy: boolean;
  readonly children: ReactNode;
}

const TITLES: Readonly<Record<SettingsPart, string>> = {
  keys: 'Keys',
  configuration: 'Configuration',
  history: 'History',
  sessions: 'Sessions',
};

export const SettingsView = ({ headline, part, hrefOf, busy, children }: SettingsViewProps) => (
  <div className="page" aria-busy={busy}>
    <PageHead {...headline} />
    <nav className="tabs" aria-label="Settings">
      {SETTINGS_PARTS.map((one) => (
        <a key={one} href={hrefOf(one)} aria-current={one === part ? 'page' : undefined}>
          {TITLES[one]}
        </a>
      ))}
    </nav>
    {children}
  </div>
);

export const ConfigurationPart = ({ text }: { readonly text: ConfigurationText }) => (
  <div className="settings">
    <Facts title="What is in force" facts={text.facts} />
    {text.warnings.length > 0 && (
      <ul className="remarks">
        {text.warnings.map(({ key, where, text: what, next }) => (
          <li key={key} data-tone="warn">
            <Icon name="warn" />
            <span>
              <code>{where}</code> {what} Next: {next}
            </span>
          </li>
        ))}
      </ul>
    )}
    <section>
      <div className="section-head">
        <h2>What it says</h2>
        <Copy text={text.whole} label="Copy as JSON" />
        <Copy text="weighbridge config show" label="Copy as command" />
      </div>
      <p className="section-note">
        With everything that the file leaves out. Secrets are named here and never shown: they stay in the vault.
      </p>
      {text.sections.map((section) => (
        <details key={section.name} className="config-section">
          <summary>
            <code>{section.name}</code> <span className="quiet-text">{section.summary}</span>
          </summary>
          <pre className="disclosed" tabIndex={0} role="region" aria-label={`${section.name} of the configuration`}>
            {section.text}
          </pre>
        </details>
      ))}
    </section>
  </div>
);

interface HistoryPartProps {
  readonly entries: readonly HistoryText[];
  readonly olderHref: string | null;
  readonly newestHref: string | null;
}

export const HistoryPart = ({ entries, olderHref, newestHref }: HistoryPartProps) => (
  <div className="settings">
    {entries.length === 0 && <Empty what="No configuration was in force yet." command="weighbridge config reload" />}
    {entries.map((entry) => (
      <HistoryEntry key={entry.key} entry={entry} />
    ))}
    <p className="pages">
      {newestHref !== null && <a href={newestHref}>Newest</a>}
      {olderHref !== null && <a href={olderHref}>Older changes</a>}
    </p>
  </div>
);

const pathCode = ({ path }: HistoryText['changes'][number]) => <code className="change-path">{path}</code>;

const HistoryEntry = ({ entry }: { readonly entry: HistoryText }) => (
  <section className="change-entry" aria-label={`${entry.title}, ${entry.entry}`}>
    <header>
      <h2>{entry.title}</h2>
      <When at={entry.at} />
    </header>
    <p className="section-note">
      {entry.by}; {entry.entry}; digest <code>{entry.digest}</code>
    </p>
    <ChangeList changes={entry.changes} name={pathCode} />
    {entry.more !== '' && <p className="section-note">{entry.more}</p>}
  </section>
);

interface StateProps {
  readonly problem: ProblemText | null;
  readonly onRetry: () => void;
  readonly label: string;
}

/** What stands where a part is not there yet, or cannot be. */
export const NotYet = ({ problem, onRetry, label }: StateProps) =>
  problem === null ? (
    <span className="skeleton headline-skeleton" role="status" aria-label={label} />
  ) : (
    <Problem problem={problem} onRetry={onRetry} />
  );
