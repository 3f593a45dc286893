// What receipts carry, as far as it is known here: the names that an eligibility can ask for, those of the register for the parties of a
// contract, and what was used of late.
import { DEVELOPER_NAMES, SELLER_NAMES, type Deployment } from '@weighbridge/gateway';
import type { Register } from '@weighbridge/governance';
import type { ChargeAttributes, KnownReceipts, NamesOf } from '@weighbridge/ledger';
import { CLOUDS, DAY_MS, type DailySpendRow, type Roles } from '@weighbridge/protocol';
import { tablesAway, type Projections } from '../projector/projector-host.ts';
import { attributesOf, readDays } from './charges.ts';
import { partyNamed } from './party-names.ts';

const LOOK_BACK_DAYS = 90;

/** The names by which receipts mean the party of the register that a party of the contract is. */
export const namesInRegister =
  (register: Register, names: readonly string[]): NamesOf =>
  (party, name) => {
    const meant = partyNamed(register, party) ?? partyNamed(register, name);
    return meant === undefined ? [] : names.filter((one) => one !== party && partyNamed(register, one) === meant);
  };

/** Sellers and makers that a deployment has where its configuration says nothing else, and those that it does say. */
export function partyNamesOf(roles: Iterable<Roles>): readonly string[] {
  const names = new Set([...SELLER_NAMES, ...DEVELOPER_NAMES]);
  for (const { seller, biller, developer } of roles) for (const name of [seller, biller, developer]) names.add(name);
  return [...names];
}

export interface ReceiptSources {
  readonly register: Register;
  readonly projections: Pick<Projections, 'ask'>;
  /** In force; empty where no configuration is. */
  readonly deployments: readonly Pick<Deployment, 'model' | 'region' | 'region_set' | 'roles'>[];
  readonly rolesOf: (deployment: string) => Roles | undefined;
}

/** Where nothing runs: what the product itself knows of sellers. */
export const namesAtRest = (register: Register, at: number): KnownReceipts => ({
  names: namesOf([], []),
  aliases: namesInRegister(register, partyNamesOf([])),
  used: null,
  at,
});

/** `at`: UTC midnight of the day on which it is looked at. `now`: nothing later was used. */
export async function receiptsKnown(
  { register, projections, deployments, rolesOf }: ReceiptSources,
  at: number,
  now: number,
): Promise<KnownReceipts> {
  const rows = await usedOfLate(projections, Math.min(at + DAY_MS, now));
  const seen = (rows ?? []).map((row) => ({
    row,
    attributes: attributesOf(row, row.deployment === null ? undefined : rolesOf(row.deployment)),
  }));
  const roles = [...deployments.map((held) => held.roles), ...rolesIn(rows ?? [], rolesOf).values()];
  return {
    aliases: namesInRegister(register, partyNamesOf(roles)),
    names: namesOf(
      deployments,
      seen.map(({ attributes }) => attributes),
    ),
    used: rows === null ? null : { days: LOOK_BACK_DAYS, rows: summed(seen) },
    at,
  };
}

/** Of each deployment that the rows name, who is who there. */
export function rolesIn(
  rows: readonly DailySpendRow[],
  rolesOf: ReceiptSources['rolesOf'],
): ReadonlyMap<string, Roles> {
  const roles = new Map<string, Roles>();
  for (const deployment of new Set(rows.flatMap((row) => row.deployment ?? []))) {
    const known = rolesOf(deployment);
    if (known !== undefined) roles.set(deployment, known);
  }
  return roles;
}

async function usedOfLate(
  projections: Pick<Projections, 'ask'>,
  until: number,
): Promise<readonly DailySpendRow[] | null> {
  try {
    return await readDays(projections, { since: Math.max(0, until - LOOK_BACK_DAYS * DAY_MS), until });
  } catch (error) {
    if (tablesAway(error)) return null;
    throw error;
  }
}

function namesOf(
  deployments: ReceiptSources['deployments'],
  seen: readonly ChargeAttributes[],
): KnownReceipts['names'] {
  const roles = deployments.map((held) => held.roles);
  const all = (given: readonly (string | undefined)[], name: keyof ChargeAttributes): readonly string[] => [
    ...new Set([...given, ...seen.map((attributes) => attributes[name])].filter((one) => one !== undefined)),
  ];
  const named = {
    seller: all([...SELLER_NAMES, ...roles.map(({ seller }) => seller)], 'seller'),
    biller: all([...SELLER_NAMES, ...roles.map(({ biller }) => biller)], 'biller'),
    developer: all([...DEVELOPER_NAMES, ...roles.map(({ developer }) => developer)], 'developer'),
    cloud: all(CLOUDS, 'cloud'),
    marketplace: ['yes', 'no'],
    // A day does not tell these apart.
    token_class: [],
    unit: [],
  };
  if (deployments.length === 0 && seen.length === 0) return named;
  return {
    ...named,
    model: all(
      deployments.map(({ model }) => model),
      'model',
    ),
    region: all(
      deployments.flatMap(({ region, region_set: set }) => [region, ...(set ?? [])]),
      'region',
    ),
  };
}

function summed(
  seen: readonly { readonly row: DailySpendRow; readonly attributes: ChargeAttributes }[],
): NonNullable<KnownReceipts['used']>['rows'] {
  const groups = new Map<string, { attributes: ChargeAttributes; currency: string; receipts: number }>();
  for (const { row, attributes } of seen) {
    const { currency, calls } = row;
    const name = JSON.stringify([currency, Object.entries(attributes)]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { attributes, currency, receipts: calls });
    else group.receipts += calls;
  }
  return [...groups.values()];
}
