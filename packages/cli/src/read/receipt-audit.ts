// What sealed entries say, checked while a log is verified: every `call`, `intent` and `decided` entry against its
// contract, every charge against the price book that it names, and the text of every contract of the deal. The books are the ones
// sealed in the log itself; the text of each is a blob beside it that has to hash to the book's id. What cannot be checked is
// counted, never passed over.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, isAppError } from '@weighbridge/kernel';
import { openJournal, type CheckedEntry, type Passage } from '@weighbridge/journal';
import { auditCharges, compileBook, readBookText, type PriceBook } from '@weighbridge/ledger';
import {
  entryProblems,
  GROUPS,
  scanGroup,
  type Group,
  type RatedCall,
  type RatedCharge,
  type RatedUsage,
} from '@weighbridge/protocol';
import { openBlobs, readBooks, type BookRecord } from '@weighbridge/server';
import { openTextAudit, type TextsReport } from './contract-texts.ts';

/** What was checked beyond hashes and signatures. */
export interface AuditReport {
  /** Entries whose content was held against its contract. */
  readonly contract: { readonly checked: number };
  /** Calls whose charges and cost were computed again from the book they name, and those where that was not possible. */
  readonly prices: { readonly rerated: number; readonly not_rerated: number; readonly why?: string };
  /** Texts of contracts that entries name, held against their digests. */
  readonly texts: TextsReport;
}

export interface ReceiptAudit {
  /** For `verifyFolder`. Throws PROOF_INVALID, naming the entry. */
  readonly onEntry: (entry: CheckedEntry) => void;
  /** Call it when all entries went through. Throws PROOF_INVALID when a book that prices calls was never sealed. */
  finish(): AuditReport;
}

const whyUnrated = (blobs: string): string =>
  existsSync(blobs)
    ? `neither the charges nor the price books of those calls are in reach (${blobs} lacks a book)`
    : `the texts of the price books are not here: ${blobs} does not exist`;

/** Sentences kept of one entry: the first say enough. */
const SAID_MOST = 3;

const bad = ({ index, leaf }: CheckedEntry, problems: readonly string[]): AppError =>
  new AppError(
    'PROOF_INVALID',
    `entry ${index} (${leaf.kind} ${leaf.id}) does not say what it has to: ${problems.slice(0, SAID_MOST).join('; ')}`,
  );

/** `folder`: the journal. `blobs`: where the texts of its price books lie; it may be missing. */
export function auditReceipts(folder: string, blobs: string): ReceiptAudit {
  const books = openBooks(folder, blobs);
  const texts = openTextAudit(blobs);
  let checked = 0;
  let rerated = 0;
  let unrated = 0;
  // A successor log takes in calls that were priced under the log before it, which sealed their book.
  let successor = false;
  return {
    onEntry: (entry) => {
      const { kind } = entry.leaf;
      const groups = contents(entry);
      if (kind === 'recovery') successor = true;
      if (kind === 'contract') texts.look(entry.index, groups.commercial);
      if (kind === 'price_book') books.seal(groups.commercial as BookRecord | undefined);
      if (kind === 'call' || kind === 'intent' || kind === 'decided') checked += 1;
      if (kind !== 'call') return;
      if (rerate(entry, groups, books)) rerated += 1;
      else unrated += 1;
    },
    finish: () => {
      const stray = successor ? undefined : books.unsealed();
      if (stray !== undefined)
        throw new AppError('PROOF_INVALID', `${stray.by} is priced by book ${stray.id}, which the log never sealed`);
      const prices = { rerated, not_rerated: unrated };
      return {
        contract: { checked },
        prices: unrated === 0 ? prices : { ...prices, why: whyUnrated(blobs) },
        texts: texts.finish(),
      };
    },
  };
}

type Contents = Partial<Record<Group, unknown>>;

/**
 * What the groups say, as far as the audit needs it. Throws PROOF_INVALID unless they fit their contract: those that a
 * scan is sure of do; all others are parsed and judged in words.
 */
function contents(entry: CheckedEntry): Contents {
  const { leaf, groups } = entry;
  const made: Contents = {};
  const parsed: Contents = {};
  for (const name of GROUPS) {
    const passage = groups[name];
    if (passage === undefined) continue;
    passage.page.at = passage.from;
    const scanned = scanGroup(leaf.kind, name, passage.page, passage.to);
    made[name] = scanned === undefined ? (parsed[name] = parse(entry, name, passage)) : scanned;
  }
  const problems = [...entry.leafProblems, ...entryProblems(leaf.kind, parsed)];
  if (problems.length > 0) throw bad(entry, problems);
  return made;
}

function parse({ leaf }: CheckedEntry, name: Group, { page, from, to }: Passage): unknown {
  try {
    return JSON.parse(page.bytes.toString('utf8', from, to));
  } catch (cause) {
    throw new AppError('PROOF_INVALID', `the ${name} group of ${leaf.kind} ${leaf.id} is not JSON`, { cause });
  }
}

/** False when it cannot be done: the commercial group or the text of the book is not here. */
function rerate(entry: CheckedEntry, groups: Contents, books: Books): boolean {
  const { commercial, public: said } = groups as Partial<RatedCall>;
  if (commercial === undefined || said === undefined) return false;
  const { charges, cost } = commercial;
  const id = charges.find((charge) => charge.price !== null)?.price?.book;
  const book = id === undefined ? books.none() : books.get(id, entry);
  if (book === null) return false;
  const { started } = said.timing;
  let wrong = auditCharges(book, { charges, cost }, started);
  // The receipt holds the millisecond nearest to the moment of pricing, which may lie just behind a change of price.
  if (wrong.length > 0 && auditCharges(book, { charges, cost }, started - 1).length === 0) wrong = NONE;
  const problems = [...wrong];
  if (said.usage !== null) addUnborne(said.usage, charges, problems);
  for (const { usage } of said.attempts) if (usage !== undefined) addUnborne(usage, charges, problems);
  if (problems.length > 0) throw bad(entry, problems);
  return true;
}

/** Every count of usage has its charge. There may be more charges: models that ran within the call are billed with it. */
function addUnborne({ source, tokens, server_tools }: RatedUsage, charges: Charges, problems: string[]): void {
  if (source === 'unknown') return;
  addUnborneCounts(tokens, charges, problems);
  if (server_tools !== undefined) addUnborneCounts(server_tools, charges, problems);
}

type Charges = readonly RatedCharge[];

function addUnborneCounts(counts: Readonly<Record<string, number>>, charges: Charges, problems: string[]): void {
  for (const name in counts) {
    const count = counts[name];
    if (count === 0 || charges.some((charge) => charge.token_class === name && charge.quantity === count)) continue;
    problems.push(`usage counts ${count} of ${name}, and no charge bears them`);
  }
}

const NONE: readonly string[] = [];

interface Books {
  seal(record: BookRecord | undefined): void;
  /** Null when its text is not here. `by`: the entry it prices. */
  get(id: string, by: CheckedEntry): PriceBook | null;
  /** For calls without a priced charge. */
  none(): PriceBook;
  /** A book that priced a call without having been sealed; undefined when there is none. */
  unsealed(): { readonly id: string; readonly by: string } | undefined;
}

/** The log's order is not causal: a call may stand before the entry of its book, so the index is asked for those first. */
function openBooks(folder: string, blobs: string): Books {
  const sealed = new Set<string>();
  const used = new Map<string, string>();
  const compiled = new Map<string, PriceBook | null>();
  let empty: PriceBook | undefined;
  const keep = (record: BookRecord): void => {
    if (!compiled.has(record.book)) compiled.set(record.book, readBook(blobs, record));
  };
  for (const record of indexed(folder)) keep(record);
  return {
    seal: (record) => {
      if (record === undefined) return;
      keep(record);
      sealed.add(record.book);
    },
    get: (id, { index, leaf }) => {
      if (!used.has(id)) used.set(id, `entry ${index} (${leaf.kind} ${leaf.id})`);
      return compiled.get(id) ?? null;
    },
    none: () => (empty ??= compileBook({ lists: [], rows: [] })),
    unsealed: () => {
      for (const [id, by] of used) if (!sealed.has(id)) return { id, by };
      return undefined;
    },
  };
}

/** Records that no leaf vouches for yet: what they name is trusted only once its entry went through `seal`. */
function indexed(folder: string): readonly BookRecord[] {
  try {
    const journal = openJournal(folder);
    try {
      return [...readBooks(journal)];
    } finally {
      journal.close();
    }
  } catch (error) {
    // Whatever is wrong with the folder is for the verifier to say, in the order in which it checks.
    if (error instanceof SyntaxError || isAppError(error)) return [];
    throw error;
  }
}

/** Null when the text is not here. Throws PROOF_INVALID when it is here and is not what the log sealed. */
function readBook(folder: string, record: BookRecord): PriceBook | null {
  const blob: unknown = record.text?.blob;
  if (typeof blob !== 'string' || !existsSync(join(folder, blob))) return null;
  try {
    return compileBook(readBookText(openBlobs(folder).text(record.text), record.book));
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    throw new AppError('PROOF_INVALID', `the price book ${record.book} is not what the log sealed: ${cause.message}`, {
      cause,
    });
  }
}
