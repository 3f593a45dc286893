// What the pages that are made of roll-ups are given, beside their charts: Overview and Spend.
import type { FilterKey } from '@weighbridge/protocol';
import type { Column, TableData } from '../parts/data-table/model.ts';
import type { ChartPick } from '../parts/time-chart/view.tsx';
import type { Figure } from './figure.ts';

export interface RollupPageProps<Row, Search> {
  readonly headline: { readonly first: string; readonly second: string } | null;
  readonly figures: readonly Figure[] | null;
  readonly table: TableData<Row>;
  readonly columns: readonly Column<Row>[];
  readonly search: Search;
  readonly keys: readonly FilterKey[];
  /** Null where the command line has no word for what is shown. */
  readonly command: string | null;
  readonly change: (search: Partial<Search>) => void;
  readonly onPick: (pick: ChartPick) => void;
  readonly onRetry: () => void;
  /** Whether answers to what is asked now are still on their way. */
  readonly busy: boolean;
}
