// Where the word of witnesses on a log is found: beside its checkpoint, among the cosigned checkpoints that the log keeps,
// and with the witnesses themselves, where the policy says where they answer. All of it is gathered before the log is
// looked at, since a log may only be longer by then.
import { AppError, isAppError } from '@weighbridge/kernel';
import type { Checkpoint, Verification } from '../contract.ts';
import { parseCosigned, readCosignedFile } from '../cosigned/cosigned-file.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { parseNote } from '../note/signed-note.ts';
import { readTile } from '../serve-log.ts';
import { exchange, type Fetch } from '../witness/exchange.ts';
import { tilesAt } from '../witness/remote-tree.ts';
import { originHash } from '../witness/store.ts';
import type { Policy } from './policy.ts';
import type { Trust } from './trust.ts';
import { judgeWitnessed, type Testimony } from './witnessed.ts';

const NOTE_BYTES_MOST = 1_000_000;
const LIST_BYTES_MOST = 4 * 1024 * 1024;

export interface WitnessLogOptions {
  /** Its logs are the keys of the one log that is verified. */
  readonly trust: Trust & { readonly policy: Policy };
  /** For the witnesses that the policy gives an address of. */
  readonly fetch: Fetch;
  /** UTC milliseconds. */
  readonly now: number;
  readonly freshMs?: number;
  /** Time for one file or witness. Default 30,000. */
  readonly ms?: number;
  /** Told of a witness that could not be asked; its word is then missing. */
  readonly onMissing?: (why: string) => void;
}

/** Verifies a folder by `verify`, and lays the word of the witnesses on its verdict. */
export async function witnessFolder(
  folder: string,
  options: WitnessLogOptions,
  verify: () => Verification | Promise<Verification>,
): Promise<Verification> {
  const testimonies = [...listedIn(folder, options), ...(await askWitnesses(options))];
  const verified = await verify();
  return judgeWitnessed(verified, {
    ...options,
    testimonies,
    fetchTile: async (path) => readTile(folder, path, verified.size ?? 0) ?? Buffer.alloc(0),
  });
}

/** As `witnessFolder`, for a log served under this prefix. */
export async function witnessLog(
  url: string,
  options: WitnessLogOptions,
  verify: () => Promise<Verification>,
): Promise<Verification> {
  const { fetch, ms = 30_000 } = options;
  const base = url.replace(/\/+$/, '');
  const [listed, asked] = await Promise.all([fetchCosigned(`${base}/cosigned`, options), askWitnesses(options)]);
  const verified = await verify();
  return judgeWitnessed(verified, {
    ...options,
    testimonies: [...listed, ...asked],
    fetchTile: tilesAt(base, { fetch, ms }),
  });
}

function listedIn(folder: string, { onMissing }: WitnessLogOptions): readonly Testimony[] {
  try {
    return readCosignedFile(folder).map(({ text }) => ({ from: "the log's list of cosigned checkpoints", note: text }));
  } catch (error) {
    if (!isAppError(error)) throw error;
    onMissing?.(error.message);
    return [];
  }
}

/** A log that keeps no such list answers 404, and its checkpoint has to do. */
async function fetchCosigned(
  url: string,
  { fetch, ms = 30_000, onMissing }: WitnessLogOptions,
): Promise<readonly Testimony[]> {
  try {
    const { status, body } = await exchange({ fetch, url, bytesMost: LIST_BYTES_MOST, ms });
    return status === 200 ? parseCosigned(body.toString('utf8')).map(({ text }) => ({ from: url, note: text })) : [];
  } catch (error) {
    if (!isAppError(error)) throw error;
    onMissing?.(`${url} could not be read: ${error.message}`);
    return [];
  }
}

/** Each witness of the policy with an address is asked for the newest checkpoint that it has cosigned of this log. */
async function askWitnesses(options: WitnessLogOptions): Promise<readonly Testimony[]> {
  const { trust, fetch, ms = 30_000, onMissing } = options;
  const origin = trust.logs[0]?.name ?? '';
  const asked = trust.policy.witnesses.map(async ({ name, url }): Promise<readonly Testimony[]> => {
    if (url === undefined) return [];
    const at = `${url.replace(/\/+$/, '')}/${originHash(origin)}/checkpoint`;
    try {
      const { status, body } = await exchange({ fetch, url: at, bytesMost: NOTE_BYTES_MOST, ms });
      if (status === 200) return [{ from: at, note: body.toString('utf8') }];
      onMissing?.(`witness ${name} has no checkpoint of ${origin}: ${at} answers ${status}`);
    } catch (error) {
      if (!isAppError(error)) throw error;
      onMissing?.(`witness ${name} could not be asked: ${error.message}`);
    }
    return [];
  });
  return (await Promise.all(asked)).flat();
}

/**
 * The log that this checkpoint says it is of, among those one believes: whose key has signed it, else whose name it bears.
 * Throws PROOF_INVALID when there is none. Nothing is verified by this.
 */
export function logKeyFor(trust: Trust, note: string): string {
  const { origin }: Checkpoint = readCheckpoint(note);
  const named = trust.logs.filter(({ name }) => name === origin);
  const { signatures } = parseNote(note);
  const signer = named.find((key) => signatures.some(({ name, keyId }) => name === key.name && keyId === key.keyId));
  const chosen = signer ?? named[0];
  if (chosen !== undefined) return chosen.vkey;
  throw new AppError('PROOF_INVALID', `this is the log ${origin}, which the policy does not name`, {
    next: 'add a line `log VKEY` for it to the policy, with the key as its operator published it',
  });
}
