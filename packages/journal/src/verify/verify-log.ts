// Checks a whole log: a folder on disk, or a URL that serves the tlog-tiles layout (ours or anybody's). Both feed the
// same check, bundle by bundle, in bounded memory. In a folder the private records are held against the leaves as well.
import { AppError, isAppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import type { Verification, VerifyOptions } from '../contract.ts';
import { readCheckpoint, unknownKeysOn } from '../note/checkpoint.ts';
import { handedOver, isHandovers, parseHandovers } from '../note/handover.ts';
import { handoversBeside, readTile } from '../serve-log.ts';
import { isMissing } from '../store/durable-file.ts';
import { checkFormat } from '../store/format.ts';
import { checkpointPath, entriesFolder, recordsFolder, vkeyPath } from '../store/layout.ts';
import { BundleReader, checkEnds, nextItem } from '../store/part-store.ts';
import { formatTilePath, type TilePath } from '../store/tile-path.ts';
import { openVault } from '../vault/vault.ts';
import { checkHandoverRecords } from './handovers.ts';
import { LogCheck } from './log-check.ts';
import { checkClosings, checkPruned, checkRecords, type CheckedEntry } from './record-check.ts';
import { newTally, soundLog, unsound, type Tally } from './verdict.ts';

export interface VerifyFolderOptions extends VerifyOptions {
  /** Folder of the vault: personal groups can be checked with it. */
  readonly vault?: string;
  /** Hash leaves and tree only, without the private records beside them. Default: check those that are there. */
  readonly leavesOnly?: boolean;
  /** Called after each bundle. */
  readonly onProgress?: (leaves: number, size: number) => void;
  /**
   * Called for each entry whose groups match its leaf, so that a caller can check what they say (schema, prices) in the
   * same pass. What it throws as PROOF_INVALID is the verdict.
   */
  readonly onEntry?: (entry: CheckedEntry) => void;
}

/** Throws FORMAT_NEWER, and nothing that is wrong with the log itself: that is the verdict. */
export function verifyFolder(folder: string, given: VerifyFolderOptions): Verification {
  const tally = newTally();
  try {
    checkFormat(folder);
    const seen = readText(checkpointPath(folder));
    const options = { ...given, handovers: given.handovers ?? handoversBeside(folder) };
    const check = new LogCheck(isBehind(seen, options) ? readText(checkpointPath(folder)) : seen, options);
    tally.checkpoint = check.checkpoint;
    tally.unknownKeys = unknownKeysOn(check.checkpoint, check.keys);
    const named = readText(vkeyPath(folder));
    if (!check.keys.some(({ vkey }) => named === `${vkey}\n`))
      throw new AppError(
        'PROOF_INVALID',
        'the folder names another log key than the one given; if that was handed over, log/handovers is missing or cut short',
      );
    checkBundles(folder, options, check, tally);
    check.finish();
    checkPruned(tally);
    checkClosings(folder, check.checkpoint.size, tally);
    checkHandoverRecords(folder, parseHandovers(options.handovers), check.keyChanges);
    tally.handovers = handedOver(options);
    return soundLog(tally, check.last);
  } catch (error) {
    if (isAppError(error) && error.code === 'FORMAT_NEWER') throw error;
    return unsound(tally, asCorrupt(error));
  }
}

/** The log has handed over its key since the checkpoint was read. A handover is shown before the checkpoint that covers it. */
const isBehind = (note: string, { handovers }: Required<Pick<VerifyOptions, 'handovers'>>): boolean =>
  (parseHandovers(handovers).at(-1)?.size ?? 0) > readCheckpoint(note).size;

function checkBundles(folder: string, options: VerifyFolderOptions, check: LogCheck, tally: Tally): void {
  const besides = options.leavesOnly !== true;
  const records = besides && disk.existsSync(recordsFolder(folder)) ? new BundleReader(recordsFolder(folder), 4) : null;
  const vault = options.vault === undefined ? null : openVault(options.vault);
  const entries = new BundleReader(entriesFolder(folder), 2);
  try {
    while (check.nextWidth > 0) {
      const bundle = check.leaves / 256;
      const leaves = entries.read(bundle, check.nextWidth);
      if (besides) checkEnds(entriesFolder(folder), 2, bundle, leaves);
      if (records !== null) {
        const beside = records.read(bundle, check.nextWidth);
        checkEnds(recordsFolder(folder), 4, bundle, beside);
        checkRecords({ bundle, leaves, records: beside, width: check.nextWidth, vault, tally }, options.onEntry);
      }
      check.addBundle(leaves);
      tally.leaves = check.leaves;
      for (const tile of check.takeTiles())
        check.compareTile(tile, readTile(folder, tile, check.checkpoint.size) ?? Buffer.alloc(0));
      options.onProgress?.(check.leaves, check.checkpoint.size);
    }
  } finally {
    entries.close();
    records?.close();
  }
}

/** Files that are missing, or whose compression is broken, are bad evidence. */
function asCorrupt(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const broken =
    isMissing(error) || code.startsWith('ZSTD') || code.startsWith('ERR_BUFFER') || code === 'ERR_OUT_OF_RANGE';
  return broken ? new AppError('JOURNAL_CORRUPT', (error as Error).message, { cause: error }) : error;
}

function readText(path: string): string {
  try {
    return disk.readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) throw new AppError('JOURNAL_CORRUPT', `${path} is missing`, { cause: error });
    throw error;
  }
}

export interface VerifyUrlOptions extends VerifyOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly onProgress?: (leaves: number, size: number) => void;
  /** Time for one file. Default 30,000. */
  readonly timeoutMs?: number;
}

const WINDOW = 8;
const MAX_BUNDLE_BYTES = 256 * (2 + 65_535);
const MAX_NOTE_BYTES = 1_000_000;

/** `url`: the log's prefix, such as http://127.0.0.1:7411/log. Throws UPSTREAM_UNREACHABLE when it does not answer. */
export async function verifyUrl(url: string, given: VerifyUrlOptions): Promise<Verification> {
  const tally = newTally();
  const base = url.replace(/\/+$/, '');
  try {
    const seen = await downloadCheckpoint(base, given);
    const options = { ...given, handovers: given.handovers ?? (await downloadHandovers(base, given)) };
    const check = new LogCheck(isBehind(seen, options) ? await downloadCheckpoint(base, given) : seen, options);
    tally.checkpoint = check.checkpoint;
    tally.unknownKeys = unknownKeysOn(check.checkpoint, check.keys);
    while (check.nextWidth > 0) {
      for (const bundle of await Promise.all(nextPaths(check).map((path) => downloadTile(base, path, options)))) {
        check.addBundle(bundle);
        tally.leaves = check.leaves;
      }
      for (const tile of check.takeTiles()) check.compareTile(tile, await downloadTile(base, tile, options));
      options.onProgress?.(check.leaves, check.checkpoint.size);
    }
    check.finish();
    tally.handovers = handedOver(options);
    return soundLog(tally, check.last);
  } catch (error) {
    return unsound(tally, error);
  }
}

/** A place that serves nothing like a checkpoint is no log: a wrong address, and no evidence of anything. */
async function downloadCheckpoint(base: string, options: VerifyUrlOptions): Promise<string> {
  const url = `${base}/checkpoint`;
  const next = 'give the address of the log itself, such as http://127.0.0.1:7411/log';
  const { status, body } = await get(url, MAX_NOTE_BYTES, options);
  if (status !== 200) throw new AppError('UPSTREAM_UNREACHABLE', `there is no log: ${url} answers ${status}`, { next });
  const note = body.toString('utf8');
  if (!note.includes('\n— ')) throw new AppError('UPSTREAM_UNREACHABLE', `${url} is not a signed checkpoint`, { next });
  return note;
}

/** A log whose key was never handed over, and one of other software, has none. */
async function downloadHandovers(base: string, options: VerifyUrlOptions): Promise<string> {
  const { status, body } = await get(`${base}/handovers`, MAX_NOTE_BYTES, options);
  const text = status === 200 ? body.toString('utf8') : '';
  return isHandovers(text) ? text : '';
}

function nextPaths(check: LogCheck): TilePath[] {
  const paths: TilePath[] = [];
  for (let first = check.leaves; first < check.checkpoint.size && paths.length < WINDOW; first += 256) {
    paths.push({ level: 'entries', index: first / 256, width: Math.min(256, check.checkpoint.size - first) });
  }
  return paths;
}

/** A partial tile may be gone once the full one is there (tlog-tiles, "Partial tiles"): then its beginning is taken. */
async function downloadTile(base: string, path: TilePath, options: VerifyUrlOptions): Promise<Buffer> {
  const limit = path.level === 'entries' ? MAX_BUNDLE_BYTES : 8192;
  try {
    return await download(base + formatTilePath(path), limit, options);
  } catch (error) {
    const gone = error instanceof AppError && error.code === 'PROOF_INVALID' && path.width < 256;
    if (!gone) throw error;
    const full = await download(base + formatTilePath({ ...path, width: 256 }), limit, options);
    return full.subarray(0, path.level === 'entries' ? endOf(full, path.width) : path.width * 32);
  }
}

function endOf(bundle: Buffer, width: number): number {
  let at = 0;
  for (let i = 0; i < width; i += 1) at = nextItem(bundle, 2, at);
  return at;
}

async function download(url: string, limit: number, options: VerifyUrlOptions): Promise<Buffer> {
  const { status, body } = await get(url, limit, options);
  if (status === 200) return body;
  throw new AppError('PROOF_INVALID', `the log does not serve ${url}: it answers ${status}`);
}

async function get(url: string, limit: number, options: VerifyUrlOptions): Promise<{ status: number; body: Buffer }> {
  let response: Response;
  try {
    response = await options.fetch(url, {
      signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
      redirect: 'error',
    });
  } catch (error) {
    throw new AppError('UPSTREAM_UNREACHABLE', `${url} does not answer: ${(error as Error).message}`, {
      cause: error,
      next: 'check the address of the log',
    });
  }
  if (response.status >= 500)
    throw new AppError('UPSTREAM_UNREACHABLE', `${url} answers ${response.status}`, { next: 'try again later' });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) throw new AppError('PROOF_INVALID', `${url} is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return { status: response.status, body: Buffer.concat(chunks) };
}
