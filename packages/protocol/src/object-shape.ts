// The shape of an object whose members are named. In canonical JSON members stand in sorted order, and most of an entry
// is the same from one to the next: names, and values that come from configuration. So a scan remembers the texts that
// stood between one varying value and the next, and where the very same text stands there again, it goes over it with
// one comparison. That is no weaker: what was found to fit in this place fits there again, byte for byte.
import { COMMA, QUOTE, skipExactly, skipScalar, skipText, UNSURE, type Page, type Scan } from './page.ts';
import { below, fault, isObject, type Shape } from './shape.ts';

type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: Shape<T[K]> };
type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]: Shape<Exclude<T[K], undefined>> };

/** Every member of the type has to be given, those that may be absent apart: a new member cannot be forgotten here. */
export const object = <T>(required: Required<T>, optional: Optional<T>): Shape<T> => {
  const members = [...membersOf(required, true), ...membersOf(optional, false)];
  const sorted = members.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    faults: (value) => faultsOf(members, value),
    scan: scanObject(sorted),
    steady: members.every(({ steady }) => steady),
    kept: members.some(({ kept }) => kept),
  };
};

interface Member {
  readonly name: string;
  /** As it stands before the value. */
  readonly token: string;
  readonly required: boolean;
  readonly faults: Shape<unknown>['faults'];
  readonly scan: Scan;
  readonly steady: boolean;
  readonly kept: boolean;
}

/** What a scan needs of a shape is laid out alike for every member, whatever kind of shape it is. */
const membersOf = (shapes: object, required: boolean): Member[] =>
  Object.entries(shapes).map(([name, shape]) => {
    const { faults, scan, steady, kept } = shape as Shape<unknown>;
    return { name, token: `${JSON.stringify(name)}:`, required, faults, scan, steady, kept };
  });

function faultsOf(members: readonly Member[], value: unknown): readonly string[] | null {
  if (!isObject(value)) return fault(value, 'an object');
  let faults: readonly string[] | null = null;
  for (const { name, faults: faultsIn, required } of members) {
    const member = value[name];
    if (member === undefined && !required) continue;
    const found = faultsIn(member);
    if (found !== null) faults = [...(faults ?? []), ...below(name, found)];
  }
  return faults;
}

/** A text that stood behind one varying value (or at the beginning) and before the next (or up to the end). */
interface Stretch {
  readonly text: string;
  /** The member whose value comes behind it; as many as there are: the object ends with it. */
  readonly next: number;
  /** Kept values that stand in it, and their names. */
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

const STRETCHES_MOST = 8;
/** Longer ones are not remembered. */
const STRETCH_CHARACTERS = 1024;
/** With all places taken, one new stretch in so many takes the place of the one that is asked for least. */
const LEARN_ONE_IN = 16;

class Stretches {
  readonly #known: Stretch[] = [];
  #missed = 0;

  /** Moves over the one that stands here; null when none does. */
  find(page: Page): Stretch | null {
    const known = this.#known;
    const { at, text } = page;
    for (let i = 0; i < known.length; i += 1) {
      const stretch = known[i] as Stretch;
      const end = at + stretch.text.length;
      if (text.slice(at, end) !== stretch.text) continue;
      if (i > 0) {
        // What is asked for more often moves to the front.
        known[i] = known[i - 1] as Stretch;
        known[i - 1] = stretch;
      }
      page.at = end;
      return stretch;
    }
    return null;
  }

  learn({ next, names, values }: Stretch, bytes: Uint8Array): void {
    this.#missed += 1;
    const full = this.#known.length === STRETCHES_MOST;
    if (bytes.length > STRETCH_CHARACTERS || (full && this.#missed % LEARN_ONE_IN !== 0)) return;
    if (full) this.#known.pop();
    // A copy, that holds on to no page.
    const own = values.length === 0 ? values : (JSON.parse(JSON.stringify(values)) as unknown[]);
    this.#known.push({ text: String.fromCharCode(...bytes), next, names, values: own });
  }
}

function scanObject(members: readonly Member[]): (page: Page) => unknown {
  const names = new Set(members.map(({ name }) => name));
  const keeps = members.some(({ kept }) => kept);
  /** By the number of the first member that may come next. */
  const known = Array.from({ length: members.length + 1 }, () => new Stretches());

  const stretchAt = (page: Page, passed: number): Stretch | null => {
    const stretches = known[passed] as Stretches;
    const seen = stretches.find(page);
    if (seen !== null) return seen;
    const { at } = page;
    const found = walk(page, members, names, passed);
    if (found !== null) stretches.learn(found, page.bytes.subarray(at, page.at));
    return found;
  };

  return (page) => {
    const made: Record<string, unknown> | null = keeps ? {} : null;
    let passed = 0;
    for (;;) {
      const stretch = stretchAt(page, passed);
      if (stretch === null) return UNSURE;
      if (made !== null) keepAll(made, stretch);
      const member = members[stretch.next];
      if (member === undefined) return made;
      const value = member.scan(page);
      if (value === UNSURE) return UNSURE;
      if (made !== null && member.kept) made[member.name] = value;
      passed = stretch.next + 1;
    }
  };
}

function keepAll(made: Record<string, unknown>, { names, values }: Stretch): void {
  for (let i = 0; i < names.length; i += 1) made[names[i] as string] = values[i];
}

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Goes on member by member, up to the next value that varies or to the end. Null where it is unsure. */
function walk(page: Page, members: readonly Member[], known: ReadonlySet<string>, passed: number): Stretch | null {
  const { bytes } = page;
  const names: string[] = [];
  const values: unknown[] = [];
  let mayCome = passed;
  for (let first = passed === 0; ; first = false) {
    const mark = bytes[page.at];
    page.at += 1;
    const empty = first && mark === OPEN && bytes[page.at] === CLOSE;
    if (empty) page.at += 1;
    if (empty || (!first && mark === CLOSE)) {
      const whole = members.every(({ required }, index) => index < mayCome || !required);
      return whole ? { text: '', next: members.length, names, values } : null;
    }
    if (mark !== (first ? OPEN : COMMA)) return null;
    const index = memberAt(page, members, mayCome);
    const member = members[index];
    if (member === undefined) {
      if (!skipUnknown(page, known)) return null;
      continue;
    }
    if (!member.steady) return { text: '', next: index, names, values };
    const value = member.scan(page);
    if (value === UNSURE) return null;
    if (member.kept) {
      names.push(member.name);
      values.push(value);
    }
    mayCome = index + 1;
  }
}

/** Moves over a member's name; its number, or -1 when the name is none of those that may come. */
function memberAt(page: Page, members: readonly Member[], mayCome: number): number {
  for (let index = mayCome; index < members.length; index += 1) {
    const member = members[index];
    if (member === undefined || skipExactly(page, member.token)) return index;
    if (member.required) return -1;
  }
  return -1;
}

const BACKSLASH = '\\';

/** Over a member that the shape does not name. One that it does name, at the wrong place or twice, is left to others. */
function skipUnknown(page: Page, names: ReadonlySet<string>): boolean {
  const from = page.at + 1;
  if (page.bytes[from - 1] !== QUOTE || skipText(page) === UNSURE) return false;
  const name = page.text.slice(from, page.at - 1);
  if (name.includes(BACKSLASH) || names.has(name) || !skipExactly(page, ':')) return false;
  return skipScalar(page) !== UNSURE;
}
