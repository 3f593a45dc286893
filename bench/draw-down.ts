// How the draw-down of commitments grows with the charges: a deal at its bounds (500 pools, 20,000 milestones, every shortfall rule, with
// and without carry-over), a number of charges and ten times as many in the same run. `node bench/draw-down.ts [--charges N]
// [--rounds N]`; the ratio is near 10 where the reckoning is linear; exit 3 where it is above 15.
import { parseArgs } from 'node:util';
import { drawDown, positions, readContract, type Charge, type Contract } from '@weighbridge/ledger';
import { median } from './statistics.ts';

const RATIO_MOST = 15;
const DAY_MS = 86_400_000;
const CONTRACTS = 10;
const POOLS_EACH = 50;
const MILESTONES_EACH = 40;
const DAYS_EACH = 27;
const SELLERS = 12;
const BEGIN = Date.UTC(2027, 0, 1);
const DAYS = MILESTONES_EACH * DAYS_EACH;
const RULES = ['invoice-difference', 'forfeit', 'rollover', 'none'] as const;

const { values } = parseArgs({
  options: { charges: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '3' } },
});
const n = Number(values.charges);
const rounds = Number(values.rounds);
const dayText = (day: number): string => new Date(BEGIN + day * DAY_MS).toISOString().slice(0, 10);

const contractOf = (number: number): Contract =>
  readContract(
    `bench-${number}.yaml`,
    JSON.stringify({
      version: 1,
      id: `bench-${number}`,
      title: 'A deal at its bounds',
      status: 'signed',
      parties: { us: { name: 'Us', roles: ['buyer'] }, them: { name: 'Them', roles: ['seller-of-record'] } },
      term: { from: dayText(0), until: dayText(DAYS - 1) },
      currency: 'USD',
      instruments: Array.from({ length: POOLS_EACH }, (_, pool) => ({
        id: `pool-${pool}`,
        kind: 'spend',
        by: 'us',
        with: 'them',
        priority: pool % 7,
        milestones: Array.from({ length: MILESTONES_EACH }, (_m, index) => ({
          id: `m${index}`,
          from: dayText(index * DAYS_EACH),
          until: dayText((index + 1) * DAYS_EACH - 1),
          // Some run dry within days, some never.
          amount: String(1 + ((number * 31 + pool * 17 + index * 7) % 900)),
        })),
        eligibility: [
          { when: { seller: [`seller-${pool % SELLERS}`] }, fraction: '1' },
          { when: { seller: [`seller-${(pool + 1) % SELLERS}`] }, fraction: '0.25' },
        ],
        shortfall: { rule: RULES[pool % RULES.length] },
        carry_over: pool % 3 === 0 ? 'roll-forward' : 'none',
      })),
    }),
  );

const chargesOf = (count: number): readonly Charge[] =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index).padStart(9, '0'),
    entry: index,
    at: BEGIN + ((index * 7_919) % DAYS) * DAY_MS,
    // The same sum whatever the count, so that as much runs dry.
    amount: (BigInt(1 + ((index * 104_729) % 1_000)) * 10n ** 12n * 2_000n) / BigInt(count),
    currency: 'USD',
    attributes: { seller: `seller-${index % SELLERS}`, model: `model-${index % 40}` },
  }));

const deal = Array.from({ length: CONTRACTS }, (_, number) => contractOf(number));
const at = BEGIN + DAYS * DAY_MS;

function run(charges: readonly Charge[]): { readonly ms: number; readonly draws: number } {
  const from = performance.now();
  const state = drawDown(deal, charges, at);
  const found = positions(state);
  const ms = performance.now() - from;
  if (found.length !== CONTRACTS * POOLS_EACH * MILESTONES_EACH) throw new Error('tranches are missing');
  return { ms, draws: found.reduce((sum, { drawn_by: by }) => sum + by.length, 0) };
}

const [few, many] = [chargesOf(n), chargesOf(10 * n)];
run(few);
const measured = Array.from({ length: rounds }, () => ({ few: run(few), many: run(many) }));
const [fewMs, manyMs] = [
  median(measured.map(({ few: one }) => one.ms)),
  median(measured.map(({ many: one }) => one.ms)),
];
const ratio = median(measured.map((each) => each.many.ms / each.few.ms));
const result = {
  pools: CONTRACTS * POOLS_EACH,
  milestones: CONTRACTS * POOLS_EACH * MILESTONES_EACH,
  charges: [n, 10 * n],
  draws: [measured[0]?.few.draws, measured[0]?.many.draws],
  ms: [Math.round(fewMs), Math.round(manyMs)],
  us_per_charge: [fewMs, manyMs].map((ms, index) => Math.round((ms * 10_000) / (n * (index === 0 ? 1 : 10))) / 10),
  ratio: Math.round(ratio * 100) / 100,
  ratio_most: RATIO_MOST,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exitCode = ratio <= RATIO_MOST ? 0 : 3;
