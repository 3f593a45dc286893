// What a reservation did, minute by minute, for whoever looks: in the same shared memory, under the same lock, of the last
// three hours. Nothing is admitted by it. Figures of a minute that was never written are zero, and told as such only from the
// minute on in which counting began.

export const RING_MINUTES = 180;
const MINUTE_MS = 60_000;

/** Of one minute. `used`: weighted tokens of calls that ended in it, by meter; of calls at a time, the most there were. */
export const MINUTE_FIELDS = [
  'minute',
  'used',
  'used_second',
  'most',
  'calls',
  'spilled',
  'refused',
  'queued',
] as const;
export type MinuteField = (typeof MINUTE_FIELDS)[number];
export type MinuteCount = Exclude<MinuteField, 'minute'>;
export const RING_NUMBERS = RING_MINUTES * MINUTE_FIELDS.length;

export type MinuteRow = Readonly<Record<MinuteField, number>>;

const COLUMN = Object.fromEntries(MINUTE_FIELDS.map((name, index) => [name, index])) as Record<MinuteField, number>;

function slotOf(cells: Float64Array, from: number, now: number): number {
  const minute = Math.floor(now / MINUTE_MS);
  const slot = from + (minute % RING_MINUTES) * MINUTE_FIELDS.length;
  if (cells[slot] !== minute) {
    cells.fill(0, slot, slot + MINUTE_FIELDS.length);
    cells[slot] = minute;
  }
  return slot;
}

export function countIn(cells: Float64Array, from: number, now: number, name: MinuteCount, amount: number): void {
  const at = slotOf(cells, from, now) + COLUMN[name];
  cells[at] = (cells[at] ?? 0) + amount;
}

export function mostIn(cells: Float64Array, from: number, now: number, name: MinuteCount, value: number): void {
  const at = slotOf(cells, from, now) + COLUMN[name];
  cells[at] = Math.max(cells[at] ?? 0, value);
}

/** The whole minutes before this one and this one, oldest first, as far as the ring has them; those without a call are zero. */
export function minutesIn(cells: Float64Array, from: number, since: number, now: number): MinuteRow[] {
  const last = Math.floor(now / MINUTE_MS);
  const first = Math.max(Math.floor(since / MINUTE_MS), last - RING_MINUTES + 1);
  const rows: MinuteRow[] = [];
  for (let minute = first; minute <= last; minute += 1) {
    const slot = from + (minute % RING_MINUTES) * MINUTE_FIELDS.length;
    const known = cells[slot] === minute;
    const row = MINUTE_FIELDS.map((name, index) => [name, known ? (cells[slot + index] ?? 0) : 0]);
    rows.push({ ...(Object.fromEntries(row) as Record<MinuteField, number>), minute });
  }
  return rows;
}
