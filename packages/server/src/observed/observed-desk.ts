// Imports of sellers' records, of one log: made one at a time, and listed from what the log says. A journal shows an entry once a
// checkpoint covers it, a second after it is durable: until then what this desk wrote is remembered here, so that the same file right
// after itself changes nothing. The list is read on from where it was read to, since rows are many and imports few.
import { SOURCE_READERS } from '@weighbridge/ledger';
import type { Journal } from '@weighbridge/journal';
import type { Actor, ImportedRecord, Imports, ObservedHead } from '@weighbridge/protocol';
import { importObserved, type ImportAsked, type ImportStores } from './import-file.ts';
import { readObservedChanges, type WrittenChange } from './standing.ts';

export interface ObservedDesk {
  /** See `importObserved`. */
  import(asked: ImportAsked, by: Actor): Promise<ImportedRecord>;
  /** Newest first. */
  imports(): Imports;
}

const IMPORTS_MOST = 500;

export type DeskStores = ImportStores & { readonly journal: Pick<Journal, 'entries' | 'groups'> };

export function openObservedDesk(stores: DeskStores): ObservedDesk {
  const rows: Imports['rows'] = [];
  /** Written here, by id; not seen in the journal yet. */
  const unseen = new Map<string, WrittenChange>();
  let from = 0;
  let tail: Promise<unknown> = Promise.resolve();
  function* all(): Generator<WrittenChange> {
    for (const change of readObservedChanges(stores.journal)) {
      unseen.delete(change.id);
      yield change;
    }
    yield* unseen.values();
  }
  const readOn = (): void => {
    for (const change of readObservedChanges(stores.journal, from)) {
      from = change.index + 1;
      unseen.delete(change.id);
      rows.push(...rowsOf(change));
    }
  };
  return {
    import: (asked, by) => {
      const wrote = (change: WrittenChange): void => void unseen.set(change.id, change);
      const run = tail.then(() => importObserved(stores, { all, wrote }, asked, by));
      tail = run.catch(() => undefined);
      return run;
    },
    imports: () => {
      readOn();
      const known = [...rows, ...[...unseen.values()].flatMap((change) => rowsOf(change))];
      return { rows: known.slice(-IMPORTS_MOST).toReversed(), more: Math.max(0, known.length - IMPORTS_MOST) };
    },
  };
}

const rowsOf = ({ change, ...written }: WrittenChange): Imports['rows'] =>
  change.action === 'import' ? [rowOf(written, change)] : [];

function rowOf({ id, index, at }: Omit<WrittenChange, 'change'>, head: ObservedHead): Imports['rows'][number] {
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
