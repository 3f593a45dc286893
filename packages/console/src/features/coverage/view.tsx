// Coverage, drawn: the answer, the trend, the table by seller, model or team, and what else there is to know.
import { COVERAGE_SPLITS, type CoverageSearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { Plain, type PlainRow } from '../../parts/plain-table/view.tsx';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { TimeChart } from '../../parts/time-chart/view.tsx';
import { Choice } from '../choice-view.tsx';
import type { Headline } from '../headline.ts';
import { PageHead } from '../page-head-view.tsx';
import { SearchTable } from '../search-table-view.tsx';
import { rowId, type CoverageRow } from './model.ts';

export interface CoverageLists {
  readonly gaps: readonly PlainRow[];
  readonly exact: readonly PlainRow[];
  readonly unknown: readonly PlainRow[];
  readonly records: readonly PlainRow[];
  readonly owners: readonly PlainRow[];
  readonly notes: readonly string[];
}

export interface CoverageViewProps {
  readonly headline: Headline | null;
  readonly trend: ChartData | null;
  readonly table: TableData<CoverageRow>;
  readonly columns: readonly Column<CoverageRow>[];
  readonly lists: CoverageLists | null;
  readonly search: CoverageSearch;
  readonly command: string;
  readonly change: (search: Partial<CoverageSearch>) => void;
  readonly onRetry: () => void;
  readonly busy: boolean;
}

export function CoverageView(props: CoverageViewProps) {
  const { headline, trend, table, columns, lists, search, command, change, onRetry, busy } = props;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <div className="controls">
        <Choice label="by" chosen={search.by} choices={COVERAGE_SPLITS} onChange={(by) => change({ by })} />
      </div>
      {trend !== null && <TimeChart data={trend} />}
      <SearchTable
        search={search}
        change={change}
        name="Coverage"
        data={table}
        columns={columns}
        idOf={rowId}
        onRetry={onRetry}
        command={command}
      />
      {lists !== null && <Lists lists={lists} />}
    </div>
  );
}

const SECTIONS = [
  { key: 'gaps', title: 'Largest gaps', head: ['What', 'Name', 'At', 'Did not cross>', 'Crossed>'] },
  { key: 'exact', title: 'Request by request', head: ['Seller', 'In both>', 'Only in its record>', 'Only in ours>'] },
  { key: 'unknown', title: 'Of what nothing is known', head: ['Seller', 'Calls>', 'Tokens>', 'Days>', 'Why'] },
  {
    key: 'records',
    title: 'Records that this stands on: observed, not weighed',
    head: ['Record', 'Seller', 'Scope', 'From', 'To', 'Clocks>'],
  },
  { key: 'owners', title: 'Owners whose team nobody has told', head: ['Owner', 'Seller', 'Used>'] },
] as const satisfies readonly {
  readonly key: keyof CoverageLists;
  readonly title: string;
  readonly head: readonly string[];
}[];

const Lists = ({ lists }: { readonly lists: CoverageLists }) => (
  <>
    {SECTIONS.map(({ key, title, head }) =>
      lists[key].length === 0 ? null : (
        <section key={key} className="coverage-section">
          <h2>{title}</h2>
          <Plain name={title} head={head} rows={lists[key]} />
        </section>
      ),
    )}
    {lists.notes.length > 0 && (
      <section className="coverage-section">
        <h2>How far this may be off</h2>
        <ul>
          {lists.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </section>
    )}
  </>
);
