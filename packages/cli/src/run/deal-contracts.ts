// `deal import`, `deal list`, `deal remove`: the contracts that the log holds.
import { resolve } from 'node:path';
import { formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import {
  contractStatus,
  notBinding,
  type ContractRow,
  type Contracts,
  type ContractStatus,
  type SavedContract,
  type UnreadableContract,
} from '@weighbridge/protocol';
import { dealAtRest, namesAtRest, savedOf } from '@weighbridge/server';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { counted, textTable } from '../frame/text-table.ts';
import { asked, asOf } from '../read/as-of.ts';
import { typed } from '../read/command-form.ts';
import { contractText } from '../read/contract-file.ts';
import { changeDesk, instanceClient, readDesk } from '../read/deal-desk.ts';
import { startOfDay } from '../read/instants.ts';

export const enter: Run = async (context) => {
  const file = context.arguments[0] ?? '';
  const saved = await enterOne(context, { file, text: contractText(resolve(context.workingFolder, file), file) });
  const { id, serious } = saved;
  context.out.data(saved, () => {
    const first = savedText(saved);
    if (serious === 0) return first;
    return `${first} It has ${counted(serious, 'serious finding')}: ${typed(context, `weighbridge deal lint ${id}`)}`;
  });
};

/** Which log it is, is what a person has to know first: what stands in a lab is nobody's deal. */
function savedText({ id, changed, mended, log, origin }: SavedContract): string {
  const where = `the ${log} log (${origin})`;
  if (changed) return `Entered ${id} into ${where}.`;
  return mended
    ? `${id} stands so already in ${where}; its text, which was gone or altered, lies beside it again.`
    : `${id} stands so already in ${where}: nothing was written.`;
}

async function enterOne(
  context: Context,
  asked: { readonly file: string; readonly text: string },
): Promise<SavedContract> {
  const file = asked.file.slice(-200);
  const follows = flag(context, 'new') ? null : undefined;
  const instance = instanceClient(context);
  if (instance !== undefined)
    return instance.ask('saveContract', { ...asked, file, ...(follows === null ? { follows } : {}) });
  return changeDesk(context, async (desk, name) =>
    savedOf(
      await desk.contracts.enter({ ...asked, file, follows }, { via: 'command' }),
      namesAtRest(desk.reference(Date.now()).register, startOfDay(Date.now())),
      name,
    ),
  );
}

export const list: Run = async (context) => {
  const day = asked(context);
  const { rows, unreadable } = await contractsOf(context, day);
  for (const { id, why, next } of unreadable)
    context.out.warn(`contract ${id} cannot be read, and is in no sum: ${why}; ${next}`);
  const shown = [...rows.map((row) => ({ ...row, unreadable: null })), ...unreadable.map(unreadableRow)];
  context.out.data(shown, () =>
    shown.length === 0
      ? asOf(day, noneText(context))
      : asOf(
          day,
          textTable(
            [
              { title: 'CONTRACT', cell: ({ id }) => id },
              { title: 'TITLE', cell: ({ title }) => title },
              { title: 'ABOUT', cell: aboutText },
              { title: 'STATUS', cell: ({ status }) => contractStatus(status) },
              { title: 'UNTIL', cell: ({ term }) => term?.until ?? 'not known' },
              {
                title: 'OWED IN ALL',
                cell: ({ owed, unpriced, currency, status }) =>
                  owed === null
                    ? 'not known'
                    : [
                        ...Object.entries(owed).map(
                          ([party, amount]) =>
                            `${party} ${formatMoney(moneyFromDecimal(amount), currency ?? '')}${boundText(status)}`,
                        ),
                        ...(unpriced === null || unpriced === 0
                          ? []
                          : [`${counted(unpriced, 'obligation')} without a sum`]),
                      ].join('; ') || '-',
              },
              {
                title: 'GAPS',
                cell: ({ serious, weak }) => (serious === null ? 'not known' : `${serious} serious, ${weak} weak`),
              },
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
            shown,
          ),
        ),
  );
};

/** Behind what nobody is bound to. */
const boundText = (status: string): string => (notBinding(status) === '' ? '' : ` (${notBinding(status)})`);

function noneText(context: Context): string {
  const status = text(context, 'status');
  return status === undefined
    ? `No contracts. Enter one: ${typed(context, 'weighbridge deal import FILE')}`
    : `No contract of status ${status}: ${typed(context, 'weighbridge deal list')} shows all.`;
}

async function contractsOf(context: Context, day: { readonly at?: string }): Promise<Contracts> {
  const status = text(context, 'status') as ContractStatus | undefined;
  const instance = instanceClient(context);
  if (instance !== undefined) return instance.ask('contracts', { ...day, ...(status === undefined ? {} : { status }) });
  return readDesk(context, (desk) => dealAtRest(desk, Date.now()).contracts(day.at, status));
}

type Unknown<Row> = { readonly [Name in keyof Row]: Row[Name] | null };
type Shown = Unknown<ContractRow> &
  Pick<ContractRow, 'id' | 'title' | 'status'> & { readonly unreadable: string | null };

/** What only its text says. */
const NOTHING_SAID = {
  parties: null,
  term: null,
  currency: null,
  owed: null,
  unpriced: null,
  possibilities: null,
  serious: null,
  weak: null,
  next_milestone: null,
  next_shortfall: null,
  next_exit: null,
};

/** It stands, and nothing but its name is known: it is told in its place, and not left out. */
const unreadableRow = ({ id, title, digest, entered, by, versions, why }: UnreadableContract): Shown => ({
  ...NOTHING_SAID,
  id,
  title,
  digest,
  entered,
  by,
  versions,
  status: 'cannot be read',
  unreadable: why,
});

/** Who buys of whom, and how much of it is only possible. */
function aboutText({ parties, possibilities }: Shown): string {
  if (parties === null) return 'not known';
  const names = (role: string): string =>
    parties
      .filter(({ roles }) => roles.includes(role))
      .map(({ name }) => name)
      .join(', ');
  const sides = [names('buyer'), names('seller-of-record')].filter((side) => side !== '');
  const between = sides.length === 0 ? parties.map(({ name }) => name).join(' and ') : sides.join(' buys from ');
  return possibilities === null || possibilities === 0 ? between : `${between}; ${possibilities} "up to"`;
}

export const remove: Run = async (context) => {
  const id = context.arguments[0] ?? '';
  const instance = instanceClient(context);
  if (instance === undefined) await changeDesk(context, ({ contracts }) => contracts.remove(id, { via: 'command' }));
  else await instance.ask('removeContract', { id });
  context.out.data({ removed: true, id }, () => `Took out ${id}: its versions stay in the log.`);
};
