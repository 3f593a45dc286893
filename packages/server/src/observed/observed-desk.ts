// Imports of sellers' records, of one log: made one at a time, and listed from what the log says. The list is read on from where it
// was read to, since rows are many and imports few.
import { SOURCE_READERS } from '@weighbridge/ledger';
import type { Actor, ImportedRecord, Imports, ObservedHead } from '@weighbridge/protocol';
import { importObserved, type ImportAsked, type ImportStores } from './import-file.ts';
import { readObservedChanges } from './standing.ts';

export interface ObservedDesk {
  /** See `importObserved`. */
  import(asked: ImportAsked, by: Actor): Promise<ImportedRecord>;
  /** Newest first. */
  imports(): Imports;
}

const IMPORTS_MOST = 500;

export function openObservedDesk(stores: ImportStores): ObservedDesk {
  const rows: Imports['rows'] = [];
  let from = 0;
  let tail: Promise<unknown> = Promise.resolve();
  const readOn = (): void => {
    for (const { id, index, at, change } of readObservedChanges(stores.journal, from)) {
      from = index + 1;
      if (change.action === 'import') rows.push(rowOf(id, index, at, change));
    }
  };
  return {
    import: (asked, by) => {
      const run = tail.then(() => importObserved(stores, asked, by));
      tail = run.catch(() => undefined);
      return run;
    },
    imports: () => {
      readOn();
      return { rows: rows.slice(-IMPORTS_MOST).toReversed(), more: Math.max(0, rows.length - IMPORTS_MOST) };
    },
  };
}

function rowOf(id: string, index: number, at: number, head: ObservedHead): Imports['rows'][number] {
  const { source, seller, scope, importer, file, rows, unchanged, superseded, spans } = head;
  return {
    entry: index,
    import: id,
    at,
    by: head.by as Actor,
    source,
    title: SOURCE_READERS[source].title,
    seller,
    scope,
    importer,
    file,
    rows,
    unchanged,
    superseded,
    since: spans.length === 0 ? null : spans.reduce((least, span) => Math.min(least, span.from), Infinity),
    until: spans.length === 0 ? null : spans.reduce((most, span) => Math.max(most, span.to), 0),
  };
}
