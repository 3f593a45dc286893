// Which calls a row of a roll-up was added up from, so that they are found without a scan: their entry indexes, in parts
// of 65,536 entries of the log, two bytes for each call within a part. Lists only ever grow at their end, and are the
// same bytes however the log was cut into batches.

export const PART_ENTRIES = 65_536;

export const partOf = (entry: number): number => Math.floor(entry / PART_ENTRIES);

/** Entries of one part, in order, as hexadecimal digits. */
export function encodeEntries(entries: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(entries.length * 2);
  for (const [i, entry] of entries.entries()) bytes.writeUInt16BE(entry % PART_ENTRIES, i * 2);
  return bytes.toString('hex');
}

export function decodeEntries(part: number, hex: string): number[] {
  const bytes = Buffer.from(hex, 'hex');
  const entries: number[] = [];
  for (let at = 0; at < bytes.length; at += 2) entries.push(part * PART_ENTRIES + bytes.readUInt16BE(at));
  return entries;
}

/** Several lists of one part as one, in order. */
export const mergeEntries = (part: number, lists: readonly string[]): string =>
  encodeEntries(lists.flatMap((hex) => decodeEntries(part, hex)).sort((a, b) => a - b));
