// How much of what was spent hangs on few: by the party at the top, and by linked group. A deployment's seller, as the configuration
// has it, is looked up among the parties of the register; whoever is not found there is spend without a place, and makes HHI an
// interval instead of being left out.
import {
  BANDS_2023,
  bandsOf,
  concentration,
  JOINING_TYPES,
  linkedGroups,
  roundedText,
  type Concentration,
  type Exposure,
  type LinkedGroup,
  type Rational,
  type Register,
} from '@weighbridge/governance';
import type { Breakdown, Brief, Roles } from '@weighbridge/protocol';
import { partyNamed } from '../party-names.ts';
import type { Spent } from './spent.ts';

const AXES = ['ultimate_parent', 'linked_group'] as const;

export interface SpendSources {
  readonly register: Register;
  readonly rolesOf: (deployment: string) => Roles | undefined;
}

export function concentrationOf(
  { found, unknown: away }: Spent,
  { register, rolesOf }: SpendSources,
  today: string,
): Brief['concentration'] {
  const none = { calls: null, unpriced: null, rows: [], bands: bandsText() };
  if (found === null) return { ...none, unknown: away };
  const { calls, unpriced, spend } = found.total;
  if (away !== null) return { ...none, calls, unpriced, unknown: away };
  const groups = linkedGroups(register, { types: JOINING_TYPES, on: today });
  const rows = spend.map(({ currency, billed }) => ({
    currency,
    spend: billed,
    axes: axesOf(exposuresIn(found, currency, { register, rolesOf }), register, groups),
  }));
  const unknown = rows.some(({ axes }) => axes.length > 0)
    ? null
    : 'nothing measured: no call in this time has a price';
  return { unknown, calls, unpriced, rows: rows.filter(({ axes }) => axes.length > 0), bands: none.bands };
}

function exposuresIn(
  { rows, others }: Breakdown,
  currency: string,
  { register, rolesOf }: SpendSources,
): readonly Exposure[] {
  const measured = (totals: Breakdown['total'], seller: string | undefined): readonly Exposure[] => {
    const spent = totals.spend.find((each) => each.currency === currency);
    if (spent === undefined) return [];
    const party = seller === undefined ? undefined : partyNamed(register, seller);
    return [{ ...(party === undefined ? {} : { contracting_entity: party }), measures: { spend: spent.billed } }];
  };
  return [
    ...rows.flatMap(({ members, totals }) => {
      const deployment = members[0]?.value ?? null;
      return measured(totals, deployment === null ? undefined : rolesOf(deployment)?.seller);
    }),
    ...(others === null ? [] : measured(others.totals, undefined)),
  ];
}

const axesOf = (
  exposures: readonly Exposure[],
  register: Register,
  groups: readonly LinkedGroup[],
): Brief['concentration']['rows'][number]['axes'] =>
  AXES.flatMap((axis) => {
    const found = concentration(exposures, axis, 'spend', register, groups);
    return found.hhi === undefined ? [] : axisOf(axis, { ...found, hhi: found.hhi }, register, groups);
  });

function axisOf(
  axis: (typeof AXES)[number],
  { shares, unplaced, hhi, n_eff: equals }: Concentration & { readonly hhi: NonNullable<Concentration['hhi']> },
  { parties }: Register,
  groups: readonly LinkedGroup[],
): Brief['concentration']['rows'][number]['axes'][number] {
  const named = (id: string): string => parties[id]?.name ?? id;
  const members = (key: string): readonly string[] =>
    (axis === 'linked_group' ? groups.find(({ id }) => id === key)?.members : undefined) ?? [key];
  return {
    axis,
    shares: shares.map(({ key, share }) => ({
      name: members(key).map(named).join(' + '),
      permille: permille(share),
    })),
    unplaced_permille: permille(unplaced),
    hhi: { low: roundedText(hhi.low, 0), high: roundedText(hhi.high, 0) },
    n_eff: equals === undefined ? null : { low: roundedText(equals.low, 1), high: roundedText(equals.high, 1) },
    bands: [...bandsOf(hhi)],
  };
}

const THOUSAND = 1_000n;
const permille = ({ n, d }: Rational): number => Number((n * THOUSAND * 2n + d) / (2n * d));

const bandsText = (): Brief['concentration']['bands'] => ({
  source: BANDS_2023.source,
  note: BANDS_2023.note,
  moderate_above: roundedText(BANDS_2023.moderate_above, 0),
  high_above: roundedText(BANDS_2023.high_above, 0),
});
