// Paths of the tlog-tiles layout (c2sp.org/tlog-tiles): /tile/<L>/<N>[.p/<W>] and /tile/entries/<N>[.p/<W>], N in
// groups of three digits, all but the last behind an `x`. Parsing is strict: one path, one meaning, no traversal.
import { TILE_WIDTH } from '../merkle/proof.ts';

export interface TilePath {
  /** Tile level, or `entries` for a bundle of leaves. */
  readonly level: number | 'entries';
  readonly index: number;
  /** Hashes or leaves: 256 when full. */
  readonly width: number;
}

const SHAPE = /^\/tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,4})(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Null unless the text is exactly one of the paths of the layout. */
export function parseTilePath(path: string): TilePath | null {
  const match = SHAPE.exec(path);
  if (match === null) return null;
  const [, level = '', high = '', low = '', width] = match;
  if (high.startsWith('x000/')) return null;
  const index = Number(high.replace(/[x/]/g, '') + low);
  if (Number(width ?? 1) >= TILE_WIDTH || (level !== 'entries' && Number(level) > 63)) return null;
  return { level: level === 'entries' ? level : Number(level), index, width: Number(width ?? TILE_WIDTH) };
}

export function formatTilePath({ level, index, width }: TilePath): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`;
  return `/tile/${level}/${formatTileIndex(index)}${partial}`;
}

/** 0 is `000`, 1234067 is `x001/x234/067`. */
export function formatTileIndex(index: number): string {
  const parts = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    parts.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return parts.join('/');
}

/** Hashes of a tile level in a log of this size. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** Every tile of one level of a log of this size, the partial one last. */
export function tilesOf(level: number, size: number): { full: number; partial: number } {
  const hashes = hashesAt(level, size);
  return { full: Math.floor(hashes / TILE_WIDTH), partial: hashes % TILE_WIDTH };
}
