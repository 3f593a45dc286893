// `plan hours`: hours of this folder's own receipts as CSV. Whatever is said of them goes to standard error, so that a file holds rows alone.
import { AppError } from '@weighbridge/kernel';
import { RECEIPT_FILTERS, receiptHoursText } from '@weighbridge/planner';
import { HOUR_MS } from '@weighbridge/protocol';
import { text, type Context, type Run } from '../frame/command.ts';
import { count } from '../frame/text-table.ts';
import { parseInstant } from '../read/instants.ts';
import { hoursIn } from '../read/own-hours.ts';

const DAYS = '28d';
/** Ten years: more than a file may hold. */
const HOURS_MOST = 87_840;

export const run: Run = async (context) => {
  const now = Date.now();
  const hour = (name: string, otherwise: string | null): number => {
    const given = text(context, name) ?? otherwise;
    return Math.floor((given === null ? now : parseInstant(given, now, name)) / HOUR_MS) * HOUR_MS;
  };
  const period = { since: Math.max(0, hour('since', DAYS)), until: hour('until', null) };
  const hours = (period.until - period.since) / HOUR_MS;
  if (hours < 1 || hours > HOURS_MOST)
    throw new AppError('USAGE', `the period has ${hours} whole hours`, {
      next: 'give --since an hour or more before --until, and ten years at most',
    });
  const { receipts, simulated, left_out } = hoursIn(context, period, filtersOf(context));
  if (receipts.length === 0)
    context.out.note(
      'No such call was sealed in this period; `weighbridge spend --by model` names models, and so for the rest.',
    );
  if (simulated)
    context.out.note('Simulated: these hours are of calls to simulated clouds, or of an invented organisation.');
  if (left_out > 0)
    context.out.note(`${count(left_out)} tokens are of classes that no seller's unit counts; they are left out.`);
  context.out.data({ simulated, ...period, left_out, rows: receipts }, () => receiptHoursText(receipts));
};

const filtersOf = (context: Context): Readonly<Record<string, string>> =>
  Object.fromEntries(
    RECEIPT_FILTERS.flatMap((name) => {
      const given = text(context, name);
      return given === undefined ? [] : [[name, given]];
    }),
  );
