// A hard money budget in shared memory: one cell per UTC day, moved by compare-and-swap, so that all lanes of a node
// draw on the same amount and together never overrun it. A cell is used for one day only and never reset: there is no
// moment at which two lanes could disagree about which day they count.
import { AppError, formatMoney, invariant, type Clock, type Money } from '@weighbridge/kernel';
import type { Budget } from '../ports.ts';

const DAY_MS = 86_400_000;
/** Cell 0 holds the first day; one cell a day follows: eleven years of uptime. */
const DAYS = 4096;
/** Cells count in 10^-9 dollars (up to nine thousand million dollars a day), rounded up at each step, never down. */
const PICO_PER_NANO = 1000n;

const toNano = (pico: Money): bigint => (pico + PICO_PER_NANO - 1n) / PICO_PER_NANO;

/** The shared cells. `spent`: pico-dollars already spent today, as replayed from the journal. */
export function createBudgetCells(clock: Clock, spent: Money = 0n): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer((DAYS + 1) * 8);
  const cells = new BigInt64Array(buffer);
  cells[0] = BigInt(Math.floor(clock.wall() / DAY_MS));
  cells[1] = toNano(spent);
  return buffer;
}

/** One lane's hold on the shared cells. */
export function createBudget(options: {
  readonly cells: SharedArrayBuffer;
  readonly clock: Clock;
  readonly daily: Money | null;
  readonly currency?: string;
}): Budget & { /** Pico-dollars reserved or spent in the current window. */ used(): Money } {
  const cells = new BigInt64Array(options.cells);
  const currency = options.currency ?? 'USD';
  let limit = options.daily === null ? null : options.daily / PICO_PER_NANO;

  const today = (): number => Math.floor(options.clock.wall() / DAY_MS);
  const cellOf = (day: number): number => {
    const index = day - Number(cells[0] ?? 0n) + 1;
    // A wall clock that was set back before the start counts on the first day: stricter, never looser.
    if (index < 1) return 1;
    invariant(index <= DAYS, 'budget cells last eleven years of uptime; restart to renew them');
    return index;
  };

  return {
    configure(daily) {
      limit = daily === null ? null : daily / PICO_PER_NANO;
    },
    reserve(amount) {
      const day = today();
      const cell = cellOf(day);
      const wanted = toNano(amount);
      for (;;) {
        const used = Atomics.load(cells, cell);
        if (limit !== null && used + wanted > limit) throw exceeded(amount, limit, used, currency);
        if (Atomics.compareExchange(cells, cell, used, used + wanted) === used) return day;
      }
    },
    settle(day, reserved, spent) {
      Atomics.add(cells, cellOf(day), toNano(spent) - toNano(reserved));
    },
    used: () => Atomics.load(cells, cellOf(today())) * PICO_PER_NANO,
  };
}

function exceeded(amount: Money, limit: bigint, used: bigint, currency: string): AppError {
  const left = limit > used ? (limit - used) * PICO_PER_NANO : 0n;
  return new AppError(
    'BUDGET_EXCEEDED',
    `this call may cost up to ${formatMoney(amount, currency)}, and of today's hard budget of ` +
      `${formatMoney(limit * PICO_PER_NANO, currency)} only ${formatMoney(left, currency)} is left`,
    { next: 'lower max_tokens, raise the budget, or wait for the next UTC day' },
  );
}
