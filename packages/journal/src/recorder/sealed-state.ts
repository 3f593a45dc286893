// What the log claims, checked before anything is added to it: the checkpoint beside the tiles, the one the vault
// remembers, and the files themselves have to agree. A log behind its own signature, or one whose tiles do not lead to
// the signed root, is never continued.
import { AppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import type { Checkpoint } from '../contract.ts';
import { leafHash } from '../merkle/hash.ts';
import { buildRows, TILE_WIDTH, TileTree } from '../merkle/proof.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import { isMissing } from '../store/durable-file.ts';
import { HashReader } from '../store/hash-store.ts';
import { BUNDLE_ENTRIES, checkpointPath, entriesFolder } from '../store/layout.ts';
import { nextItem, readBundle } from '../store/part-store.ts';
import { hashesAt } from '../store/tile-path.ts';
import type { Vault } from '../vault/vault.ts';

/**
 * The checkpoint that the log stands at, or null for a new log. Throws JOURNAL_ROLLED_BACK when the files are behind
 * what was signed, JOURNAL_CORRUPT when they differ from it.
 */
export function readSealedState(folder: string, vault: Vault): Checkpoint | null {
  const beside = own(readBeside(folder), 'the checkpoint of the log', vault);
  const remembered = own(vault.lastCheckpoint(), "the vault's memory of the last checkpoint", vault);
  if (beside === null && remembered === null) return null;
  if (
    beside !== null &&
    remembered !== null &&
    beside.size === remembered.size &&
    !beside.root.equals(remembered.root)
  ) {
    throw new AppError(
      'JOURNAL_CORRUPT',
      `two different logs of ${beside.size} entries were signed: the journal was forked`,
    );
  }
  // A crash between signing and publishing leaves the vault one step ahead, with the entries already on disk.
  const newest = remembered !== null && remembered.size > (beside?.size ?? -1) ? remembered : (beside as Checkpoint);
  checkRightEdge(folder, newest, beside);
  return newest;
}

function readBeside(folder: string): string | null {
  try {
    return disk.readFileSync(checkpointPath(folder), 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function own(note: string | null, what: string, vault: Vault): Checkpoint | null {
  if (note === null) return null;
  try {
    return openCheckpoint(
      note,
      vault.signers.map((signer) => signer.verifier),
    );
  } catch (error) {
    throw new AppError('JOURNAL_CORRUPT', `${what} was not signed by this vault's log key`, { cause: error });
  }
}

/** Recomputes the root from the tiles, each level's last tiles from the level below, and the last leaves. */
function checkRightEdge(folder: string, checkpoint: Checkpoint, beside: Checkpoint | null): void {
  const reader = new HashReader(folder);
  try {
    const root = new TileTree(checkpoint.size, reader.read).root();
    if (!root.equals(checkpoint.root)) {
      throw new AppError('JOURNAL_CORRUPT', `the tiles do not lead to the signed root of ${checkpoint.size} entries`);
    }
    checkLastTiles(reader, checkpoint.size);
    checkLastLeaves(folder, reader, checkpoint.size);
  } catch (error) {
    if (!(error instanceof AppError) || !/too early|is missing/.test(error.message)) throw error;
    const has =
      beside === null || beside.size < checkpoint.size ? `was restored to ${beside?.size ?? 0} entries` : 'lacks files';
    throw new AppError(
      'JOURNAL_ROLLED_BACK',
      `${checkpoint.size} entries were signed, but the journal in ${folder} ${has}`,
      {
        cause: error,
      },
    );
  } finally {
    reader.close();
  }
}

function checkLastTiles(reader: HashReader, size: number): void {
  for (let level = 1; hashesAt(level, size) > 0; level += 1) {
    const last = hashesAt(level, size) - 1;
    const below = buildRows(reader.read(level - 1, last * TILE_WIDTH, TILE_WIDTH)).at(-1);
    if (below === undefined || !below.equals(reader.read(level, last, 1))) {
      throw new AppError('JOURNAL_CORRUPT', `hash ${last} of tile level ${level} is not that of the tile below`);
    }
  }
}

function checkLastLeaves(folder: string, reader: HashReader, size: number): void {
  if (size === 0) return;
  const bundle = Math.floor((size - 1) / BUNDLE_ENTRIES);
  const width = size - bundle * BUNDLE_ENTRIES;
  const leaves = readBundle(entriesFolder(folder), 2, bundle, width);
  const hashes = reader.read(0, bundle * BUNDLE_ENTRIES, width);
  let at = 0;
  for (let i = 0; i < width; i += 1) {
    const next = nextItem(leaves, 2, at);
    if (!leafHash(leaves.subarray(at + 2, next)).equals(hashes.subarray(i * 32, i * 32 + 32))) {
      throw new AppError('JOURNAL_CORRUPT', `entry ${bundle * BUNDLE_ENTRIES + i} is not the one that was sealed`);
    }
    at = next;
  }
}
