// Reads a log in the tlog-tiles layout (c2sp.org/tlog-tiles) and makes proofs from it. Each tile is fetched once per
// reader, past the browser's cache (a tile is immutable, so a cached one would hide that it was changed since), held to
// its exact length, and hashed as a whole: whatever byte of a tile was changed, the path through it breaks.
import { concat, equal, type Bytes } from './bytes.ts';
import { HASH_BYTES, nodeHash } from './hash.ts';
import { bad, good, unreachable, type Outcome } from './outcome.ts';

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const MAX_LEAF_BYTES = 65_535;
const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_LEAF_BYTES);
export const MAX_NOTE_BYTES = 1_000_000;

/** What the log's files are fetched by; `path` begins with a slash. `missing` is an answer (404), no failure. */
export type LogFetch = (path: string, limit: number) => Promise<Outcome<Bytes | 'missing'>>;

/** 0 is `000`, 1234067 is `x001/x234/067`. */
export function tileIndexPath(index: number): string {
  const parts = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    parts.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return parts.join('/');
}

export const tilePath = (level: number | 'entries', index: number, width: number): string =>
  `/tile/${level}/${tileIndexPath(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`;

/** Hashes of a tile level in a log of this size. */
const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** Largest power of two below `n`, n > 1. */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const isPower = (n: number): boolean => {
  let k = n;
  while (k > 1 && k % 2 === 0) k /= 2;
  return k === 1;
};

export class TileReader {
  readonly #fetch: LogFetch;
  readonly size: number;
  readonly #files = new Map<string, Promise<Outcome<Bytes>>>();

  constructor(fetch: LogFetch, size: number) {
    this.#fetch = fetch;
    this.size = size;
  }

  /** Files fetched so far. */
  get files(): number {
    return this.#files.size;
  }

  /** Hashes along the way from leaf `index` to the root, lowest first. */
  async inclusion(index: number): Promise<Outcome<readonly Bytes[]>> {
    return this.#path(index, 0, this.size);
  }

  /** What proves that the log of this size extends the one of `older` entries. */
  async consistency(older: number): Promise<Outcome<readonly Bytes[]>> {
    return this.#subproof(older, 0, this.size, true);
  }

  async #path(index: number, low: number, high: number): Promise<Outcome<readonly Bytes[]>> {
    if (high - low <= 1) return good([]);
    const middle = low + splitOf(high - low);
    const [inner, sibling] =
      index < middle
        ? await Promise.all([this.#path(index, low, middle), this.#range(middle, high)])
        : await Promise.all([this.#path(index, middle, high), this.#range(low, middle)]);
    if (!inner.ok) return inner;
    return sibling.ok ? good([...inner.value, sibling.value]) : sibling;
  }

  /** RFC 6962 §2.1.2: `whole` while the older tree's root is still known to the verifier. */
  async #subproof(older: number, low: number, high: number, whole: boolean): Promise<Outcome<readonly Bytes[]>> {
    if (older === high) {
      if (whole) return good([]);
      const hash = await this.#range(low, high);
      return hash.ok ? good([hash.value]) : hash;
    }
    const middle = low + splitOf(high - low);
    const [inner, other] =
      older <= middle
        ? await Promise.all([this.#subproof(older, low, middle, whole), this.#range(middle, high)])
        : await Promise.all([this.#subproof(older, middle, high, false), this.#range(low, middle)]);
    if (!inner.ok) return inner;
    return other.ok ? good([...inner.value, other.value]) : other;
  }

  /** Hash of the leaves [low, high). */
  async #range(low: number, high: number): Promise<Outcome<Bytes>> {
    const count = high - low;
    if (isPower(count)) return this.#subtree(Math.log2(count), low / count);
    const middle = low + splitOf(count);
    const [left, right] = await Promise.all([this.#range(low, middle), this.#range(middle, high)]);
    if (!left.ok) return left;
    return right.ok ? good(await nodeHash(left.value, right.value)) : right;
  }

  /** Hash of the `index`-th full subtree of 2^height leaves: a hash in a tile, or folded from those of one. */
  async #subtree(height: number, index: number): Promise<Outcome<Bytes>> {
    const level = Math.floor(height / TILE_HEIGHT);
    const count = 2 ** (height % TILE_HEIGHT);
    const first = index * count;
    const tile = await this.tile(level, Math.floor(first / TILE_WIDTH));
    if (!tile.ok) return tile;
    const at = (first % TILE_WIDTH) * HASH_BYTES;
    return good(await fold(tile.value.subarray(at, at + count * HASH_BYTES)));
  }

  /** The tile of hashes as a log of this size has it: full, or its last. */
  async tile(level: number, index: number): Promise<Outcome<Bytes>> {
    const width = Math.min(TILE_WIDTH, hashesAt(level, this.size) - index * TILE_WIDTH);
    const tile = await this.#file(level, index, width, TILE_WIDTH * HASH_BYTES);
    if (!tile.ok) return tile;
    const length = tile.value.length;
    if (length === width * HASH_BYTES) return tile;
    return bad(`${tilePath(level, index, width)} has ${length} bytes, not ${width * HASH_BYTES}`);
  }

  /** Leaves of the bundle that holds entry `index`, and which of them it is. */
  async bundle(index: number): Promise<Outcome<{ readonly leaves: readonly Bytes[]; readonly at: number }>> {
    const number = Math.floor(index / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, this.size - number * TILE_WIDTH);
    const bundle = await this.#file('entries', number, width, MAX_BUNDLE_BYTES);
    if (!bundle.ok) return bundle;
    const leaves = splitBundle(bundle.value, width);
    if (leaves === null) return bad(`${tilePath('entries', number, width)} does not hold ${width} entries exactly`);
    return good({ leaves, at: index % TILE_WIDTH });
  }

  /**
   * Whether the tiles above entry `index` agree with those below: the hash of each full tile stands in the tile above.
   * Null when they do. The proof itself passes these hashes by, so without this a change in one of them would go unseen.
   */
  async chain(index: number): Promise<Outcome<null>> {
    let position = Math.floor(index / TILE_WIDTH);
    for (let level = 0; hashesAt(level + 1, this.size) > position; level += 1) {
      const [lower, upper] = await Promise.all([
        this.tile(level, position),
        this.tile(level + 1, Math.floor(position / TILE_WIDTH)),
      ]);
      if (!lower.ok) return lower;
      if (!upper.ok) return upper;
      const at = (position % TILE_WIDTH) * HASH_BYTES;
      if (!equal(await fold(lower.value), upper.value.subarray(at, at + HASH_BYTES)))
        return bad(`tile ${position} of level ${level} is not the one that the tile above it names`);
      position = Math.floor(position / TILE_WIDTH);
    }
    return good(null);
  }

  #file(level: number | 'entries', index: number, width: number, limit: number): Promise<Outcome<Bytes>> {
    const path = tilePath(level, index, width);
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const fetched = this.#download(level, index, width, limit);
    this.#files.set(path, fetched);
    return fetched;
  }

  /** A partial tile may be gone once the full one is there (tlog-tiles, "Partial tiles"): then its beginning is taken. */
  async #download(level: number | 'entries', index: number, width: number, limit: number): Promise<Outcome<Bytes>> {
    const path = tilePath(level, index, width);
    const found = await this.#fetch(path, limit);
    if (!found.ok) return found;
    if (found.value !== 'missing') return good(found.value);
    if (width === TILE_WIDTH) return bad(`the log does not serve ${path}, which its checkpoint covers`);
    const full = await this.#fetch(tilePath(level, index, TILE_WIDTH), limit);
    if (!full.ok) return full;
    if (full.value === 'missing') return bad(`the log does not serve ${path}, which its checkpoint covers`);
    if (level !== 'entries') return good(full.value.slice(0, width * HASH_BYTES));
    const end = endOf(full.value, width);
    return end === null ? bad(`${path} is not a bundle of entries`) : good(full.value.slice(0, end));
  }
}

/** Root over hashes that lie side by side; their number is a power of two. */
async function fold(hashes: Uint8Array): Promise<Bytes> {
  let row = Array.from({ length: hashes.length / HASH_BYTES }, (_, i) =>
    hashes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  ) as Bytes[];
  while (row.length > 1) {
    const pairs = Array.from({ length: row.length / 2 }, (_, i) =>
      nodeHash(row[2 * i] as Bytes, row[2 * i + 1] as Bytes),
    );
    row = await Promise.all(pairs);
  }
  return row[0] as Bytes;
}

const lengthAt = (bundle: Uint8Array, at: number): number => ((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0);

/** Where the `count`-th entry ends; null when the bytes do not reach that far. */
function endOf(bundle: Uint8Array, count: number): number | null {
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + 2 > bundle.length) return null;
    at += 2 + lengthAt(bundle, at);
  }
  return at <= bundle.length ? at : null;
}

function splitBundle(bundle: Bytes, count: number): Bytes[] | null {
  if (endOf(bundle, count) !== bundle.length) return null;
  const leaves: Bytes[] = [];
  for (let at = 0; at < bundle.length;) {
    const end = at + 2 + lengthAt(bundle, at);
    leaves.push(bundle.slice(at + 2, end));
    at = end;
  }
  return leaves;
}

/** Fetches below `base` (such as `/log`) with a bound on size and time, past every cache. */
export function fetchLog(base: string, fetcher: typeof globalThis.fetch, timeoutMs = 30_000): LogFetch {
  return async (path, limit) => {
    const url = `${base}${path}`;
    try {
      const response = await fetcher(url, {
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status === 404) return good('missing');
      if (response.status !== 200) return unreachable(`${url} answers ${response.status}`);
      return await readWithin(response, limit, url);
    } catch (error) {
      return unreachable(`${url} cannot be fetched: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

async function readWithin(response: Response, limit: number, url: string): Promise<Outcome<Bytes>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return good(concat());
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.length;
    chunks.push(read.value);
    if (size <= limit) continue;
    await reader.cancel();
    return bad(`${url} is larger than ${limit} bytes`);
  }
  return good(concat(...chunks));
}
