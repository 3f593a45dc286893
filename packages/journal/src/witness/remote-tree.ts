// A tree whose tiles are elsewhere: served over HTTP, or in a folder. Which tiles a proof touches depends on sizes alone,
// so the work is done twice: once over zeros to learn the tiles, then, with all of them fetched side by side, for good.
import { AppError } from '@weighbridge/kernel';
import { HASH_BYTES } from '../merkle/hash.ts';
import { TILE_WIDTH, TileTree, type ReadHashes } from '../merkle/proof.ts';
import { formatTilePath, type TilePath } from '../store/tile-path.ts';
import { exchange, type Fetch } from './exchange.ts';

export type FetchTile = (path: TilePath) => Promise<Buffer>;

/** What one work may touch: a proof in a log of 2^53 entries touches a third of it. */
const TILES_MOST = 64;
const AT_ONCE = 8;

/** Runs `work` on the tree of this size. Throws what `fetchTile` throws, and PROOF_INVALID for a tile of another length. */
export async function withTiles<T>(size: number, fetchTile: FetchTile, work: (tree: TileTree) => T): Promise<T> {
  const touched = new Map<string, TilePath>();
  const learn: ReadHashes = (level, start, count) => {
    const path = { level, index: start / TILE_WIDTH, width: count };
    touched.set(formatTilePath(path), path);
    return Buffer.alloc(count * HASH_BYTES);
  };
  work(new TileTree(size, learn));
  if (touched.size > TILES_MOST) throw new AppError('PROOF_INVALID', `a proof touches ${touched.size} tiles`);
  const tiles = new Map<string, Buffer>();
  const paths = [...touched];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    await Promise.all(
      paths.slice(at, at + AT_ONCE).map(async ([name, path]) => tiles.set(name, await fetchWhole(path, fetchTile))),
    );
  }
  const read: ReadHashes = (level, start, count) =>
    tiles.get(formatTilePath({ level, index: start / TILE_WIDTH, width: count })) ?? Buffer.alloc(0);
  return work(new TileTree(size, read));
}

async function fetchWhole(path: TilePath, fetchTile: FetchTile): Promise<Buffer> {
  const tile = await fetchTile(path);
  if (tile.length === path.width * HASH_BYTES) return tile;
  throw new AppError(
    'PROOF_INVALID',
    `${formatTilePath(path)} has ${tile.length} bytes, not ${path.width * HASH_BYTES}`,
  );
}

/** Tiles of a log that is served under this prefix. */
export const tilesAt =
  (prefix: string, options: { readonly fetch: Fetch; readonly ms: number }): FetchTile =>
  async (path) => {
    const get = (wanted: TilePath) =>
      exchange({ ...options, url: prefix + formatTilePath(wanted), bytesMost: TILE_WIDTH * HASH_BYTES });
    const first = await get(path);
    if (first.status === 200) return first.body;
    // A partial tile may be gone once the full one is there (tlog-tiles, "Partial Tiles"): then its beginning is taken.
    const full = path.width < TILE_WIDTH ? await get({ ...path, width: TILE_WIDTH }) : first;
    if (full.status === 200) return full.body.subarray(0, path.width * HASH_BYTES);
    const gone = first.status < 500 && full.status < 500;
    throw new AppError(
      gone ? 'PROOF_INVALID' : 'UPSTREAM_UNREACHABLE',
      `the log does not serve ${prefix}${formatTilePath(path)}: it answers ${first.status}`,
    );
  };
