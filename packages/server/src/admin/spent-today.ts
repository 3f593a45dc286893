// What was spent today, replayed from the journal before the first call is admitted: a restart must not hand out the
// day's budget twice. A snapshot with its log position saves reading the whole day again; it is thrown away when it
// does not fit the log.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import type { CallCommercial, CallPublic } from '@weighbridge/protocol';

const DAY_MS = 86_400_000;

interface Saved {
  readonly origin: string;
  /** UTC day since the epoch. */
  readonly day: number;
  /** Entries that are counted in. */
  readonly size: number;
  readonly spent: string;
}

/** Pico-dollars spent on the UTC day of `now` at deployments that are not simulated. Saves the position in `file`. */
export function spentToday(journal: Journal, file: string, now: number): Money {
  const { origin, size } = journal.checkpoint();
  const day = Math.floor(now / DAY_MS);
  const saved = readSaved(file);
  const fits = saved !== undefined && saved.origin === origin && saved.day === day && saved.size <= size;
  let spent = fits ? moneyFromDecimal(saved.spent) : 0n;
  const filter = {
    kinds: ['call'] as const,
    since: day * DAY_MS,
    until: (day + 1) * DAY_MS,
    from: fits ? saved.size : 0,
    to: size,
  };
  for (const { groups } of journal.records(filter, ['public', 'commercial'])) {
    if (groups.public === undefined || groups.commercial === undefined) continue;
    spent += spentBy(JSON.parse(groups.public) as CallPublic, JSON.parse(groups.commercial) as CallCommercial);
  }
  save(file, { origin, day, size, spent: moneyToDecimal(spent) });
  return spent;
}

/** What the call settled; of an interrupted one all that was reserved, since nobody can say that less was spent. */
function spentBy(call: CallPublic, commercial: CallCommercial): Money {
  if (call.simulated) return 0n;
  const amount = commercial.budget?.settled ?? commercial.cost.billed ?? commercial.budget?.reserved;
  return amount === undefined ? 0n : moneyFromDecimal(amount);
}

function readSaved(file: string): Saved | undefined {
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Partial<Saved>;
    const whole =
      typeof saved.origin === 'string' &&
      Number.isInteger(saved.day) &&
      Number.isSafeInteger(saved.size) &&
      Number(saved.size) >= 0 &&
      typeof saved.spent === 'string' &&
      /^\d+(\.\d+)?$/.test(saved.spent);
    return whole ? (saved as Saved) : undefined;
  } catch {
    return undefined; // Not there, or not whole: the day is read again.
  }
}

function save(file: string, saved: Saved): void {
  writeFileSync(`${file}.next`, `${JSON.stringify(saved)}\n`, { mode: 0o600 });
  renameSync(`${file}.next`, file);
}
