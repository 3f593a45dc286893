// A read-only view of a journal's folder, up to its last signed checkpoint. It opens what it needs and keeps little, so
// that the command line can use it beside a running server: whatever a checkpoint covers never changes any more.
import { AppError, isAppError, isUlid, systemClock } from '@weighbridge/kernel';
import type { EntryKind, Group, Leaf } from '@weighbridge/protocol';
import { disk } from './disk.ts';
import { formatEnvelope } from './attest/envelope.ts';
import type { Checkpoint, Disclosure, EntryFilter, Journal, LogEntry, LogRecord } from './contract.ts';
import { bestFor, readCosignedFile } from './cosigned/cosigned-file.ts';
import { TileCache, TileTree } from './merkle/proof.ts';
import { readCheckpoint } from './note/checkpoint.ts';
import { formatTlogProof } from './note/tlog-proof.ts';
import { formatReceipt, type ReceiptFile } from './receipt-file.ts';
import { disclose, mustCommit, openPersonal, parseRecord, recordTexts, type ParsedRecord } from './record/record.ts';
import { openText } from './record/sealed-text.ts';
import { parseSubject } from './vault/subject-name.ts';
import { absence, readStatement, type PrunedRange } from './retention/statements.ts';
import { isMissing } from './store/durable-file.ts';
import { checkFormat } from './store/format.ts';
import { HashReader } from './store/hash-store.ts';
import { IdReader } from './store/id-index.ts';
import { ItemReader } from './store/item-reader.ts';
import { isIndexedKind, readKind } from './store/kind-index.ts';
import { sealedPath } from './store/sealed-part.ts';
import {
  BUNDLE_ENTRIES,
  checkpointPath,
  entriesFolder,
  PART_ENTRIES,
  recordsFolder,
  vkeyPath,
} from './store/layout.ts';
import { openVault, type Vault } from './vault/vault.ts';

/** Entries between two looks at whether keys were erased, for whoever reads many: some tens of milliseconds. */
const LOOK_ENTRIES = 2_048;
/** File systems stamp files to some milliseconds. */
const SETTLED_MS = 100;

export interface JournalOptions {
  /** Folder of the vault: needed for personal groups only. */
  readonly vault?: string;
  /** The number under which this log was superseded: what is handed on from it is signed by its own keys. */
  readonly superseded?: number;
}

/** Throws RECEIPT_UNKNOWN when the folder holds no log yet. */
export const openJournal = (folder: string, options: JournalOptions = {}): Journal =>
  new JournalReader(folder, options);

class JournalReader implements Journal {
  readonly folder: string;
  readonly #vaultFolder: string | undefined;
  readonly #superseded: number | undefined;
  readonly #hashes: HashReader;
  readonly #ids: IdReader;
  readonly #leaves: ItemReader;
  readonly #records: ItemReader;
  /** Entries known to be sealed: a log never shrinks. */
  #sealed = 0;
  #vault: Vault | null = null;
  #tree: TileTree | null = null;
  readonly #tiles = new TileCache();
  #pruned: { readonly statements: number; readonly ranges: readonly PrunedRange[] } = { statements: 0, ranges: [] };
  #read: { readonly identity: string; readonly checkpoint: Checkpoint } | null = null;

  constructor(folder: string, options: JournalOptions) {
    this.folder = folder;
    checkFormat(folder);
    void this.vkey; // A folder without a log is refused at once.
    this.#vaultFolder = options.vault;
    this.#superseded = options.superseded;
    this.#hashes = new HashReader(folder);
    this.#ids = new IdReader(folder);
    this.#leaves = new ItemReader(entriesFolder(folder), 2);
    this.#records = new ItemReader(recordsFolder(folder), 4);
  }

  get vkey(): string {
    return readLogFile(vkeyPath(this.folder)).trim();
  }

  checkpoint(): Checkpoint {
    const path = checkpointPath(this.folder);
    // A checkpoint is a new file each time: one that was read is not read again. One so fresh that the next could bear
    // the same time stamp is not counted on.
    const file = disk.statSync(path, { throwIfNoEntry: false });
    const identity = `${file?.ino} ${file?.mtimeMs} ${file?.ctimeMs} ${file?.size}`;
    if (this.#read?.identity === identity) return this.#read.checkpoint;
    const checkpoint = readCheckpoint(readLogFile(path));
    const settled = file !== undefined && systemClock.wall() - file.mtimeMs > SETTLED_MS;
    this.#read = settled ? { identity, checkpoint } : null;
    this.#sealed = checkpoint.size;
    return checkpoint;
  }

  entry(index: number): LogEntry {
    this.#mustCover(index);
    return this.#entry(index, this.#sealed);
  }

  find(id: string): readonly LogEntry[] {
    if (!isUlid(id))
      throw new AppError(
        'RECEIPT_UNKNOWN',
        `"${id.slice(0, 40)}" is not an entry id: those have 26 letters and digits`,
      );
    const { size } = this.checkpoint();
    return this.#ids.find(id, size).map((index) => this.#entry(index, size));
  }

  *entries(filter: EntryFilter = {}): IterableIterator<LogEntry> {
    const to = Math.min(filter.to ?? Infinity, this.checkpoint().size);
    const from = Math.max(filter.from ?? 0, 0);
    const listed = filter.unindexed !== true && filter.kinds?.every(isIndexedKind) === true;
    const source = listed
      ? this.#listed(filter.kinds ?? [], from, to, filter.newestFirst)
      : this.#scanned(filter, from, to);
    for (const entry of source) if (matches(entry, filter)) yield entry;
  }

  /** What cannot be taken apart, or is not what its leaf commits to, is read from the disk again at the next call. */
  *records(filter: EntryFilter, names: readonly Group[]): IterableIterator<LogRecord> {
    try {
      yield* this.#disclosed(filter, names);
    } catch (error) {
      this.#leaves.forget();
      this.#records.forget();
      throw asSealed(error);
    }
  }

  erasedAmong(subjects: readonly string[]): readonly string[] {
    const keys = this.#openVault().subjects;
    return subjects.filter((subject) => keys.isErased(parseSubject(subject)));
  }

  unsealed(subject: string, sealed: string): string | null {
    try {
      return openText(this.#openVault(), subject, sealed);
    } catch (error) {
      if (isAppError(error) && error.code === 'SUBJECT_ERASED') return null;
      throw error;
    }
  }

  groups(index: number, names: readonly Group[] = ['public', 'commercial']): Disclosure {
    const { leaf } = this.entry(index);
    const record = this.#record(index);
    if (record === null) throw absence(index, this.pruned());
    const disclosed: { -readonly [name in keyof Disclosure]: Disclosure[name] } = {};
    for (const name of names) {
      const group =
        name === 'personal'
          ? record.personal && openPersonal(record.personal, leaf.by, leaf.id, this.#openVault())
          : record[name];
      if (group !== undefined) disclosed[name] = disclose(group);
    }
    return disclosed;
  }

  pruned(): readonly PrunedRange[] {
    const { size } = this.checkpoint();
    const indexes = readKind(this.folder, 'pruned', size);
    if (indexes.length === this.#pruned.statements) return this.#pruned.ranges;
    const ranges = indexes.flatMap((index) => {
      const said = parseRecord(this.#records.read(index, size)).public?.text.toString('utf8');
      return readStatement(this.#entry(index, size).leaf.at, said ?? '{}');
    });
    this.#pruned = { statements: indexes.length, ranges };
    return ranges;
  }

  proofFor(entry: number | string): string {
    return this.#proof(typeof entry === 'number' ? entry : this.#choose(entry).index);
  }

  receiptFor(id: string, options: { readonly groups?: readonly Group[]; readonly kind?: EntryKind } = {}): string {
    return formatReceipt(this.#receipt(id, options));
  }

  attestationFor(id: string, options: { readonly groups?: readonly Group[]; readonly kind?: EntryKind } = {}): string {
    const vault = this.#openVault('a statement is to be signed');
    const signers = this.#superseded === undefined ? vault.signers : vault.formerSigners(this.#superseded);
    return formatEnvelope(this.#receipt(id, options), signers);
  }

  close(): void {
    this.#hashes.close();
  }

  /** Null once pruned. Throws JOURNAL_CORRUPT for one that is gone though nothing states it. */
  #record(index: number): ParsedRecord | null {
    const bytes = this.#recordBytes(index);
    return bytes === null ? null : parseRecord(bytes);
  }

  #recordBytes(index: number): Buffer | null {
    const bytes = this.#records.read(index, this.#sealed);
    if (bytes.length > 0) return bytes;
    const why = absence(index, this.pruned());
    if (why.code !== 'RECORD_PRUNED') throw why;
    return null;
  }

  /** Looks at the checkpoint only when what is known of it does not reach this far. Throws RECEIPT_UNKNOWN. */
  #mustCover(index: number): void {
    const known = Number.isSafeInteger(index) && index >= 0;
    if (known && (index < this.#sealed || index < this.checkpoint().size)) return;
    throw new AppError(
      'RECEIPT_UNKNOWN',
      `there is no entry ${index}: the log has ${this.checkpoint().size} sealed entries`,
    );
  }

  #receipt(id: string, options: { readonly groups?: readonly Group[]; readonly kind?: EntryKind }): ReceiptFile {
    const { index, text } = this.#choose(id, options.kind);
    return { leaf: text, groups: this.groups(index, options.groups ?? ['public']), proof: this.#proof(index) };
  }

  #proof(index: number): string {
    const checkpoint = bestFor(index, this.checkpoint(), readCosignedFile(this.folder));
    if (this.#tree?.size !== checkpoint.size)
      this.#tree = new TileTree(checkpoint.size, this.#hashes.read, this.#tiles);
    return formatTlogProof({ index, hashes: this.#tree.inclusion(index), checkpoint: checkpoint.text });
  }

  #choose(id: string, kind?: EntryKind): LogEntry {
    const found = this.find(id);
    const chosen =
      found.findLast((entry) => entry.leaf.kind === (kind ?? 'call')) ??
      (kind === undefined ? found.at(-1) : undefined);
    if (chosen === undefined) throw new AppError('RECEIPT_UNKNOWN', `no sealed ${kind ?? 'entry'} has the id ${id}`);
    return chosen;
  }

  #entry(index: number, size: number): LogEntry {
    return toEntry(index, this.#leaves.read(index, size));
  }

  *#disclosed(filter: EntryFilter, names: readonly Group[]): Generator<LogRecord> {
    const personal = names.includes('personal');
    let look = 0;
    let looked = -Infinity;
    const vault = (): Vault => this.#openVault();
    let part = -1;
    let checked = false;
    // What `entries` yields is covered by the checkpoint it looked at first.
    for (const entry of this.entries(filter)) {
      const { index, leaf, text } = entry;
      if (Math.floor(index / PART_ENTRIES) !== part) {
        part = Math.floor(index / PART_ENTRIES);
        checked = !disk.existsSync(sealedPath(recordsFolder(this.folder), part));
      }
      if (personal && Math.abs(index - looked) >= LOOK_ENTRIES) {
        looked = index;
        look = this.#openVault().subjects.look();
      }
      const record = this.#recordBytes(index);
      if (record === null) {
        if (filter.pruned === undefined) throw absence(index, this.pruned());
        if (filter.pruned === 'leaf') yield { index, leaf, text, groups: {}, pruned: true };
        continue;
      }
      // A finished part has checksums of its own; one that still grows has none.
      if (checked) mustCommit(record, leaf, index);
      const { texts, subject } = recordTexts(record, leaf, names, { vault, look });
      yield subject === undefined
        ? { index, leaf, text, groups: texts }
        : { index, leaf, text, groups: texts, subject };
    }
  }

  *#listed(kinds: readonly EntryKind[], from: number, to: number, newestFirst = false): Generator<LogEntry> {
    const indexes = [...new Set(kinds)]
      .flatMap((kind) => readKind(this.folder, kind, to))
      .filter((index) => index >= from);
    indexes.sort((a, b) => (newestFirst ? b - a : a - b));
    for (const index of indexes) yield this.#entry(index, to);
  }

  *#scanned(filter: EntryFilter, from: number, to: number): Generator<LogEntry> {
    const first = Math.floor(from / BUNDLE_ENTRIES);
    const last = Math.ceil(to / BUNDLE_ENTRIES) - 1;
    for (let step = 0; step <= last - first; step += 1) {
      const bundle = filter.newestFirst === true ? last - step : first + step;
      if (this.#outside(bundle, filter)) continue;
      const entries = this.#bundle(bundle, from, to, filter.kinds);
      yield* filter.newestFirst === true ? entries.reverse() : entries;
    }
  }

  /** Whether the part of this bundle has no entry in the time asked for. */
  #outside(bundle: number, { since, until }: EntryFilter): boolean {
    if (since === undefined && until === undefined) return false;
    const instants = this.#ids.instants(Math.floor((bundle * BUNDLE_ENTRIES) / PART_ENTRIES));
    if (instants === null) return false;
    return (since !== undefined && instants.latest < since) || (until !== undefined && instants.earliest >= until);
  }

  /** Leaves of other kinds are left out without being read whole. */
  #bundle(bundle: number, from: number, to: number, kinds: readonly EntryKind[] | undefined): LogEntry[] {
    const first = bundle * BUNDLE_ENTRIES;
    const wanted = kinds === undefined ? null : new Set<string>(kinds);
    const entries: LogEntry[] = [];
    const items = this.#leaves.bundle(bundle, to);
    const end = Math.min(items.count, to - first);
    for (let i = Math.max(0, from - first); i < end; i += 1) {
      if (wanted?.has(kindOf(items.bytes, items.end(i))) === false) continue;
      entries.push(toEntry(first + i, items.bytes, items.start(i), items.end(i)));
    }
    return entries;
  }

  #openVault(what = 'personal content was asked for'): Vault {
    if (this.#vaultFolder === undefined) {
      throw new AppError('VAULT_UNREADABLE', `${what}, and no vault was given`, {
        next: 'name the vault that belongs to this journal',
      });
    }
    return (this.#vault ??= openVault(this.#vaultFolder));
  }
}

/** A log that cannot be taken apart is not what was sealed, wherever in it the wrong byte lies. */
function asSealed(error: unknown): unknown {
  const broken = isAppError(error) ? error.code === 'JOURNAL_CORRUPT' : error instanceof SyntaxError;
  if (!broken) return error;
  return new AppError('PROOF_INVALID', `the log is not what was sealed: ${(error as Error).message}`, { cause: error });
}

const KIND_SIGN = Buffer.from('"kind":"');

/** Of the leaf that ends there. A leaf's keys are sorted, and of those after `kind` none has a kind of its own. */
function kindOf(bytes: Buffer, end: number): string {
  const start = bytes.lastIndexOf(KIND_SIGN, end - KIND_SIGN.length) + KIND_SIGN.length;
  return bytes.toString('latin1', start, bytes.indexOf(QUOTE, start));
}

const QUOTE = 0x22;

const toEntry = (index: number, bytes: Buffer, start = 0, end = bytes.length): LogEntry => {
  const text = bytes.toString('utf8', start, end);
  return { index, text, leaf: JSON.parse(text) as Leaf };
};

function matches({ leaf }: LogEntry, { kinds, since, until }: EntryFilter): boolean {
  if (kinds !== undefined && !kinds.includes(leaf.kind)) return false;
  return (since === undefined || leaf.at >= since) && (until === undefined || leaf.at < until);
}

function readLogFile(path: string): string {
  try {
    return disk.readFileSync(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new AppError('RECEIPT_UNKNOWN', `there is no sealed log here: ${path} does not exist`, { cause: error });
  }
}
