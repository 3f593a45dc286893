// Files of exactly what a question finds. A file is prepared with everything that decides what stands in it and fetched
// once under a ticket, so that the browser writes it to disk as it comes. It is put together page by page as fast as it is
// read, and no faster; what comes in meanwhile is not in it. A file that breaks off is no valid JSON, and its transfer
// ends as a failure.
import { AppError, LIMITS } from '@weighbridge/kernel';
import { briefSheet, EXPORT_PATH, type Brief, type ControlAnswer, type ControlAsked } from '@weighbridge/protocol';
import { briefHtml } from '../../deal/brief/html.ts';
import { briefPdf } from '../../deal/brief/pdf.ts';
import { BREAKDOWN_COLUMNS, breakdownRows, CALL_COLUMNS, type ExportColumn } from '../export-columns.ts';
import { csvLine } from '../csv.ts';
import type { PlanPaper } from '../../plan/plan-desk.ts';
import type { Asked, ControlPorts } from '../ports.ts';
import { ownReceipts } from './simulated.ts';

const PAGE_ROWS = 500;

type Prepared = ControlAsked<'prepareExport'>;

export interface ExportFile {
  readonly name: string;
  readonly type: string;
  readonly text: AsyncIterable<string | Uint8Array<ArrayBuffer>>;
}

export interface Exports {
  prepare(prepared: Prepared, asked: Asked): ControlAnswer<'prepareExport'>;
  /** Once. Throws EXPORT_UNKNOWN for a ticket that is unknown, used, too old or another session's; OVERLOADED. */
  fetch(ticket: string, asked: Asked): ExportFile;
}

interface Ticket {
  readonly prepared: Prepared;
  readonly session: string | null;
  readonly expires: number;
  readonly file: string;
}

export interface ExportOptions extends Pick<
  ControlPorts,
  'projections' | 'stores' | 'clock' | 'mount' | 'plans' | 'security'
> {
  /** Unguessable. */
  readonly newTicket: () => string;
  readonly brief: (input: ControlAsked<'brief'>) => Promise<Brief>;
}

export function createExports(options: ExportOptions): Exports {
  const { clock, stores, newTicket, mount } = options;
  const tickets = new Map<string, Ticket>();
  let writing = 0;
  const tidy = (): void => {
    for (const [name, { expires }] of tickets) if (expires <= clock.wall()) tickets.delete(name);
    const [oldest] = tickets.keys();
    if (tickets.size >= LIMITS.exports_prepared && oldest !== undefined) tickets.delete(oldest);
  };
  /** Gives the seat back however the file ends: read to its end, broken off, or never begun. */
  async function* seated<Part>(text: AsyncIterable<Part>): AsyncIterable<Part> {
    writing += 1;
    try {
      yield* text;
    } finally {
      writing -= 1;
    }
  }
  return {
    prepare: (prepared, { session }) => {
      tidy();
      const ticket = newTicket();
      const expires = clock.wall() + LIMITS.export_ticket_ms;
      const file = fileName(prepared, clock.wall());
      tickets.set(ticket, { prepared, session: session?.id ?? null, expires, file });
      return { path: `${mount}${EXPORT_PATH}/${ticket}`, file, expires };
    },
    fetch: (name, { session, signal, actor }) => {
      tidy();
      const ticket = tickets.get(name);
      if (ticket === undefined || ticket.session !== (session?.id ?? null))
        throw new AppError('EXPORT_UNKNOWN', 'no file waits under this ticket');
      if (writing >= LIMITS.exports_at_once)
        throw new AppError('OVERLOADED', `${LIMITS.exports_at_once} files are being written already`);
      tickets.delete(name);
      const { prepared, file } = ticket;
      const about = { name: prepared.of === 'receipt' ? prepared.id : file };
      options.security.tell({
        event: 'evidence_disclosed',
        message: `a file was handed out: ${file}`,
        by: actor,
        about,
      });
      if (prepared.of === 'receipt') {
        const text = stores.journal.attestationFor(prepared.id, { groups: prepared.groups, kind: 'call' });
        return { name: file, type: 'application/json', text: seated(once(text)) };
      }
      if (prepared.of === 'brief' || prepared.of === 'plan') {
        const paper = prepared.of === 'brief' ? asBrief(options.brief, prepared) : asPlan(options, prepared, signal);
        return { name: file, type: PAPER_TYPES[prepared.format], text: seated(paper) };
      }
      const rows = prepared.of === 'calls' ? callRows(options, prepared) : breakdownRows(options.projections, prepared);
      const columns = (prepared.of === 'calls' ? CALL_COLUMNS : BREAKDOWN_COLUMNS) as readonly ExportColumn<unknown>[];
      const csv = prepared.format === 'csv';
      return {
        name: file,
        type: csv ? 'text/csv; charset=utf-8; header=present' : 'application/json',
        text: seated(csv ? asCsv(rows, columns) : asJson(rows)),
      };
    },
  };
}

// oxlint-disable-next-line typescript/require-await -- The one text of a file that is not put together from pages.
async function* once(text: string): AsyncIterable<string> {
  yield text;
}

/** One page, as it is when it is fetched. */
async function* asBrief(
  brief: ExportOptions['brief'],
  { format, at }: Extract<Prepared, { of: 'brief' }>,
): AsyncIterable<string | Uint8Array<ArrayBuffer>> {
  const sheet = briefSheet(await brief(at === undefined ? {} : { at }));
  yield format === 'html' ? briefHtml(sheet) : await briefPdf(sheet);
}

/** Made in the desk's thread, under its bounds. */
async function* asPlan(
  { plans, ...log }: Pick<ExportOptions, 'plans' | 'projections' | 'stores' | 'clock'>,
  { question, format }: Extract<Prepared, { of: 'plan' }>,
  signal: AbortSignal,
): AsyncIterable<PlanPaper> {
  yield await plans.paper(question, format, signal, ownReceipts(log));
}

const PAPER_TYPES = { html: 'text/html; charset=utf-8', pdf: 'application/pdf' } as const;

/** Newest first, page by page, down to the oldest that is kept. */
async function* callRows(
  { projections }: Pick<ExportOptions, 'projections'>,
  { filters, since, until }: Extract<Prepared, { of: 'calls' }>,
): AsyncIterable<readonly unknown[]> {
  let before: number | null = null;
  do {
    const at = { ...(before === null ? {} : { before }), ...(until === undefined ? {} : { until }) };
    const page: ControlAnswer<'calls'> = await projections.ask('everyCall', {
      filters,
      since,
      limit: PAGE_ROWS,
      ...at,
    });
    yield page.rows;
    before = page.next;
  } while (before !== null);
}

async function* asCsv(
  pages: AsyncIterable<readonly unknown[]>,
  columns: readonly ExportColumn<unknown>[],
): AsyncIterable<string> {
  yield csvLine(columns.map(({ name }) => name));
  for await (const rows of pages) {
    if (rows.length > 0) yield rows.map((row) => csvLine(columns.map(({ of }) => of(row)))).join('');
  }
}

async function* asJson(pages: AsyncIterable<readonly unknown[]>): AsyncIterable<string> {
  let count = 0;
  yield '{"rows":[';
  for await (const rows of pages) {
    if (rows.length > 0) yield `${count === 0 ? '' : ','}\n${rows.map((row) => JSON.stringify(row)).join(',\n')}`;
    count += rows.length;
  }
  yield `\n],"count":${count}}\n`;
}

function fileName(prepared: Prepared, now: number): string {
  if (prepared.of === 'receipt') return `${prepared.id.replace(/[^0-9A-Z]/gi, '')}.receipt.json`;
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(':', '');
  const day = new Date(now).toISOString().slice(0, 10);
  if (prepared.of === 'brief') return `weighbridge-brief-${prepared.at ?? day}.${prepared.format}`;
  if (prepared.of === 'plan') return `weighbridge-plan-${prepared.question.name}-${day}.${prepared.format}`;
  return `weighbridge-${prepared.of === 'calls' ? 'calls' : 'spend'}-${stamp}Z.${prepared.format}`;
}
