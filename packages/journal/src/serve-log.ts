// The log as others read it: the tlog-tiles layout (c2sp.org/tlog-tiles) over a journal's folder, read-only, a pure
// function of folder and path. Only what the last checkpoint covers is shown, and never a private record.
import { AppError } from '@weighbridge/kernel';
import { disk } from './disk.ts';
import type { ServedFile } from './contract.ts';
import { formatCosigned, readCosignedFile, withCosignatures } from './cosigned/cosigned-file.ts';
import { TILE_WIDTH } from './merkle/proof.ts';
import { readCheckpoint } from './note/checkpoint.ts';
import { isMissing } from './store/durable-file.ts';
import { HashReader } from './store/hash-store.ts';
import { checkpointPath, entriesFolder, handoversPath } from './store/layout.ts';
import { readBundle } from './store/part-store.ts';
import { hashesAt, parseTilePath, type TilePath } from './store/tile-path.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';
const BRIEF = 'public, max-age=1';

/**
 * `path` is what follows `/log`: `/checkpoint`, `/tile/<L>/<N>[.p/<W>]`, `/tile/entries/<N>[.p/<W>]`, and, beside that
 * layout, `/handovers` of the log's key and `/cosigned`, the newest checkpoints that witnesses have cosigned. Anything
 * else, and anything beyond the checkpoint, is 404. Throws JOURNAL_CORRUPT when files that the checkpoint covers are unsound.
 */
export function serveLog(folder: string, path: string): ServedFile {
  const note = readNote(folder);
  if (note === null) return refuse(404, 'there is no signed checkpoint yet\n');
  if (path === '/checkpoint')
    return found('text/plain; charset=utf-8', BRIEF, Buffer.from(withCosignatures(note, readCosignedFile(folder))));
  if (path === '/handovers') {
    const handovers = handoversBeside(folder);
    if (handovers === '') return refuse(404, 'the key of this log was never handed over\n');
    return found('text/plain; charset=utf-8', BRIEF, Buffer.from(handovers));
  }
  if (path === '/cosigned') {
    const notes = readCosignedFile(folder).map(({ text }) => text);
    return found('application/json', BRIEF, Buffer.from(formatCosigned(notes)));
  }
  const tile = parseTilePath(path);
  if (tile === null)
    return refuse(
      404,
      'no such path: use /checkpoint, /cosigned, /tile/<L>/<N>[.p/<W>] or /tile/entries/<N>[.p/<W>]\n',
    );
  const body = readTile(folder, tile, readCheckpoint(note).size);
  return body === null
    ? refuse(404, 'the log does not reach that far\n')
    : found('application/octet-stream', IMMUTABLE, body);
}

/** The bytes of a tile or bundle; null when the log of this size does not have it. */
export function readTile(folder: string, { level, index, width }: TilePath, size: number): Buffer | null {
  const available = hashesAt(level === 'entries' ? 0 : level, size) - index * TILE_WIDTH;
  if (available < width) return null;
  if (level === 'entries') return readBundle(entriesFolder(folder), 2, index, width);
  const reader = new HashReader(folder);
  try {
    return reader.read(level, index * TILE_WIDTH, width);
  } finally {
    reader.close();
  }
}

/** Statements by which the log's key was handed over; empty where it never was. */
export const handoversBeside = (folder: string): string =>
  disk.existsSync(handoversPath(folder)) ? disk.readFileSync(handoversPath(folder), 'utf8') : '';

function readNote(folder: string): string | null {
  try {
    return disk.readFileSync(checkpointPath(folder), 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw new AppError('JOURNAL_UNAVAILABLE', `the checkpoint cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const found = (type: string, cache: string, body: Buffer): ServedFile => ({
  status: 200,
  headers: {
    'cache-control': cache,
    'content-length': String(body.length),
    'content-type': type,
    'x-content-type-options': 'nosniff',
  },
  body,
});

const refuse = (status: 404, why: string): ServedFile => ({
  status,
  headers: {
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(why)),
    'content-type': 'text/plain; charset=utf-8',
  },
  body: Buffer.from(why),
});
