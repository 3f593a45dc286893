// Reads a parsed YAML map field by field and refuses what it does not know. Every failure names file, place and reason,
// because a price that is silently misread is worse than no price.
import { AppError } from '@weighbridge/kernel';

export const refuse = (where: string, reason: string): never => {
  throw new AppError('PRICE_BOOK_INVALID', `${where}: ${reason}`);
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** UTC milliseconds of `2026-07-24` (midnight UTC) or `2026-07-24T16:00:00Z`. */
export function instant(text: string, where: string): number {
  const at = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  const real = !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 19).replace(/Z$/, ''));
  return real ? at : refuse(where, `"${text}" is not a date (2026-07-24) or a UTC instant (2026-07-24T16:00:00Z)`);
}

/** One map. `done()` at the end refuses fields that nobody asked for. */
export class Fields {
  readonly where: string;
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #asked = new Set<string>();

  constructor(value: unknown, where: string) {
    this.where = where;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      refuse(where, 'must be a map of named fields');
    this.#values = new Map(Object.entries(value as Record<string, unknown>));
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  names(): readonly string[] {
    return [...this.#values.keys()];
  }

  raw(name: string): unknown {
    this.#asked.add(name);
    return this.#values.get(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') return refuse(this.where, `\`${name}\` must be text`);
    return value.length > 512 ? refuse(this.where, `\`${name}\` is longer than 512 characters`) : value;
  }

  text(name: string): string {
    return this.optionalText(name) ?? refuse(this.where, `\`${name}\` is missing`);
  }

  /** One word or a list of words. */
  words(name: string, fallback?: readonly string[]): readonly string[] {
    const value = this.raw(name);
    if (value === undefined) return fallback ?? refuse(this.where, `\`${name}\` is missing`);
    const list = Array.isArray(value) ? value : [value];
    if (list.length === 0 || list.some((item) => typeof item !== 'string' || item === '')) {
      refuse(this.where, `\`${name}\` must be a word or a list of words`);
    }
    if (new Set(list).size !== list.length) refuse(this.where, `\`${name}\` names the same thing twice`);
    return list as string[];
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const value = this.optionalText(name) ?? fallback ?? refuse(this.where, `\`${name}\` is missing`);
    return member(value, allowed, `${this.where}, \`${name}\``);
  }

  date(name: string): number | undefined {
    const value = this.optionalText(name);
    return value === undefined ? undefined : instant(value, `${this.where}, \`${name}\``);
  }

  list(name: string): readonly unknown[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    return Array.isArray(value) ? value : refuse(this.where, `\`${name}\` must be a list`);
  }

  map(name: string): Readonly<Record<string, string>> {
    const value = this.raw(name);
    if (value === undefined) return {};
    const inner = new Fields(value, `${this.where}, \`${name}\``);
    return Object.fromEntries(inner.names().map((key) => [key, inner.text(key)]));
  }

  done(): void {
    const unknown = this.names().filter((name) => !this.#asked.has(name));
    if (unknown.length > 0) refuse(this.where, `\`${unknown.join('`, `')}\` is not a field that price files have`);
  }
}

export function member<T extends string>(value: string, allowed: readonly T[], where: string): T {
  return (allowed as readonly string[]).includes(value)
    ? (value as T)
    : refuse(where, `"${value.slice(0, 60)}" is none of ${allowed.join(', ')}`);
}

/** A regular expression from data, anchored by its author. */
export function pattern(text: string, where: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (cause) {
    throw new AppError('PRICE_BOOK_INVALID', `${where}: "${text}" is not a regular expression`, { cause });
  }
}
