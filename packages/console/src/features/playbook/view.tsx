// The playbook, drawn: each group with its share as an interval, its items in a table, and one beside them with its facts.
import type { ReactNode } from 'react';
import type { PlaybookSearch } from '../../app/register-search.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { When } from '../../parts/when/view.tsx';
import { EntryReference } from '../entry-reference-view.tsx';
import { Moment } from '../moment-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import type { Headline } from '../headline.ts';
import type { FactText, GroupText, ItemText } from './model.ts';

interface PlaybookViewProps {
  readonly headline: Headline | null;
  readonly groups: readonly GroupText[];
  readonly search: PlaybookSearch;
  readonly hrefOf: (item: string) => string;
  readonly change: (search: Partial<PlaybookSearch>) => void;
  readonly busy: boolean;
  /** The item beside them; null while none is chosen. */
  readonly beside: ReactNode;
  /** What is said before the groups. */
  readonly children: ReactNode;
}

export const PlaybookPageView = ({
  headline,
  groups,
  search,
  hrefOf,
  change,
  busy,
  beside,
  children,
}: PlaybookViewProps) => (
  <div className="page playbook" aria-busy={busy}>
    <PageHead {...headline} />
    <div className="controls">
      <Moment at={search.at} onChange={(at) => change({ at })} />
    </div>
    {children}
    <div className="with-panel" data-open={beside !== null || undefined}>
      <div className="groups">
        {groups.map((group) => (
          <Group key={group.key} group={group} hrefOf={hrefOf} />
        ))}
      </div>
      {beside}
    </div>
  </div>
);

const Group = ({ group, hrefOf }: { readonly group: GroupText; readonly hrefOf: (item: string) => string }) => (
  <section aria-label={group.title}>
    <header className="group-head">
      <h2>{group.title}</h2>
      <p>{group.says}</p>
      {group.bar !== null && (
        <div className="interval-track" aria-hidden="true">
          <span className="interval-most hatched" style={{ width: `${group.bar.most}%` }} />
          <span className="interval-shown" style={{ width: `${group.bar.shown}%` }} />
        </div>
      )}
    </header>
    <Plain
      name={group.title}
      head={['Item', 'Grade', 'Why', 'Next', 'Who']}
      rows={group.items.map((item) => ({
        key: item.id,
        cells: [
          <span key="item" className="two-lines">
            <a href={hrefOf(item.id)}>{item.text}</a>
            {item.own && <Tag tone="note">own</Tag>}
          </span>,
          <Tag key="grade" tone={item.grade.tone}>
            {item.grade.text}
          </Tag>,
          item.reason,
          item.next === '' ? null : item.next,
          item.who,
        ],
      }))}
    />
  </section>
);

interface ItemPanelProps {
  readonly item: ItemText;
  readonly facts: readonly FactText[];
  readonly hrefOfEntry: (id: string) => string;
  readonly onClose: () => void;
  /** The form that attests a fact, or null. */
  readonly renderForm: (fact: FactText) => ReactNode;
}

export const ItemPanel = ({ item, facts, hrefOfEntry, onClose, renderForm }: ItemPanelProps) => (
  <Panel title={item.text} onClose={onClose}>
    <div className="claim-state">
      <Tag tone={item.grade.tone}>{item.grade.text}</Tag>
      <p>{item.reason}.</p>
    </div>
    {item.next !== '' && (
      <p>
        <span className="quiet-text">Next, by the {item.who}:</span> {item.next}.
      </p>
    )}
    <section>
      <h2>What it rests on</h2>
      <ul className="pieces">
        {facts.map((fact) => (
          <li key={fact.name}>
            <p className="piece-head">
              <strong>{fact.what}</strong> <Tag tone={fact.from.tone}>{fact.from.text}</Tag>
            </p>
            <p>{fact.value}</p>
            {fact.how !== '' && <p className="section-note">{fact.how}</p>}
            {fact.attested !== null && (
              <p className="section-note">
                Shown by: {fact.attested.proof}. Attested {fact.attested.by}, <When at={fact.attested.at} />, entry{' '}
                <EntryReference id={fact.attested.entry} href={hrefOfEntry(fact.attested.entry)} />
              </p>
            )}
            {renderForm(fact)}
          </li>
        ))}
      </ul>
    </section>
  </Panel>
);
