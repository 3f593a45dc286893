// The file by which a start knows that an earlier run let calls through unsealed and ended before they were entered. It is
// laid out while there is room, and overwritten in place: that needs no new space, and a killed process loses nothing of
// it. Each lane has a place of its own in it for each bypass.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

const PLACE_BYTES = 128;
const PLACES_A_LANE = 16;
const LANES_MOST = 64;
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
  readonly #lane: number;
  /** Beside each place. */
  readonly #counts: Omit<Marked, 'lane'>[] = [];

  constructor(path: string, lane: number) {
    this.#fd = openSync(path, 'r+');
    this.#lane = lane;
  }

  began(place: number, bypass: string, opened: number): void {
    const at = this.#at(place, bypass, opened);
    this.#write(place, { ...at, begun: at.begun + 1 });
  }

  ended(place: number, bypass: string, opened: number): void {
    const at = this.#at(place, bypass, opened);
    this.#write(place, { ...at, ended: at.ended + 1 });
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** A lane that took the place of one that died goes on counting where that one stood. */
  #at(place: number, bypass: string, opened: number): Omit<Marked, 'lane'> {
    const known = this.#counts[place] ?? readPlace(this.#fd, this.#of(place));
    return known?.opened === opened && known.bypass === bypass ? known : { bypass, opened, begun: 0, ended: 0 };
  }

  #write(place: number, counts: Omit<Marked, 'lane'>): void {
    this.#counts[place] = counts;
    const { bypass, opened, begun, ended } = counts;
    const text = Buffer.from(`${bypass} ${opened} ${begun} ${ended} `.padEnd(PLACE_BYTES - 1) + '\n', 'latin1');
    writeSync(this.#fd, text, 0, PLACE_BYTES, this.#of(place) * PLACE_BYTES);
  }

  #of(place: number): number {
    return (this.#lane - 1) * PLACES_A_LANE + place;
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
