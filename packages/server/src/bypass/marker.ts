// The file by which a start knows that an earlier run let calls through unsealed and ended before they were entered. It is
// laid out while there is room, and overwritten in place: that needs no new space, and a killed process loses nothing of
// it. Each lane has a place of its own in it for each bypass.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

const PLACE_BYTES = 128;
const PLACES_A_LANE = 16;
/** Each lane, and the one that takes its place. */
const LANES_MOST = 128;
const FILE_BYTES = LANES_MOST * PLACES_A_LANE * PLACE_BYTES;

export interface Marked {
  readonly lane: number;
  readonly bypass: string;
  /** UTC milliseconds. */
  readonly opened: number;
  readonly begun: number;
  readonly ended: number;
}

/** Makes the file if it is not there. Throws what the file system throws. */
export function layOutMarker(path: string): void {
  if (existsSync(path)) return;
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeSync(fd, Buffer.alloc(FILE_BYTES), 0, FILE_BYTES, 0);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** What stands in the file; nothing where there is none. */
export function readMarker(path: string): readonly Marked[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'latin1');
  const found: Marked[] = [];
  for (let at = 0; at + PLACE_BYTES <= text.length; at += PLACE_BYTES) {
    const lane = Math.floor(at / PLACE_BYTES / PLACES_A_LANE) + 1;
    const marked = parse(text.slice(at, at + PLACE_BYTES), lane);
    if (marked !== null) found.push(marked);
  }
  return found;
}

/** Takes out what stands there of a window: it is in the log. */
export function clearMarker(path: string, { bypass, opened }: Pick<Marked, 'bypass' | 'opened'>): void {
  if (!existsSync(path)) return;
  const fd = openSync(path, 'r+');
  try {
    for (let place = 0; place < LANES_MOST * PLACES_A_LANE; place += 1) {
      const marked = readPlace(fd, place);
      if (marked?.bypass === bypass && marked.opened === opened)
        writeSync(fd, Buffer.alloc(PLACE_BYTES), 0, PLACE_BYTES, place * PLACE_BYTES);
    }
  } finally {
    closeSync(fd);
  }
}

/** A lane's places. Counting is synchronous: what is counted is there before the call goes out. */
export class LaneMarker {
  readonly #fd: number;
  readonly #first: number;
  /** What stands in each place. A lane that took the place of one that died goes on counting where that one stood. */
  readonly #places: (Omit<Marked, 'lane'> | null)[];

  constructor(path: string, lane: number) {
    this.#fd = openSync(path, 'r+');
    this.#first = (lane - 1) * PLACES_A_LANE;
    this.#places = Array.from({ length: PLACES_A_LANE }, (_, place) => readPlace(this.#fd, this.#first + place));
  }

  began(bypass: string, opened: number): void {
    this.#count(bypass, opened, 1, 0);
  }

  ended(bypass: string, opened: number): void {
    this.#count(bypass, opened, 0, 1);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #count(bypass: string, opened: number, begun: number, ended: number): void {
    const place = this.#placeOf(bypass, opened);
    const known = this.#places[place];
    const at = known?.bypass === bypass && known.opened === opened ? known : { bypass, opened, begun: 0, ended: 0 };
    const counts = { ...at, begun: at.begun + begun, ended: at.ended + ended };
    this.#places[place] = counts;
    const text = `${bypass} ${opened} ${counts.begun} ${counts.ended} `.padEnd(PLACE_BYTES - 1);
    const bytes = Buffer.from(`${text}\n`, 'latin1');
    writeSync(this.#fd, bytes, 0, PLACE_BYTES, (this.#first + place) * PLACE_BYTES);
  }

  /** That of this window; else an empty one; else the one with the oldest window. */
  #placeOf(bypass: string, opened: number): number {
    const places = this.#places;
    const own = places.findIndex((one) => one?.bypass === bypass && one.opened === opened);
    if (own >= 0) return own;
    // Of a window that was closed nothing stands in the file any more.
    for (const [place, known] of places.entries())
      if (known !== null && readPlace(this.#fd, this.#first + place) === null) places[place] = null;
    const free = places.indexOf(null);
    if (free >= 0) return free;
    const oldest = Math.min(...places.map((one) => one?.opened ?? 0));
    return places.findIndex((one) => one?.opened === oldest);
  }
}

function readPlace(fd: number, place: number): Marked | null {
  const bytes = Buffer.alloc(PLACE_BYTES);
  if (readSync(fd, bytes, 0, PLACE_BYTES, place * PLACE_BYTES) < PLACE_BYTES) return null;
  return parse(bytes.toString('latin1'), Math.floor(place / PLACES_A_LANE) + 1);
}

function parse(text: string, lane: number): Marked | null {
  const match = /^(\S+) (\d+) (\d+) (\d+) /.exec(text);
  if (match === null) return null;
  const [, bypass = '', opened, begun, ended] = match;
  return { lane, bypass, opened: Number(opened), begun: Number(begun), ended: Number(ended) };
}
