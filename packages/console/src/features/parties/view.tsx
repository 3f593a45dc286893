// Parties and links, drawn: two tables, the chosen party beside the first with what joins it to others.
import type { LinkRow, PartyRow } from '@weighbridge/protocol';
import type { ReactNode } from 'react';
import { PARTY_PARTS, type PartiesSearch, type PartyPart } from '../../app/register-search.ts';
import type { TableData } from '../../parts/data-table/model.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { asOfDay } from '../commands.ts';
import { Facts } from '../facts-view.tsx';
import { MomentRow } from '../moment-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { SearchTable, TableBeside } from '../search-table-view.tsx';
import type { Headline } from '../headline.ts';
import { LINK_TABLE, PARTY_TABLE, type PartyPanelText } from './model.ts';

const TITLES: Readonly<Record<PartyPart, string>> = { parties: 'Parties', links: 'Links', own: 'Your own' };

interface PartiesViewProps {
  readonly headline: Headline | null;
  readonly search: PartiesSearch;
  readonly hrefOf: (part: PartyPart) => string;
  readonly change: (search: Partial<PartiesSearch>) => void;
  readonly busy: boolean;
  readonly children: ReactNode;
}

export const PartiesView = ({ headline, search, hrefOf, change, busy, children }: PartiesViewProps) => (
  <div className="page parties" aria-busy={busy}>
    <PageHead {...headline} />
    <MomentRow at={search.at} ahead="nothing" onChange={(at) => change({ at })} />
    <div className="tabs-row">
      <nav className="tabs" aria-label="Register">
        {PARTY_PARTS.map((one) => (
          <a key={one} href={hrefOf(one)} aria-current={one === search.show ? 'page' : undefined}>
            {TITLES[one]}
          </a>
        ))}
      </nav>
    </div>
    {children}
  </div>
);

interface TablesProps {
  readonly search: PartiesSearch;
  readonly change: (search: Partial<PartiesSearch>) => void;
  readonly onRetry: () => void;
}

const commandOf = ({ at }: Pick<PartiesSearch, 'at'>): string => asOfDay('weighbridge deal register show', at);

interface PartiesPartProps extends TablesProps {
  readonly table: TableData<PartyRow>;
  readonly selected: PartyRow | null;
  readonly panelOf: (party: PartyRow) => PartyPanelText;
}

export const PartiesPart = ({ search, change, onRetry, table, selected, panelOf }: PartiesPartProps) => (
  <TableBeside
    search={search}
    change={change}
    chosen={selected}
    name="Parties"
    data={table}
    columns={PARTY_TABLE}
    idOf={({ id }) => id}
    onRetry={onRetry}
    command={commandOf(search)}
    renderBeside={(row, close) => <PartyPanel key={row.id} party={panelOf(row)} onClose={close} />}
  />
);

export const LinksPart = ({
  search: { at, linksort: sort, linkcols: cols },
  change,
  onRetry,
  table,
}: TablesProps & { readonly table: TableData<LinkRow> }) => (
  <SearchTable
    search={{ sort, cols }}
    change={({ sort: linksort = sort, cols: linkcols = cols }) => change({ linksort, linkcols })}
    name="Links"
    data={table}
    columns={LINK_TABLE}
    idOf={({ id }) => id}
    onRetry={onRetry}
    command={commandOf({ at })}
  />
);

const PartyPanel = ({ party, onClose }: { readonly party: PartyPanelText; readonly onClose: () => void }) => (
  <Panel title={party.title} onClose={onClose}>
    <section>
      <h2>What joins it to others</h2>
      {party.links.length === 0 ? (
        <p className="section-note">Nothing that the register knows.</p>
      ) : (
        <ul className="pieces">
          {party.links.map(({ key, says }) => (
            <li key={key}>{says}</li>
          ))}
        </ul>
      )}
    </section>
    <Facts title="What is known of it" facts={party.facts} />
  </Panel>
);
