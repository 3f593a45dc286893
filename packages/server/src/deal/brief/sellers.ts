// Who sells and who bills, and what share: by what calls cost, where any has a price; else by what contracts still oblige to, and then of
// one standing only, the one that binds most. Which of the two it is stands beside the figures; they are never mixed.
import { moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import type { Register } from '@weighbridge/governance';
import type { Contract } from '@weighbridge/ledger';
import { STANDINGS, type Brief, type Roles } from '@weighbridge/protocol';
import { partyNamed } from '../party-names.ts';
import { standingOf } from './owed.ts';
import type { Spent } from './spent.ts';

export interface SellerSources {
  readonly register: Register;
  readonly rolesOf: (deployment: string) => Roles | undefined;
  readonly contracts: readonly Contract[];
  readonly money: Brief['money'];
}

interface Sold {
  readonly currency: string;
  readonly seller: string | null;
  readonly biller: string | null;
  readonly amount: Money;
}

export function sellersOf(spent: Spent, sources: SellerSources): Brief['sellers'] {
  const charged = chargedBy(spent, sources);
  if (charged.length > 0) return { basis: 'charges', standing: null, rows: sharesOf(charged) };
  for (const standing of STANDINGS) {
    const owed = owedTo(standing, sources);
    if (owed.length > 0) return { basis: 'contracts', standing, rows: sharesOf(owed) };
  }
  return { basis: 'nothing', standing: null, rows: [] };
}

/** As the register names it; what a configuration calls `self` is the organisation. */
function nameOf(register: Register, name: string | undefined): string | null {
  if (name === undefined) return null;
  if (name === 'self') return 'ourselves';
  return register.parties[partyNamed(register, name) ?? '']?.name ?? name;
}

function chargedBy({ found }: Spent, { register, rolesOf }: SellerSources): readonly Sold[] {
  if (found === null) return [];
  const sold = ({ spend }: typeof found.total, roles: Roles | undefined): readonly Sold[] =>
    spend.map(({ currency, billed }) => ({
      currency,
      seller: nameOf(register, roles?.seller),
      biller: nameOf(register, roles?.biller),
      amount: moneyFromDecimal(billed),
    }));
  const all = [
    ...found.rows.flatMap(({ members, totals }) => {
      const deployment = members[0]?.value ?? null;
      return sold(totals, deployment === null ? undefined : rolesOf(deployment));
    }),
    ...(found.others === null ? [] : sold(found.others.totals, undefined)),
  ];
  return all.filter(({ amount }) => amount > 0n);
}

/** The party that is owed sells; who bills is who has that role in the same contracts, where they name one. */
const owedTo = (
  standing: (typeof STANDINGS)[number],
  { money, contracts }: Pick<SellerSources, 'money' | 'contracts'>,
): readonly Sold[] =>
  money.flatMap(({ currency, owed }) =>
    owed
      .filter((row) => row.standing === standing)
      .map(({ to, ahead, contracts: ids }) => ({
        currency,
        seller: to,
        biller: billerIn(contracts.filter((one) => ids.includes(one.id) && standingOf(one) === standing)),
        amount: moneyFromDecimal(ahead),
      })),
  );

function billerIn(contracts: readonly Contract[]): string | null {
  const names = contracts.flatMap(({ parties }) =>
    Object.values(parties)
      .filter(({ roles }) => roles.includes('biller'))
      .map(({ name }) => name),
  );
  return names.length === 0 ? null : [...new Set(names)].join(', ');
}

const THOUSAND = 1_000n;

/** By currency, the largest first: shares of two currencies are shares of two wholes. */
function sharesOf(sold: readonly Sold[]): Brief['sellers']['rows'] {
  const sums = new Map<string, Sold>();
  for (const one of sold) {
    const key = JSON.stringify([one.currency, one.seller, one.biller]);
    sums.set(key, { ...one, amount: one.amount + (sums.get(key)?.amount ?? 0n) });
  }
  const wholes = new Map<string, Money>();
  for (const { currency, amount } of sums.values()) wholes.set(currency, (wholes.get(currency) ?? 0n) + amount);
  return [...sums.values()]
    .toSorted(
      (a, b) =>
        (a.currency < b.currency ? -1 : a.currency > b.currency ? 1 : 0) ||
        (a.amount > b.amount ? -1 : a.amount < b.amount ? 1 : 0),
    )
    .map(({ currency, seller, biller, amount }) => {
      const whole = wholes.get(currency) ?? 0n;
      return {
        currency,
        seller,
        biller,
        amount: moneyToDecimal(amount),
        permille: whole === 0n ? 0 : Number((amount * THOUSAND * 2n + whole) / (2n * whole)),
      };
    });
}
