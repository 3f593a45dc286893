// `plan reserve`: reads a plan and the demand that it names, and says what to reserve. Everything printed is an estimate; rows of a trace
// are read one by one up to a bound, and files stand beside the plan that names them.
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { readTrace } from '@weighbridge/lab';
import {
  readReceiptHours,
  readReservePlan,
  RESERVE_DRAWS_MOST,
  RESERVE_PLAN_FILE,
  RESERVE_PLAN_NAME,
  runReservePlan,
  type DemandRows,
  type ReservePlan,
} from '@weighbridge/planner';
import { text, type Run } from '../frame/command.ts';
import { boundedText } from '../read/bounded-file.ts';
import { parseCount } from '../read/instants.ts';
import { namedPlan, namedText } from '../read/named-plan.ts';
import { cataloguesOf } from '../read/plan-file.ts';
import { reserveText } from './plan-reserve-text.ts';

const COMMAND = 'plan reserve';
const TRACE_ROWS_MOST = 1_000_000;

export const run: Run = async (context) => {
  if (context.options['example'] === true) {
    const shipped = boundedText(RESERVE_PLAN_FILE);
    return context.out.data({ name: RESERVE_PLAN_NAME, text: shipped }, () => shipped.trimEnd());
  }
  const draws = parseCount(text(context, 'draws'), 'draws', 1, RESERVE_DRAWS_MOST) ?? 20;
  const seed = parseCount(text(context, 'seed'), 'seed', 0, 999_999_999) ?? 1;
  const catalogues = cataloguesOf(context);
  const shipped = { name: RESERVE_PLAN_NAME, file: RESERVE_PLAN_FILE };
  const { file, content } = namedPlan(context, COMMAND, shipped);
  const plan = readReservePlan(file, content, catalogues);
  const beside = dirname(resolve(context.workingFolder, file));
  const found = await runReservePlan(plan, catalogues, await rowsOf(plan, beside), { seed, draws });
  context.out.data(found, () => reserveText(found, context.out.paint));
};

async function rowsOf({ demand: { trace, receipts } }: ReservePlan, beside: string): Promise<DemandRows> {
  if (receipts !== undefined) {
    const { file } = receipts;
    return { receipts: readReceiptHours(file, namedText(beside, `the table of receipts "${file}"`, file, COMMAND)) };
  }
  if (trace === undefined) return { typed: true };
  const place = resolve(beside, trace.file);
  if (!(statSync(place, { throwIfNoEntry: false })?.isFile() ?? false))
    throw new AppError('USAGE', `the trace "${trace.file}" is no file that can be read`, {
      next: 'write `demand.trace.file` as a path from the plan: two forms are read, docs/planner-demand.md says which',
    });
  const rows = [];
  for await (const row of readTrace(place)) {
    if (rows.length === TRACE_ROWS_MOST)
      throw new AppError('USAGE', `the trace ${trace.file} has more than ${TRACE_ROWS_MOST} rows`, {
        next: 'give a part of it that stands for the whole',
      });
    rows.push(row);
  }
  return { trace: rows };
}
