// The moment that a backup shows: a checkpoint, and the small files beside it as they were when it was signed. They are
// replaced one by one while the log grows, so they are read until all of them belong together. A change of keys under way
// is waited for: half of one is worse than a backup a moment later.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AppError, isAppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import type { Checkpoint } from '../contract.ts';
import { formatCosigned, readCosignedFile } from '../cosigned/cosigned-file.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import { parseSignerKey } from '../note/note-key.ts';
import { readGenerations, type Generation } from '../recorder/positions.ts';
import { handoversBeside } from '../serve-log.ts';
import { isMissing } from '../store/durable-file.ts';
import { checkpointPath, vkeyPath } from '../store/layout.ts';
import { KEY_CHANGE, LOG_KEY } from '../vault/vault.ts';

const LOOK_MS = 100;
/** How long files that do not fit together yet are looked at again. */
const WAIT_MS = 10_000;

export interface Moment {
  readonly checkpoint: Checkpoint;
  readonly vkey: string;
  /** The signer keys, as the vault keeps them. */
  readonly logKey: string;
  readonly positions: Generation;
  /** Empty where the key was never handed over. */
  readonly handovers: string;
  /** Checkpoints that witnesses cosigned, as far as the log reaches; null where there are none. */
  readonly cosigned: string | null;
}

/** Throws JOURNAL_UNAVAILABLE when within `waitMs` the files never belonged together, or a change of keys did not end. */
export async function settledMoment(journal: string, vault: string, waitMs = WAIT_MS): Promise<Moment> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const seen = lookOnce(journal, vault);
    if (typeof seen !== 'string') return seen;
    if (performance.now() > deadline)
      throw new AppError('JOURNAL_UNAVAILABLE', `no backup was made: ${seen}`, {
        next: 'see `weighbridge status`, and try again once the journal takes entries',
      });
    await setTimeout(LOOK_MS);
  }
}

/** In words, what does not fit yet. */
function lookOnce(journal: string, vault: string): Moment | string {
  if (isChanging(vault)) return "a change of the log's keys was begun and is not finished";
  try {
    const logKey = readText(join(vault, LOG_KEY));
    const vkey = readText(vkeyPath(journal)).trim();
    const signers = logKey.trim().split('\n').map(parseSignerKey);
    const checkpoint = openCheckpoint(
      readText(checkpointPath(journal)),
      signers.map(({ verifier }) => verifier),
    );
    const positions = readGenerations(journal).find(({ size }) => size === checkpoint.size);
    const handovers = handoversBeside(journal);
    const cosigned = readCosignedFile(journal).filter(({ size }) => size <= checkpoint.size);
    if (signers[0]?.verifier.vkey !== vkey) return 'the log shows another key than the vault signs with';
    if (positions === undefined) return 'the positions beside the log are not those of its checkpoint';
    if (isChanging(vault) || readText(join(vault, LOG_KEY)) !== logKey) return "the log's key is being changed";
    const notes = cosigned.map(({ text }) => text);
    return {
      checkpoint,
      vkey,
      logKey,
      positions,
      handovers,
      cosigned: notes.length === 0 ? null : formatCosigned(notes),
    };
  } catch (error) {
    if (isMissing(error) || isAppError(error)) return (error as Error).message;
    throw error;
  }
}

const isChanging = (vault: string): boolean => disk.existsSync(join(vault, KEY_CHANGE));

const readText = (path: string): string => disk.readFileSync(path, 'utf8');
