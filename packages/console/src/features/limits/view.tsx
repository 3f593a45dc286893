// Limits, drawn: the table, and beside it the chosen one with its members page by page and what was told of it.
import type { AlertTold, LimitRow } from '@weighbridge/protocol';
import type { LimitsSearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { Facts } from '../facts-view.tsx';
import type { Headline } from '../headline.ts';
import { PageHead } from '../page-head-view.tsx';
import { TableBeside } from '../search-table-view.tsx';
import { limitPanel, type LimitMembers } from './model.ts';

export interface LimitsViewProps {
  readonly headline: Headline | null;
  readonly table: TableData<LimitRow>;
  readonly columns: readonly Column<LimitRow>[];
  readonly search: LimitsSearch;
  /** The chosen limit with a page of its members; null while none is, or it is on its way. */
  readonly chosen: LimitMembers | null;
  readonly alerts: readonly AlertTold[];
  readonly callsHref: (filter?: string) => string;
  readonly change: (search: Partial<LimitsSearch>) => void;
  readonly onRetry: () => void;
  readonly busy: boolean;
}

export function LimitsView(props: LimitsViewProps) {
  const { headline, table, columns, search, chosen, alerts, callsHref, change, onRetry, busy } = props;
  const skip = Number(search.skip);
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <TableBeside
        search={search}
        change={(next) => change({ ...next, ...(next.sel === undefined ? {} : { skip: '0' }) })}
        chosen={chosen?.row ?? null}
        name="Limits"
        data={table}
        columns={columns}
        idOf={({ id }) => id}
        onRetry={onRetry}
        command="weighbridge limits"
        renderBeside={(_, close) =>
          chosen !== null && (
            <Beside
              {...{ chosen, skip, alerts, callsHref }}
              onPage={(to) => change({ skip: String(to) })}
              onClose={close}
            />
          )
        }
      />
    </div>
  );
}

interface BesideProps {
  readonly chosen: LimitMembers;
  readonly skip: number;
  readonly alerts: readonly AlertTold[];
  readonly callsHref: (filter?: string) => string;
  readonly onPage: (skip: number) => void;
  readonly onClose: () => void;
}

function Beside({ chosen, skip, alerts, callsHref, onPage, onClose }: BesideProps) {
  const panel = limitPanel(chosen, skip, alerts);
  return (
    <Panel title={panel.title} onClose={onClose}>
      <p className="panel-marks">
        <Tag tone={panel.state.tone}>{panel.state.text}</Tag>
        {chosen.simulated && (
          <span className="tag hatched" data-tone="warn">
            simulated
          </span>
        )}
        <a href={callsHref()}>calls</a>
      </p>
      <Facts title="What it is" facts={panel.facts} />
      <section>
        <h2>Who used it</h2>
        <p>{panel.page}</p>
        {panel.members.length > 0 && (
          <Plain
            name="Members"
            head={['Of', 'Used>', 'Held>', 'Left>', 'Share>', 'Forecast', 'Told at']}
            rows={panel.members.map(({ key, name, filter, used, held, left, share, forecast, told }) => ({
              key,
              cells: [
                filter === null ? (
                  name
                ) : (
                  <a key="name" href={callsHref(filter)}>
                    {name}
                  </a>
                ),
                used,
                held,
                left,
                <Tag key="share" tone={share.tone}>
                  {share.text}
                </Tag>,
                forecast,
                told === '' ? null : told,
              ],
            }))}
          />
        )}
        <Pages skip={skip} next={chosen.next} page={chosen.row.counters.length} onPage={onPage} />
      </section>
      <section>
        <h2>What was told</h2>
        {panel.alerts.length === 0 ? (
          <p>No alert about it among the newest.</p>
        ) : (
          <Plain
            name="Alerts"
            head={['When', 'What']}
            rows={panel.alerts.map(({ key, at, text }) => ({ key, cells: [at, text] }))}
          />
        )}
      </section>
    </Panel>
  );
}

interface PagesProps {
  readonly skip: number;
  readonly next: number | null;
  readonly page: number;
  readonly onPage: (skip: number) => void;
}

function Pages({ skip, next, page, onPage }: PagesProps) {
  if (skip === 0 && next === null) return null;
  return (
    <p className="panel-marks">
      <button type="button" className="button" disabled={skip === 0} onClick={() => onPage(Math.max(0, skip - page))}>
        Fuller ones
      </button>
      <button type="button" className="button" disabled={next === null} onClick={() => next !== null && onPage(next)}>
        Others
      </button>
    </p>
  );
}
