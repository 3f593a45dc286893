// The log's own checkpoints with the cosignatures that were gathered for them: one small file beside the checkpoint,
// replaced whole, that anybody may see. It is a cache: whoever deletes it loses cosignatures that can be asked for again,
// and nothing of the log.
import { AppError, canonicalJson } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import type { Checkpoint } from '../contract.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { parseNote } from '../note/signed-note.ts';
import { isMissing, replaceFile } from '../store/durable-file.ts';
import { cosignedPath } from '../store/layout.ts';

/** A checkpoint whose note carries, behind the log's signatures, those of witnesses. */
export interface CosignedCheckpoint extends Checkpoint {
  /** How many signatures are not the log's own. */
  readonly cosignatures: number;
}

const FILE_BYTES_MOST = 4 * 1024 * 1024;

/** As a file and as an answer of the log; largest first. */
export const formatCosigned = (notes: readonly string[]): string =>
  `${canonicalJson({ checkpoints: notes, format: 'weighbridge-cosigned/v1' })}\n`;

/** Takes such a text apart; nothing in it is verified yet. Throws PROOF_INVALID when it is not one. */
export function parseCosigned(text: string): readonly CosignedCheckpoint[] {
  const bad = (cause?: unknown): AppError =>
    new AppError('PROOF_INVALID', 'these are not the cosigned checkpoints of a log', { cause });
  if (text.length > FILE_BYTES_MOST) throw bad();
  let notes: unknown;
  try {
    notes = (JSON.parse(text) as { checkpoints?: unknown } | null)?.checkpoints;
  } catch (error) {
    throw bad(error);
  }
  if (!Array.isArray(notes) || !notes.every((note) => typeof note === 'string')) throw bad();
  return notes.map(readCosigned).sort((a, b) => b.size - a.size);
}

export function readCosigned(note: string): CosignedCheckpoint {
  const checkpoint = readCheckpoint(note);
  const { signatures } = parseNote(note);
  return { ...checkpoint, cosignatures: signatures.filter(({ name }) => name !== checkpoint.origin).length };
}

/** Largest first; none when there is no file yet. Throws JOURNAL_CORRUPT when it cannot be read as what it is. */
export function readCosignedFile(folder: string): readonly CosignedCheckpoint[] {
  const path = cosignedPath(folder);
  // Most logs have none; asking first is much cheaper than failing.
  if (disk.statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  try {
    return parseCosigned(disk.readFileSync(path, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return [];
    if (!(error instanceof AppError)) throw error;
    throw new AppError('JOURNAL_CORRUPT', `${path} is damaged: ${error.message}`, {
      cause: error,
      next: `delete ${path}: the cosignatures in it are asked for again`,
    });
  }
}

export const writeCosignedFile = (folder: string, notes: readonly string[]): void =>
  replaceFile(cosignedPath(folder), formatCosigned(notes), 0o644);

/**
 * The checkpoint to prove an entry with: of those that hold it the one most have cosigned, then the newest. One that not
 * all of the keys have signed which sign now is left out: whoever knows only the newest key could not check it.
 */
export function bestFor(index: number, newest: Checkpoint, cosigned: readonly CosignedCheckpoint[]): Checkpoint {
  if (cosigned.length === 0) return newest;
  const needed = ownKeys(newest);
  const fitting = cosigned.filter((one) => {
    const holds = one.size > index && one.size <= newest.size && one.cosignatures > 0;
    return holds && needed.isSubsetOf(ownKeys(one));
  });
  return fitting.toSorted((a, b) => b.cosignatures - a.cosignatures || b.size - a.size)[0] ?? newest;
}

const ownKeys = ({ origin, text }: Checkpoint): ReadonlySet<number> =>
  new Set(parseNote(text).signatures.flatMap(({ name, keyId }) => (name === origin ? [keyId] : [])));

/** The note of a checkpoint with the cosignatures that are known of it. */
export function withCosignatures(note: string, cosigned: readonly CosignedCheckpoint[]): string {
  const { text } = parseNote(note);
  return cosigned.find((one) => parseNote(one.text).text === text)?.text ?? note;
}
