// `observe`: sellers' own records into the log. The instance that runs reads the file itself; where none runs, this command does.
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { SOURCE_READERS } from '@weighbridge/ledger';
import type { ImportedRecord, Imports, ObservedSource } from '@weighbridge/protocol';
import { openObservedDesk } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, counted, instant, textTable } from '../frame/text-table.ts';
import { instanceClient } from '../read/deal-desk.ts';
import { parseInstant } from '../read/instants.ts';
import { journalOf, placeOf } from '../read/place.ts';
import { withStores } from '../read/stores.ts';

export const run: Run = async (context) => {
  const [action, file] = context.arguments;
  if (action === 'list') return list(context);
  if (action === 'sources') return sources(context);
  if (file === undefined)
    throw new AppError('USAGE', '`observe import` needs a file', {
      next: 'for example: weighbridge observe import usage.json; `observe sources` lists what can be read',
    });
  return enter(context, file);
};

async function enter(context: Context, file: string): Promise<void> {
  if (placeOf(context).home.log === 'sample')
    throw new AppError('READ_ONLY', 'the sample organisation is only looked at: nothing of its log can be changed', {
      next: 'name your own log: --log live, or --log lab',
    });
  const asked = {
    path: resolve(context.workingFolder, file),
    ...optional('source', text(context, 'source') as ObservedSource | undefined),
    ...optional('seller', text(context, 'seller')),
    ...optional('scope', text(context, 'scope')),
    ...optional('span', spanOf(context)),
  };
  const instance = instanceClient(context);
  const imported =
    instance === undefined
      ? await withStores(context, (stores) => openObservedDesk(stores).import(asked, { via: 'command' }))
      : await instance.ask('importObserved', asked);
  context.out.data(imported, () => words(imported));
}

const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, Value>>;

/** Both or neither: half a span says nothing. */
function spanOf(context: Context): { readonly from: number; readonly to: number } | undefined {
  const [from, to] = [text(context, 'from'), text(context, 'to')];
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined)
    throw new AppError('USAGE', '`--from` and `--to` go together', { next: 'name both, or neither' });
  const now = Date.now();
  const span = { from: parseInstant(from, now, 'from'), to: parseInstant(to, now, 'to') };
  if (span.to > span.from) return span;
  throw new AppError('USAGE', '`--to` does not come after `--from`', { next: 'exchange the two' });
}

function words(imported: ImportedRecord): string {
  const { title, seller, scope, file, rows, unchanged, superseded, skipped, changed } = imported;
  const head = `${file.name} is a ${title} (seller ${seller}, scope ${scope}).`;
  const skippedWords =
    skipped.length === 0
      ? []
      : [
          `Left out, since a longer record of that time stands and this one does not cover it: ${skipped
            .slice(0, 5)
            .map(({ from, to }) => `${instant(from)} to ${instant(to)}`)
            .join(', ')}${skipped.length > 5 ? ` and ${skipped.length - 5} more` : ''}.`,
        ];
  if (!changed)
    return [
      head,
      `All of it stands so already (${counted(unchanged, 'row')}): nothing was written.`,
      ...skippedWords,
    ].join('\n');
  const parts = [
    `${counted(rows, 'row')} entered as observed, not weighed`,
    ...(unchanged > 0 ? [`${count(unchanged)} stood so already`] : []),
    ...(superseded > 0 ? [`${count(superseded)} of before no longer count and stay in the log`] : []),
  ];
  return [head, `${parts.join('; ')}.`, ...skippedWords].join('\n');
}

async function list(context: Context): Promise<void> {
  const instance = instanceClient(context);
  const found = instance === undefined ? atRest(context) : await instance.ask('imports', {});
  context.out.data(found, () => listed(found));
}

function atRest(context: Context): Imports {
  const { journal } = journalOf(context);
  const unwritten = (): never => {
    throw new AppError('READ_ONLY', 'the log is only read here');
  };
  try {
    const writer = { nextId: unwritten, admin: { append: unwritten }, vault: { keyDigest: unwritten } };
    return openObservedDesk({ journal, ...writer }).imports();
  } finally {
    journal.close();
  }
}

function listed({ rows, more }: Imports): string {
  if (rows.length === 0) return 'No record of any seller was imported: what did not cross is unknown.';
  const table = textTable(
    [
      { title: 'IMPORTED', cell: ({ at }) => instant(at) },
      { title: 'SOURCE', cell: ({ source }) => source },
      { title: 'SELLER', cell: ({ seller }) => seller },
      { title: 'SCOPE', cell: ({ scope }) => scope },
      { title: 'FROM', cell: ({ since }) => (since === null ? '-' : instant(since)) },
      { title: 'TO', cell: ({ until }) => (until === null ? '-' : instant(until)) },
      { title: 'ROWS', align: 'right', cell: ({ rows: written }) => count(written) },
      { title: 'REPLACED', align: 'right', cell: ({ superseded }) => count(superseded) },
      { title: 'FILE', cell: ({ file }) => `${file.name} sha256:${file.sha256.slice(0, 12)}` },
    ],
    rows,
  );
  return more === 0 ? table : `${table}\nand ${counted(more, 'older import')}`;
}

async function sources(context: Context): Promise<void> {
  const found = Object.values(SOURCE_READERS).map(({ id, title, seller, kind }) => ({
    source: id,
    title,
    seller,
    known_by: kind,
  }));
  context.out.data({ sources: found }, () =>
    textTable(
      [
        { title: 'SOURCE', cell: ({ source }) => source },
        { title: 'SELLER', cell: ({ seller }) => seller ?? '(--seller)' },
        { title: 'WHAT', cell: ({ title }) => title },
      ],
      found,
    ),
  );
}
