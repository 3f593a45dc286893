// Gallery: filter, table in each of its states, and the panel beside it.
import { useState } from 'react';
import type { TableData } from '../parts/data-table/model.ts';
import { DataTable } from '../parts/data-table/view.tsx';
import { FilterBar } from '../parts/filter-bar/view.tsx';
import { parseFilter } from '@weighbridge/protocol';
import { matchesFilter } from '../parts/filter-bar/match.ts';
import { Panel } from '../parts/panel/view.tsx';
import { When } from '../parts/when/view.tsx';
import type { Sort } from '../url/search.ts';
import { CALL_COLUMNS, CALL_KEYS, calls, type SampleCall } from './samples.ts';
import { Section } from './section.tsx';

const ALL = CALL_COLUMNS.map(({ key }) => key);
const CALLS = calls(2_000);

function passing(text: string): readonly SampleCall[] {
  const { terms } = parseFilter(text, CALL_KEYS);
  return CALLS.filter((call) =>
    matchesFilter(terms, CALL_KEYS, (key) => call[key as 'team' | 'cost'], [call.team, call.model, call.id]),
  );
}

export function Tables() {
  const [text, setText] = useState('outcome:completed,cut -team:legal');
  const [sort, setSort] = useState<Sort | null>(null);
  const [shown, setShown] = useState<readonly string[]>(ALL);
  const [selected, setSelected] = useState<string | null>(null);
  const rows = passing(text);
  const common = {
    columns: CALL_COLUMNS,
    shown,
    sort,
    selected,
    idOf: ({ id }: SampleCall) => id,
    onSort: setSort,
    onColumns: setShown,
    onRetry: () => undefined,
  };
  const data: TableData<SampleCall> =
    rows.length === 0
      ? { state: 'empty', empty: { what: 'No call matches this filter.', command: null } }
      : { state: 'rows', rows, total: rows.length === CALLS.length ? 20_417 : rows.length };
  const chosen = CALLS.find(({ id }) => id === selected);
  return (
    <Section id="tables" title="Tables">
      <FilterBar text={text} keys={CALL_KEYS} onChange={setText} label="Filter calls" />
      <div className="with-panel" data-open={chosen !== undefined || undefined}>
        <DataTable
          {...common}
          name="Calls"
          data={data}
          command={`weighbridge calls --filter '${text}'`}
          onSelect={setSelected}
        />
        {chosen !== undefined && (
          <Panel title={`Call of ${chosen.team}`} onClose={() => setSelected(null)}>
            <p>
              <code>{chosen.id}</code>
            </p>
            <When at={chosen.at} />
          </Panel>
        )}
      </div>
      <States {...common} />
    </Section>
  );
}

type Common = Omit<Parameters<typeof DataTable<SampleCall>>[0], 'name' | 'data' | 'command'>;

const NAMED: readonly (readonly [string, TableData<SampleCall>])[] = [
  ['Loading calls', { state: 'loading' }],
  [
    'No calls',
    {
      state: 'empty',
      empty: { what: 'No call has crossed the scale yet.', command: 'weighbridge lab load --requests 100' },
    },
  ],
  [
    'Failed calls',
    {
      state: 'problem',
      problem: {
        code: 'UNREACHABLE',
        what: 'The server does not answer.',
        next: 'check that `npm start` is still running, then try again',
        requestId: null,
        retryable: true,
      },
    },
  ],
];

const States = (common: Common) => (
  <div className="gallery-columns">
    {NAMED.map(([name, data]) => (
      <DataTable key={name} {...common} shown={['team', 'cost']} name={name} data={data} command={null} />
    ))}
  </div>
);

/** A million rows, one of the cases of the table. */
export function Million() {
  const [sort, setSort] = useState<Sort | null>(null);
  const [rows] = useState(() => Array.from({ length: 1_000_000 }, (_, i) => i));
  return (
    <Section id="million" title="A million rows">
      <DataTable
        name="Million"
        data={{ state: 'rows', rows }}
        columns={[
          { key: 'n', title: 'Row', align: 'right', cell: (row: number) => ({ kind: 'count', value: row }) },
          {
            key: 'square',
            title: 'Square',
            align: 'right',
            cell: (row: number) => ({ kind: 'count', value: row * row }),
          },
        ]}
        shown={['n', 'square']}
        sort={sort}
        selected={null}
        idOf={String}
        onSort={setSort}
        onColumns={() => undefined}
        onSelect={() => undefined}
        command={null}
      />
    </Section>
  );
}
