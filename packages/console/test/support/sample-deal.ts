// Contracts and commitments of the made-up organisation: the contracts that ship, read as the product reads them, and a year of
// draws written down by hand: three milestones over, one of them short, and one open.
import { readFileSync } from 'node:fs';
import {
  checkContract,
  contractExamples,
  diffContracts,
  questionnaire,
  questionnaireText,
  readContract,
  readingOf,
  summaryOf,
} from '@weighbridge/ledger';
import type { Commitment, Commitments, ControlAnswer, ControlAsked, Drawn, Tranche } from '@weighbridge/protocol';
import { NOW } from './sample-organisation.ts';

const DAY = 86_400_000;
const TODAY = Math.floor(NOW / DAY) * DAY;
export const TODAY_TEXT = new Date(TODAY).toISOString().slice(0, 10);

const file = (name: string): string =>
  readFileSync(new URL(`../../../ledger/data/contracts/${name}.yaml`, import.meta.url), 'utf8');

export const BUYER = file('mid-size-buyer');
export const BUYER_ID = 'northwind-models-2027';
const EARLIER = BUYER.replace('amount: "500000.00"', 'amount: "450000.00"');
const BY = { via: 'console', session: '01KB3V8Y2QH9N6W4T0XZJ5RCEM' } as const;

const LOG = { log: 'lab', origin: 'acme/lab/node-1' } as const;
const held = new Map([
  [BUYER_ID, [EARLIER, BUYER]],
  ['alliance-compute', [file('alliance-compute')]],
]);
const digestOf = (text: string): string => String(text.length).padStart(64, 'a');
const enteredAt = (version: number): number => NOW - (3 - version) * 36 * 3_600_000;

/** What stands, as it is changed by what is entered and taken out. */
export const sampleDeal = {
  contracts: (): ControlAnswer<'contracts'> => ({
    at: TODAY_TEXT,
    rows: [...held].map(([id, texts]) => ({
      ...summaryOf(readContract(id, texts.at(-1) ?? ''), TODAY),
      digest: digestOf(texts.at(-1) ?? ''),
      entered: enteredAt(texts.length),
      by: BY,
      versions: texts.length,
    })),
    unreadable: [],
  }),
  contract: ({ id }: ControlAsked<'contract'>): ControlAnswer<'contract'> | null => {
    const texts = held.get(id);
    if (texts === undefined) return null;
    const text = texts.at(-1) ?? '';
    return {
      reading: readingOf(readContract(id, text), TODAY),
      text,
      digest: digestOf(text),
      entered: enteredAt(texts.length),
      by: BY,
      versions: texts
        .map((version, i) => ({
          entry: `01KB3V8Y2QH9N6W4T0XZJ5RC${String(i).padStart(2, '0')}`,
          at: enteredAt(i + 1),
          digest: digestOf(version),
          file: 'mid-size-buyer.yaml',
          by: BY,
          carried: null,
          unreadable: null,
          changes:
            i === 0
              ? null
              : [...diffContracts(readContract(id, texts[i - 1] ?? ''), readContract(id, version)).changes],
        }))
        .toReversed(),
      older: 0,
    };
  },
  contractExamples: (): ControlAnswer<'contractExamples'> => ({ rows: [...contractExamples(NOW)] }),
  checkContract: ({ text }: ControlAsked<'checkContract'>): ControlAnswer<'checkContract'> => {
    const { value, problems } = checkContract(text);
    const standing = value === undefined ? undefined : held.get(value.id)?.at(-1);
    return {
      problems: problems.map(({ code: _code, ...problem }) => problem),
      reading: value === undefined ? null : readingOf(value, TODAY),
      replaces:
        standing === undefined
          ? null
          : { title: value?.title ?? '', digest: digestOf(standing), entered: enteredAt(2) },
      into: LOG,
    };
  },
  saveContract: ({ text, file: name }: ControlAsked<'saveContract'>): ControlAnswer<'saveContract'> => {
    const { id } = readContract(name, text);
    held.set(id, [...(held.get(id) ?? []), text]);
    return { id, digest: digestOf(text), changed: true, mended: false, ...LOG, serious: 0 };
  },
  removeContract: ({ id }: ControlAsked<'removeContract'>): ControlAnswer<'removeContract'> => ({
    removed: held.delete(id),
  }),
  questionnaire: ({ id }: ControlAsked<'questionnaire'>): ControlAnswer<'questionnaire'> => {
    const contract = id === undefined ? undefined : readContract(id, held.get(id)?.at(-1) ?? BUYER);
    const questions = questionnaire(contract);
    const title = contract?.title ?? 'before there is an offer';
    return { title, questions: [...questions], page: questionnaireText(questions, title) };
  },
  commitments: ({ growth }: ControlAsked<'commitments'>): Commitments => commitmentsOf(growth),
  drawn: ({ contract, instrument, tranche }: ControlAsked<'drawn'>): Drawn => ({
    contract,
    instrument,
    tranche,
    currency: 'USD',
    drawn: '41207.25',
    stated: '0',
    rows: Array.from({ length: 40 }, (_, i) => {
      const since = TODAY - i * DAY;
      return {
        day: new Date(since).toISOString().slice(0, 10),
        deployment: i % 2 === 0 ? 'sonnet-direct' : 'haiku-swedencentral',
        model: 'claude-sonnet-4-5',
        cloud: 'anthropic',
        region: null,
        tier: 'standard',
        seller: 'anthropic',
        biller: 'anthropic',
        charge: '1200.50',
        drawn: '1030.18125',
        period: { since, until: since + DAY },
        filters: [
          { dimension: 'deployment', values: [i % 2 === 0 ? 'sonnet-direct' : 'haiku-swedencentral'], not: false },
          { dimension: 'region', values: [null], not: false },
        ],
      };
    }),
    older: 0,
  }),
};

const NOTHING = { rolled_in: '0', rolled_out: '0', lost: '0', expired: '0' } as const;
const OVER = { verdict: 'ended', days: 183, projected: null } as const;

export const tranche = (given: Partial<Tranche>): Tranche => ({
  tranche: 'q1',
  from: '2026-01-01',
  until: '2026-03-31',
  state: 'ended',
  committed: '60000',
  ...NOTHING,
  drawn: '60000',
  stated: '0',
  unknown: null,
  remaining: '0',
  shortfall: '0',
  shortfall_at_most: '0',
  charges: 180,
  forecast: OVER,
  ...given,
});

const money = (p10: string, p50: string, p90: string) => ({ p10, p50, p90 });

const START = Date.UTC(2026, 0, 1);
const DAYS = Math.floor((NOW - START) / DAY);
const DRAWN = '219207.25';

const burn = Array.from({ length: DAYS + 1 }, (_, i) => ({
  day: new Date(START + i * DAY).toISOString().slice(0, 10),
  drawn: i === DAYS ? DRAWN : String(Math.max(0, Math.floor((Number(DRAWN) * (i + 8 * Math.sin(i / 9))) / (DAYS + 8)))),
}));

const exit = {
  instrument: 'leave',
  holder: 'us',
  from: 'cloud',
  notice_days: 30,
  opens: '2026-11-01',
  closes: '2026-12-31',
  last_safe: '2026-12-01',
  days_left: 9,
  fee_at_last: { least: '20000', most: '20000' },
  schedule: [],
  now: null,
  triggers: [],
};

/** The one that is open: with growth it is likely to be met. */
function openTranche(grown: boolean): Tranche {
  const missing = grown ? money('0', '0', '4900') : money('5200', '8049.5', '10900');
  return tranche({
    tranche: 'q4',
    from: '2026-10-01',
    until: '2026-12-31',
    state: 'open',
    committed: '80000',
    drawn: '41207.25',
    remaining: '38792.75',
    shortfall_at_most: '38792.75',
    charges: 104,
    forecast: {
      verdict: 'projected',
      days: 183,
      projected: {
        drawn: grown ? money('75100', '80000', '80000') : money('69100', '71950.5', '74800'),
        missing,
        shortfall: missing,
        complete_on: { p10: null, p50: null, p90: null },
        paths_complete: grown ? 311 : 0,
        paths: 400,
      },
    },
  });
}

const spendOf = (grown: boolean): Commitment => ({
  contract: 'cloud-2026',
  title: 'We buy models from a cloud',
  status: 'signed',
  instrument: 'spend',
  kind: 'spend',
  currency: 'USD',
  rule: 'invoice-difference',
  automatic: false,
  committed: '260000',
  drawn: DRAWN,
  stated: null,
  remaining: '38792.75',
  expired: '2000',
  tranches: [
    tranche({}),
    tranche({ tranche: 'q2', from: '2026-04-01', until: '2026-06-30' }),
    tranche({
      tranche: 'q3',
      from: '2026-07-01',
      until: '2026-09-30',
      drawn: '58000',
      expired: '2000',
      shortfall: '2000',
      shortfall_at_most: '2000',
    }),
    openTranche(grown),
  ],
  burn,
  exits: [exit],
});

const CREDIT: Commitment = {
  ...spendOf(false),
  instrument: 'welcome-credit',
  kind: 'credit',
  rule: 'none',
  committed: '15000',
  drawn: '0',
  remaining: '15000',
  expired: '0',
  tranches: [
    tranche({
      tranche: 'credit',
      from: '2026-11-20',
      until: '2027-04-30',
      state: 'open',
      committed: '15000',
      drawn: '0',
      remaining: '15000',
      charges: 0,
      forecast: { verdict: 'insufficient evidence', days: 2, projected: null },
    }),
  ],
  burn: [{ day: TODAY_TEXT, drawn: '0' }],
  exits: [],
};

const MORE_UNITS: Commitments['possibilities'][number] = {
  contract: 'cloud-2026',
  status: 'signed',
  currency: 'USD',
  instrument: 'more-units',
  what: 'option',
  holder: 'us',
  other: 'cloud',
  up_to: { amount: null, quantity: '1000', unit: 'PTU' },
  from: '2026-03-01',
  until: '2026-12-31',
  conditions: [],
  grade: null,
};

const commitmentsOf = (growth: string): Commitments => ({
  at: NOW,
  growth,
  rows: [spendOf(growth !== '0'), CREDIT],
  unreadable: [],
  possibilities: [MORE_UNITS],
  charges: {
    period: { since: START, until: NOW },
    metered_since: '2025-11-03',
    days: 326,
    count: 652,
    money: [{ currency: 'USD', total: '251000.75', drawn: DRAWN, not_drawn: '31793.5', in_statements: '0' }],
    unpriced: 12,
    unknown: null,
    earlier: null,
  },
});
