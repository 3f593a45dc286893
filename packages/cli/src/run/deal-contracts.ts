// `deal import`, `deal list`, `deal remove`: the contracts that the log holds.
import { resolve } from 'node:path';
import { formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import type { ContractRow, SavedContract } from '@weighbridge/protocol';
import { dealAtRest, namesAtRest, savedOf } from '@weighbridge/server';
import { flag, type Context, type Run } from '../frame/command.ts';
import { counted, textTable } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { contractText } from '../read/contract-file.ts';
import { changeDesk, instanceClient, readDesk } from '../read/deal-desk.ts';
import { startOfDay } from '../read/instants.ts';

export const enter: Run = async (context) => {
  const file = context.arguments[0] ?? '';
  const saved = await enterOne(context, { file, text: contractText(resolve(context.workingFolder, file), file) });
  const { id, changed, serious } = saved;
  context.out.data(saved, () => {
    const first = changed ? `Entered ${id}.` : `${id} stands so already: nothing was written.`;
    if (serious === 0) return first;
    return `${first} It has ${counted(serious, 'serious finding')}: ${typed(context, `weighbridge deal lint ${id}`)}`;
  });
};

async function enterOne(
  context: Context,
  asked: { readonly file: string; readonly text: string },
): Promise<SavedContract> {
  const file = asked.file.slice(-200);
  const follows = flag(context, 'new') ? null : undefined;
  const instance = instanceClient(context);
  if (instance !== undefined)
    return instance.ask('saveContract', { ...asked, file, ...(follows === null ? { follows } : {}) });
  return changeDesk(context, async (desk) =>
    savedOf(
      await desk.contracts.enter({ ...asked, file, follows }, { via: 'command' }),
      namesAtRest(desk.reference(Date.now()).register, startOfDay(Date.now())),
    ),
  );
}

export const list: Run = async (context) => {
  const rows = await rowsOf(context);
  context.out.data(rows, () =>
    rows.length === 0
      ? `No contracts. Enter one: ${typed(context, 'weighbridge deal import FILE')}`
      : textTable(
          [
            { title: 'CONTRACT', cell: ({ id }) => id },
            { title: 'TITLE', cell: ({ title }) => title },
            { title: 'STATUS', cell: ({ status }) => status },
            { title: 'UNTIL', cell: ({ term }) => term.until },
            {
              title: 'OWED IN ALL',
              cell: ({ owed, unpriced, currency }) =>
                [
                  ...Object.entries(owed).map(
                    ([party, amount]) => `${party} ${formatMoney(moneyFromDecimal(amount), currency)}`,
                  ),
                  ...(unpriced === 0 ? [] : [`${counted(unpriced, 'obligation')} without a sum`]),
                ].join('; ') || '-',
            },
            { title: 'GAPS', cell: ({ serious, weak }) => `${serious} serious, ${weak} weak` },
            {
              title: 'NEXT',
              cell: ({ next_milestone: milestone, next_exit: exit }) =>
                [
                  milestone === null ? '' : `${milestone.milestone} ends ${milestone.on}`,
                  exit === null ? '' : `notice by ${exit.on}`,
                ]
                  .filter((part) => part !== '')
                  .join('; ') || '-',
            },
          ],
          rows,
        ),
  );
};

async function rowsOf(context: Context): Promise<readonly ContractRow[]> {
  const instance = instanceClient(context);
  if (instance !== undefined) return (await instance.ask('contracts', {})).rows;
  return readDesk(context, (desk) => dealAtRest(desk).contracts(startOfDay(Date.now())).rows);
}

export const remove: Run = async (context) => {
  const id = context.arguments[0] ?? '';
  const instance = instanceClient(context);
  if (instance === undefined) await changeDesk(context, ({ contracts }) => contracts.remove(id, { via: 'command' }));
  else await instance.ask('removeContract', { id });
  context.out.data({ removed: true, id }, () => `Took out ${id}: its versions stay in the log.`);
};
