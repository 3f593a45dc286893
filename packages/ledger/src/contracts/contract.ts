// A contract as data: who is bound to whom, for how long, at what prices, and by which instruments. The shape only; what the
// shape cannot say is checked in the meaning.
import { CONTRACT_STATUSES } from '@weighbridge/protocol';
import { z } from 'zod';
import { basis } from './basis.ts';
import { chargeFilter } from './eligibility.ts';
import { amount, CONTRACT_MOST, currencyCode, day, fraction, id, lastDay, wordList, words } from './fields.ts';
import { credit, investment, option, spendCommitment } from './money-instruments.ts';
import { audit, exit } from './right-instruments.ts';
import { capacity, residency, security, sla } from './supply-instruments.ts';

export const ROLES = [
  'buyer',
  'seller-of-record',
  'biller',
  'developer',
  'operator',
  'host',
  'processor',
  'sla-provider',
  'accelerator-maker',
  'investor',
  'energy-supplier',
] as const;
export type Role = (typeof ROLES)[number];

const party = z.strictObject({
  name: words,
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length),
  /** The party that it belongs to. */
  parent: z.string().optional(),
  /** How receipts name it, where they name it otherwise: the names of the configuration's `roles`, such as an eligibility asks for. */
  known_as: z.array(words).min(1).max(20).optional(),
  basis: basis.optional(),
});

const PRICE = { id, text: words.optional(), where: chargeFilter.optional(), from: day, until: lastDay } as const;

const priceTerm = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('discount'), ...PRICE, fraction }),
  z.strictObject({ kind: z.literal('fixed'), ...PRICE, amount, per: words, currency: currencyCode.optional() }),
  z.strictObject({ kind: z.literal('cap'), ...PRICE, amount, per: words, currency: currencyCode.optional() }),
  /** The yearly rise of a price is bounded. */
  z.strictObject({ kind: z.literal('rise'), ...PRICE, fraction }),
  z.strictObject({ kind: z.literal('most-favoured'), ...PRICE, compared_with: words }),
]);

export const instrument = z.discriminatedUnion('kind', [
  spendCommitment,
  capacity,
  option,
  investment,
  credit,
  exit,
  audit,
  sla,
  residency,
  security,
]);

/** Terms that are no instrument: each is what the contract says, or missing because it says nothing. */
const terms = z.strictObject({
  liability: z.strictObject({ cap: amount.optional(), text: words }).optional(),
  billing: z
    .strictObject({
      detail: z.enum(['request', 'hour', 'day', 'month']),
      own_meter: z.boolean().describe("whether the buyer's own meter counts in a dispute"),
      text: words.optional(),
    })
    .optional(),
  subcontractors: z
    .strictObject({ change: z.enum(['consent', 'notice', 'free']), notice_days: z.int().min(0).max(730).optional() })
    .optional(),
  migration: z
    .strictObject({ text: words, months: z.int().min(0).max(60), other_accelerators: z.boolean().optional() })
    .optional(),
  retirement: z.strictObject({ notice_days: z.int().min(0).max(3_650), text: words.optional() }).optional(),
  incidents: z.strictObject({ text: words }).optional(),
  data_use: z.strictObject({ training: z.boolean(), text: words.optional() }).optional(),
  red_team: z.strictObject({ independent: z.boolean(), text: words.optional() }).optional(),
  benchmark: z.strictObject({ independent: z.boolean(), text: words }).optional(),
  provenance: z.strictObject({ text: words }).optional(),
  law: words.optional(),
});

export const contractSchema = z.strictObject({
  version: z.literal(1),
  id,
  title: words,
  status: z.enum(CONTRACT_STATUSES),
  signed: day.optional(),
  parties: z.record(id, party),
  term: z.strictObject({
    from: day,
    until: lastDay,
    renewal: z
      .strictObject({
        automatic: z.boolean(),
        months: z.int().min(1).max(120).optional(),
        notice_days: z.int().min(0).max(730).optional(),
      })
      .optional(),
  }),
  currency: currencyCode,
  prices: z.array(priceTerm).max(CONTRACT_MOST.rows).default([]),
  instruments: z.array(instrument).min(1).max(CONTRACT_MOST.instruments),
  terms: terms.default({}),
  /** Where the contents come from, where it is not the signed text itself. */
  sources: wordList.max(CONTRACT_MOST.sources).optional(),
  notes: wordList.optional(),
});

export type Contract = z.output<typeof contractSchema>;
export type Instrument = Contract['instruments'][number];
export type InstrumentKind = Instrument['kind'];
export type InstrumentOf<Kind extends InstrumentKind> = Extract<Instrument, { kind: Kind }>;
export type Milestone = InstrumentOf<'spend'>['milestones'][number];

/** The instruments of one kind, in the order of the file. */
export const instrumentsOf = <Kind extends InstrumentKind>(
  contract: Contract,
  kind: Kind,
): readonly InstrumentOf<Kind>[] =>
  contract.instruments.filter((held): held is InstrumentOf<Kind> => held.kind === kind);
