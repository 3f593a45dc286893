// What a contract says of leaving, prepared: each right with its last safe day and what it costs then and today; the schedule step by
// step, with both ends where a fee depends on what will be drawn.
import type { ContractReading, ExitRow } from '@weighbridge/protocol';
import type { TableText } from './table-text.ts';
import { daysText, feeText } from './words.ts';

export function exitsTable({ obliges: { exits, currency }, renewal }: ContractReading): TableText {
  return {
    title: 'Leaving',
    note: `The last safe day is the end of the window less the notice. Renewal: ${renewal}.`,
    head: ['Right', 'Notice by', 'Takes effect', 'Fee then>', 'If notice is given today', 'Only if'],
    rows: exits.map(
      ({ instrument, last_safe: last, days_left: days, opens, closes, fee_at_last: fee, now, triggers }) => ({
        key: instrument,
        cells: [
          instrument,
          `${last}, ${days < 0 ? 'passed ' : ''}${daysText(days)}`,
          `${opens} to ${closes}`,
          fee === null ? 'not stated' : feeText(fee, currency),
          nowText(now, currency),
          triggers.length === 0 ? null : triggers.join('; '),
        ],
      }),
    ),
    none: exits.length === 0 ? 'No right to leave is written down.' : null,
  };
}

function nowText(now: ExitRow['now'], currency: string): string {
  if (now === null) return 'too late';
  return `leaves on ${now.takes_effect}, ${now.fee === null ? 'fee not stated' : feeText(now.fee, currency)}`;
}

export function feesTable({ obliges: { exits, currency } }: ContractReading): TableText {
  return {
    title: 'What leaving costs, and when',
    note: 'By the day on which leaving takes effect. Two amounts: if all is drawn that can be by then, and if nothing more is. A day that no step names costs nothing.',
    head: ['Right', 'Leaving from', 'Until', 'Reckoned as', 'On the first day>', 'On the last day>'],
    rows: exits.flatMap(({ instrument, schedule }) =>
      schedule.map(({ from, until, says, first, last }) => ({
        key: `${instrument} ${from}`,
        cells: [instrument, from, until, says, feeText(first, currency), feeText(last, currency)],
      })),
    ),
    none: null,
  };
}
