// The bytes of a write-ahead file: a header that names its writer, then batches. A batch is what one turn of the event
// loop appended, written by one `write` and guarded by one checksum, so that a torn tail is seen as such and nothing
// half written is ever taken for an entry.
import { crc32 } from 'node:zlib';
import { AppError, invariant, LIMITS } from '@weighbridge/kernel';
import type { EntryDraft } from '@weighbridge/protocol';
import type { RawDraft } from '../record/record.ts';

const FILE_MAGIC = 0x57427731; // "WBw1"
const BATCH_MAGIC = 0x57426231; // "WBb1"
/** Magic, payload length, checksum, count (4 bytes each), unsynced (2), first sequence number (6), refused (4). */
export const BATCH_HEADER_BYTES = 28;
/** A batch is written at once when it has grown to this. */
export const BATCH_BYTES = 4 * 1024 * 1024;
/** No batch is larger: the threshold and one entry of three full groups more. */
const MAX_BATCH_BYTES = BATCH_BYTES + 3 * LIMITS.group_bytes + 4096;
const ID_BYTES = 26;
const UNSYNCED_MOST = 0xffff;
/** Flags of an encoded draft, in the order its groups follow. */
const FLAG = { commercial: 1, personal: 2, public: 4 } as const;
type Group = keyof typeof FLAG;

export interface SegmentHeader {
  readonly node: string;
  readonly lane: number;
  readonly epoch: number;
  readonly build: string;
  /** Sequence number of the first entry. */
  readonly start: number;
}

/** Magic, length, checksum, then JSON. */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const { build, epoch, lane, node, start } = header;
  const json = Buffer.from(JSON.stringify({ build, epoch, lane, node, start }));
  const head = Buffer.alloc(12);
  head.writeUInt32BE(FILE_MAGIC, 0);
  head.writeUInt32BE(json.length, 4);
  head.writeUInt32BE(crc32(json), 8);
  return Buffer.concat([head, json]);
}

/** Null while it is not (wholly, soundly) there. */
export function decodeSegmentHeader(bytes: Buffer): { readonly header: SegmentHeader; readonly length: number } | null {
  if (bytes.length < 12 || bytes.readUInt32BE(0) !== FILE_MAGIC) return null;
  const length = 12 + bytes.readUInt32BE(4);
  if (bytes.length < length || crc32(bytes.subarray(12, length)) !== bytes.readUInt32BE(8)) return null;
  return { header: JSON.parse(bytes.toString('utf8', 12, length)) as SegmentHeader, length };
}

/** Most bytes that `encodeDraft` can write for this draft. Throws FIELD_TOO_LARGE when no encoding could fit. */
export function draftBound({ subject, commercial, personal, public: open }: EntryDraft): number {
  const groups = lengthOf('commercial', commercial) + lengthOf('personal', personal) + lengthOf('public', open);
  return 128 + 3 * ((subject?.length ?? 0) + groups);
}

function lengthOf(name: Group, text: string | undefined): number {
  if (text === undefined) return 0;
  if (text.length > LIMITS.group_bytes) throw tooLarge(`${name} group`, text.length, LIMITS.group_bytes);
  return text.length;
}

/** Stands in the text for what is filled in as bytes: a NUL each, since that takes one byte in UTF-8 too. */
const GAP_1 = '\0';
const GAP_2 = '\0\0';
const GAP_4 = '\0\0\0\0';
const GAP_7 = '\0\0\0\0\0\0\0';

/**
 * Writes a draft; returns the offset after it. Throws FIELD_TOO_LARGE. The caller has checked the rest. All of it goes
 * through one call as one text, in which lengths are gaps: where every character took one byte, which is nearly always,
 * it lies as it should but for these. Else piece after piece is written.
 */
export function encodeDraft(draft: EntryDraft, buffer: Buffer, start: number): number {
  const { kind, id, subject = '', commercial, personal, public: open } = draft;
  let text = GAP_1 + kind + GAP_7 + id + GAP_2 + subject;
  if (commercial !== undefined) text += GAP_4 + commercial;
  if (personal !== undefined) text += GAP_4 + personal;
  if (open !== undefined) text += GAP_4 + open;
  if (buffer.write(text, start, 'utf8') !== text.length) return encodePieces(draft, buffer, start);
  let at = encodeHead(draft, buffer, start) + ID_BYTES;
  if (subject.length > LIMITS.field_bytes) throw tooLarge('subject', subject.length, LIMITS.field_bytes);
  buffer.writeUInt16BE(subject.length, at);
  at += 2 + subject.length;
  if (commercial !== undefined) at = skipGroup(commercial, buffer, at);
  if (personal !== undefined) at = skipGroup(personal, buffer, at);
  return open === undefined ? at : skipGroup(open, buffer, at);
}

/** Of a group that stands where it belongs, its length is filled in. */
function skipGroup(text: string, buffer: Buffer, at: number): number {
  buffer.writeUInt32BE(text.length, at);
  return at + 4 + text.length;
}

/** Length of the kind, flags and instant around a kind that stands there; returns where the id belongs. */
function encodeHead(draft: EntryDraft, buffer: Buffer, start: number): number {
  const { kind, commercial, personal, public: open } = draft;
  const flags = start + 1 + kind.length;
  buffer[start] = kind.length;
  buffer[flags] =
    (commercial === undefined ? 0 : FLAG.commercial) |
    (personal === undefined ? 0 : FLAG.personal) |
    (open === undefined ? 0 : FLAG.public);
  buffer.writeUIntBE(draft.at, flags + 1, 6);
  return flags + 7;
}

function encodePieces(draft: EntryDraft, buffer: Buffer, start: number): number {
  const { kind, id, subject, commercial, personal, public: open } = draft;
  buffer.write(kind, start + 1, 'latin1');
  let at = encodeHead(draft, buffer, start);
  at += buffer.write(id, at, ID_BYTES, 'latin1');
  at = encodeSubject(subject, buffer, at);
  if (commercial !== undefined) at = encodeGroup('commercial', commercial, buffer, at);
  if (personal !== undefined) at = encodeGroup('personal', personal, buffer, at);
  return open === undefined ? at : encodeGroup('public', open, buffer, at);
}

function encodeSubject(subject: string | undefined, buffer: Buffer, at: number): number {
  const length = subject === undefined ? 0 : buffer.write(subject, at + 2, 'utf8');
  if (length > LIMITS.field_bytes) throw tooLarge('subject', length, LIMITS.field_bytes);
  buffer.writeUInt16BE(length, at);
  return at + 2 + length;
}

function encodeGroup(name: Group, text: string, buffer: Buffer, at: number): number {
  const length = buffer.write(text, at + 4, 'utf8');
  if (length > LIMITS.group_bytes) throw tooLarge(`${name} group`, length, LIMITS.group_bytes);
  buffer.writeUInt32BE(length, at);
  return at + 4 + length;
}

const tooLarge = (what: string, bytes: number, limit: number): AppError =>
  new AppError('FIELD_TOO_LARGE', `the ${what} of an entry has ${bytes} bytes, and at most ${limit} are kept`);

/**
 * Fills in the header of a batch whose payload already stands behind it. `refused`: how many sequence numbers just
 * before `firstSeq` belong to entries that were refused, so that a reader can tell such a gap from a loss. `unsynced`: how
 * many before it were waiting for a sync when this was written, so that a loss of power may have taken them and left this.
 */
export function finishBatch(
  batch: Buffer,
  numbers: { readonly count: number; readonly firstSeq: number; readonly refused: number; readonly unsynced: number },
): void {
  const { count, firstSeq, refused, unsynced } = numbers;
  batch.writeUInt32BE(BATCH_MAGIC, 0);
  batch.writeUInt32BE(batch.length - BATCH_HEADER_BYTES, 4);
  batch.writeUInt32BE(count, 12);
  batch.writeUInt16BE(Math.min(unsynced, UNSYNCED_MOST), 16);
  batch.writeUIntBE(firstSeq, 18, 6);
  batch.writeUInt32BE(refused, 24);
  batch.writeUInt32BE(checksum(batch), 8);
}

const checksum = (batch: Buffer): number =>
  crc32(batch.subarray(BATCH_HEADER_BYTES), crc32(batch.subarray(12, BATCH_HEADER_BYTES)));

/** `wait`: not wholly there yet. `bad`: these bytes are no batch. */
export type BatchLook =
  | { readonly state: 'whole'; readonly length: number }
  | { readonly state: 'wait'; readonly length: number }
  | { readonly state: 'bad' };

export function lookAtBatch(bytes: Buffer): BatchLook {
  if (bytes.length < BATCH_HEADER_BYTES) return { state: 'wait', length: BATCH_HEADER_BYTES };
  const length = BATCH_HEADER_BYTES + bytes.readUInt32BE(4);
  if (bytes.readUInt32BE(0) !== BATCH_MAGIC || length > MAX_BATCH_BYTES) return { state: 'bad' };
  if (bytes.length < length) return { state: 'wait', length };
  return checksum(bytes.subarray(0, length)) === bytes.readUInt32BE(8) ? { state: 'whole', length } : { state: 'bad' };
}

export interface BatchNumbers {
  readonly count: number;
  readonly firstSeq: number;
  /** Entries below this number were kept when the batch was written; those from it on may have been refused or not synced. */
  readonly durable: number;
}

export function batchNumbers(batch: Buffer): BatchNumbers {
  const firstSeq = batch.readUIntBE(18, 6);
  const missing = Math.max(batch.readUInt32BE(24), batch.readUInt16BE(16));
  return { count: batch.readUInt32BE(12), firstSeq, durable: firstSeq - missing };
}

export interface SequencedDraft extends RawDraft {
  readonly seq: number;
}

/** The drafts of a whole batch. Their groups are views of `batch`. */
export function decodeBatch(batch: Buffer): SequencedDraft[] {
  const { count, firstSeq } = batchNumbers(batch);
  const drafts: SequencedDraft[] = [];
  let at = BATCH_HEADER_BYTES;
  let flags = 0;
  const group = (flag: number): Buffer | null => {
    if ((flags & flag) === 0) return null;
    const start = at + 4;
    at = start + batch.readUInt32BE(at);
    return batch.subarray(start, at);
  };
  for (let i = 0; i < count; i += 1) {
    const kindEnd = at + 1 + batch.readUInt8(at);
    const kind = batch.toString('latin1', at + 1, kindEnd);
    flags = batch.readUInt8(kindEnd);
    const instant = batch.readUIntBE(kindEnd + 1, 6);
    at = kindEnd + 7 + ID_BYTES;
    const id = batch.toString('latin1', at - ID_BYTES, at);
    const subjectEnd = at + 2 + batch.readUInt16BE(at);
    const subject = batch.toString('utf8', at + 2, subjectEnd);
    at = subjectEnd;
    const commercial = group(FLAG.commercial);
    const personal = group(FLAG.personal);
    const open = group(FLAG.public);
    drafts.push({ seq: firstSeq + i, kind, id, at: instant, subject, commercial, personal, public: open });
  }
  invariant(at === batch.length, 'a batch whose checksum is right is wholly made of drafts');
  return drafts;
}

const BATCH_MAGIC_BYTES = Buffer.from('WBb1');

/** Sound batches that start anywhere behind the first byte: what precedes them is then no torn tail. */
export interface LaterBatches {
  /** Where the first of them starts. */
  readonly at: number;
  /** Up to which entry everything was kept, as any of them says. */
  readonly durable: number;
}

/** Null when there is none. */
export function laterBatches(bytes: Buffer): LaterBatches | null {
  let later = null as LaterBatches | null;
  for (let at = bytes.indexOf(BATCH_MAGIC_BYTES, 1); at >= 0; at = bytes.indexOf(BATCH_MAGIC_BYTES, at + 1)) {
    const rest = bytes.subarray(at);
    if (lookAtBatch(rest).state !== 'whole') continue;
    const { durable } = batchNumbers(rest);
    later = { at: later?.at ?? at, durable: Math.max(later?.durable ?? 0, durable) };
  }
  return later;
}
