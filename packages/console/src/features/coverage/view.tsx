// Coverage, drawn: the answer, the trend, the table by seller, model or team, what else there is to know, and the windows in
// which nothing was sealed; the chosen window stands beside all of it.
import { useRef, type ComponentProps } from 'react';
import { COVERAGE_SPLITS, type CoverageSearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { Plain, type PlainRow } from '../../parts/plain-table/view.tsx';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { TimeChart } from '../../parts/time-chart/view.tsx';
import { Choice } from '../choice-view.tsx';
import type { Headline } from '../headline.ts';
import { PageHead } from '../page-head-view.tsx';
import { SearchTable } from '../search-table-view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { rowId, type CoverageRow } from './model.ts';
import { WindowBeside, WindowsView } from './windows-view.tsx';
import type { WindowPanel } from './windows.ts';

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
  readonly windows: ComponentProps<typeof WindowsView>;
  /** The chosen window; null while none is, or it is on its way. */
  readonly window: WindowPanel | null;
  /** Why the chosen one cannot be shown. */
  readonly windowProblem: ProblemText | null;
  readonly callHref: (id: string) => string;
  readonly search: CoverageSearch;
  readonly command: string;
  readonly change: (search: Partial<CoverageSearch>) => void;
  readonly onRetry: () => void;
  readonly busy: boolean;
}

export function CoverageView(props: CoverageViewProps) {
  const { window, callHref, change, busy } = props;
  const page = useRef<HTMLDivElement>(null);
  const close = (): void => {
    // Whoever opened it takes the focus back.
    page.current?.querySelector<HTMLElement>('a[data-window][aria-current]')?.focus();
    change({ window: '' });
  };
  return (
    <div ref={page} className="page" aria-busy={busy}>
      <div className="with-panel" data-open={window !== null || undefined}>
        <Body {...props} />
        {window !== null && <WindowBeside panel={window} callHref={callHref} onClose={close} />}
      </div>
    </div>
  );
}

function Body(props: CoverageViewProps) {
  const { headline, trend, table, columns, lists, windows, windowProblem, search, command, change, onRetry } = props;
  return (
    <div className="coverage-body">
      <PageHead {...headline} />
      {windowProblem !== null && <Problem problem={windowProblem} />}
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
      {lists !== null && <Lists lists={lists} sections={SECTIONS.slice(0, 1)} />}
      <WindowsView {...windows} />
      {lists !== null && (
        <>
          <Lists lists={lists} sections={SECTIONS.slice(1)} />
          <Notes notes={lists.notes} />
        </>
      )}
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

interface ListsProps {
  readonly lists: CoverageLists;
  readonly sections: readonly (typeof SECTIONS)[number][];
}

const Lists = ({ lists, sections }: ListsProps) =>
  sections.map(({ key, title, head }) =>
    lists[key].length === 0 ? null : (
      <section key={key} className="coverage-section">
        <h2>{title}</h2>
        <Plain name={title} head={head} rows={lists[key]} />
      </section>
    ),
  );

const Notes = ({ notes }: { readonly notes: readonly string[] }) =>
  notes.length === 0 ? null : (
    <section className="coverage-section">
      <h2>How far this may be off</h2>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
