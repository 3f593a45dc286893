// The demand that a plan names: a trace or a table of hours beside the plan, or the last days of this folder's own receipts. Rows of a trace
// are read one by one up to a bound.
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { readTrace } from '@weighbridge/lab';
import { readReceiptHours, type DemandRows, type WantedRows } from '@weighbridge/planner';
import type { Context } from '../frame/command.ts';
import { boundedText } from './bounded-file.ts';
import { ownHours } from './own-hours.ts';

const TRACE_ROWS_MOST = 1_000_000;

/** `plan`: its file, beside which files stand. Throws USAGE for what cannot be read, PLAN_INVALID for a line of it. */
export async function demandRows(
  context: Context,
  wants: ReadonlyMap<string, WantedRows>,
  plan: string,
): Promise<ReadonlyMap<string, DemandRows>> {
  const beside = dirname(resolve(context.workingFolder, plan));
  const rows = new Map<string, DemandRows>();
  for (const [workload, wanted] of wants) rows.set(workload, await rowsOf(context, wanted, beside));
  return rows;
}

function rowsOf(context: Context, wanted: WantedRows, beside: string): Promise<DemandRows> | DemandRows {
  if (wanted.is === 'own') return { own: ownHours(context, wanted) };
  if (wanted.is === 'trace') return traceRows(wanted.file, beside);
  return { receipts: readReceiptHours(wanted.file, tableText(wanted.file, beside)) };
}

function tableText(file: string, beside: string): string {
  try {
    return boundedText(resolve(beside, file));
  } catch (error) {
    throw new AppError('USAGE', `the table of receipts "${file}" cannot be read`, {
      cause: error,
      next: 'write its path from the plan, of a file of at most 4 MiB; `weighbridge plan hours` makes one',
    });
  }
}

async function traceRows(file: string, beside: string): Promise<DemandRows> {
  const place = resolve(beside, file);
  if (!(statSync(place, { throwIfNoEntry: false })?.isFile() ?? false))
    throw new AppError('USAGE', `the trace "${file}" is no file that can be read`, {
      next: 'write `trace.file` as a path from the plan: two forms are read, docs/planner-demand.md says which',
    });
  const rows = [];
  for await (const row of readTrace(place)) {
    if (rows.length === TRACE_ROWS_MOST)
      throw new AppError('USAGE', `the trace ${file} has more than ${TRACE_ROWS_MOST} rows`, {
        next: 'give a part of it that stands for the whole',
      });
    rows.push(row);
  }
  return { trace: rows };
}
