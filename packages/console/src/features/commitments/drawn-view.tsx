// What drew a milestone, drawn beside the commitments.
import { useState } from 'react';
import type { Drawn } from '@weighbridge/protocol';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { DataTable } from '../../parts/data-table/view.tsx';
import { Panel } from '../../parts/panel/view.tsx';
import type { Sort } from '../../url/search.ts';
import { DRAWN_SHOWN, rowId, type DrawnText } from './drawn.ts';

type Row = Drawn['rows'][number];

interface DrawnPanelProps {
  /** Null until it is known. */
  readonly text: DrawnText | null;
  readonly table: TableData<Row>;
  readonly columns: readonly Column<Row>[];
  readonly onClose: () => void;
  readonly onRetry: () => void;
}

export function DrawnPanel({ text, table, columns, onClose, onRetry }: DrawnPanelProps) {
  const [sort, setSort] = useState<Sort>({ column: 'day', descending: true });
  const [shown, setShown] = useState(DRAWN_SHOWN);
  return (
    <Panel title={text?.title ?? 'What drew it'} onClose={onClose}>
      {text !== null && <p>{text.sentence}</p>}
      <DataTable
        name="Charges"
        data={table}
        columns={columns}
        shown={shown}
        sort={sort}
        idOf={rowId}
        selected={null}
        command={null}
        onSort={setSort}
        onColumns={setShown}
        onRetry={onRetry}
      />
      {text !== null && text.older !== '' && <p className="section-note">{text.older}</p>}
    </Panel>
  );
}
