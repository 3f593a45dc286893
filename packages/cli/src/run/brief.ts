// `brief`: the deal on one sheet, as text, or as a file of exactly one page.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { briefSheet, type Brief, type Sheet, type SheetSection } from '@weighbridge/protocol';
import { briefAtRest, briefHtml, briefPdf } from '@weighbridge/server';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { textTable } from '../frame/text-table.ts';
import { asked as askedDay } from '../read/as-of.ts';
import { instanceClient, readDesk } from '../read/deal-desk.ts';
import { placeOf } from '../read/place.ts';
import { isThere, writeNew } from './new-file.ts';

export const run: Run = async (context) => {
  const format = text(context, 'format') ?? 'text';
  const asked = text(context, 'out');
  const file = asked ?? (format === 'pdf' ? 'brief.pdf' : undefined);
  const path = file === undefined ? undefined : resolve(context.workingFolder, file);
  if (path !== undefined && existsSync(path) && !flag(context, 'force')) throw isThere(path);
  const brief = await briefOf(context);
  const sheet = briefSheet(brief);
  if (path === undefined) {
    context.out.data(brief, () => (format === 'html' ? briefHtml(sheet).trimEnd() : sheetText(sheet)));
    return;
  }
  writeNew(path, await contentOf(format, sheet), flag(context, 'force'));
  context.out.data({ ...brief, file: path }, () => path);
};

const contentOf = (format: string, sheet: Sheet): Promise<string | Uint8Array> =>
  format === 'pdf' ? briefPdf(sheet) : Promise.resolve(format === 'html' ? briefHtml(sheet) : `${sheetText(sheet)}\n`);

async function briefOf(context: Context): Promise<Brief> {
  const { at } = askedDay(context);
  const instance = instanceClient(context);
  if (instance !== undefined) return instance.ask('brief', at === undefined ? {} : { at });
  const { home } = placeOf(context);
  const log = existsSync(home.journal) ? home.log : null;
  return readDesk(context, (desk) => briefAtRest(desk, { at, now: Date.now(), log }));
}

const sheetText = ({ title, about, mark, sections, foot }: Sheet): string =>
  [`${title}${mark === null ? '' : ` (${mark})`}\n${about}`, ...sections.map(sectionText), foot].join('\n\n');

function sectionText({ title, lead, columns, rows, flow, notes }: SheetSection): string {
  const table = flow
    ? rows.map(([first = '', what = '', ...others]) => `  ${first}: ${what}\n      ${others.join(' · ')}`)
    : rows.length === 0
      ? []
      : [
          textTable(
            columns.map((column, at) => ({
              title: `${at === 0 ? '  ' : ''}${column.title.toUpperCase()}`,
              ...(column.figure ? { align: 'right' as const } : {}),
              cell: (row: readonly string[]) => `${at === 0 ? '  ' : ''}${row[at] ?? ''}`,
            })),
            rows,
          ),
        ];
  return [lead === '' ? title : `${title}: ${lead}`, ...table, ...notes.map((note) => `  ${note}`)].join('\n');
}
