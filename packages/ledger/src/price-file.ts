// One price file: its head, its sources, its price lines (one line holds the prices of several token classes) and its
// derivations (a premium or discount as an exact ratio). Reading checks everything; a file that is wrong in one place
// is refused whole, with file, line and reason.
import { LineCounter, parseDocument, isMap, isSeq, type Document } from 'yaml';
import { keptReading } from '@weighbridge/document';
import { AppError } from '@weighbridge/kernel';
import { factor, unitPrice, type Factor } from './exact-price.ts';
import { readPriceList, scopeWord } from './price-list.ts';
import {
  CONFIDENCES,
  PRICE_CLASSES,
  TIME_CLASSES,
  type Band,
  type Confidence,
  type PriceClass,
  type PriceList,
  type PriceScope,
  type PriceSource,
} from './price-row.ts';
import { SERVER_TOOLS } from '@weighbridge/protocol';
import { Fields, member, refuse } from './strict-reader.ts';

/** When a price applies and since when it was known; undefined: as the rows it is derived from. */
export interface Times {
  readonly validFrom: number | undefined;
  readonly validTo: number | null;
  readonly knownFrom: number;
  readonly knownTo: number | null;
}

interface Sourced {
  readonly source: PriceSource;
  readonly confidence: Confidence;
  readonly note?: string;
}

export interface PriceLine extends Times, Sourced {
  readonly where: string;
  readonly kind: 'list' | 'contract';
  readonly models: readonly string[];
  readonly scopes: readonly PriceScope[];
  readonly tiers: readonly string[];
  readonly modes: readonly string[];
  readonly band: Band;
  readonly prices: readonly { readonly cls: PriceClass; readonly unit: bigint | null }[];
}

/** Rows made from rows (of this seller, or of the one that `take.seller` names): those that match `models`, `classes` and `take` become `make` and the price times `by`. */
export interface Derivation extends Times, Sourced {
  readonly where: string;
  readonly kind: 'list' | 'contract';
  readonly by: Factor;
  readonly models: readonly string[];
  readonly except: readonly string[];
  readonly classes: readonly PriceClass[];
  readonly take: {
    readonly seller?: string;
    readonly scope?: PriceScope;
    readonly tier?: string;
    readonly mode?: string;
  };
  readonly make: { readonly scopes?: readonly PriceScope[]; readonly tier?: string; readonly mode?: string };
}

export interface PriceFile {
  readonly name: string;
  readonly seller: string;
  readonly list: PriceList | null;
  readonly lines: readonly PriceLine[];
  readonly derivations: readonly Derivation[];
  /** Classes that the seller bills as another class: reasoning as output, images as input. */
  readonly billAs: readonly { readonly cls: PriceClass; readonly as: PriceClass; readonly source: PriceSource }[];
}

const MAX_FILE_BYTES = 1024 * 1024;
const NOT_BY_USE = 'not-by-use';
const uses = new Set<string>([...SERVER_TOOLS, ...TIME_CLASSES]);

/**
 * Parses and checks one file. `name` stands in every message. `shipped`: it comes with the product, and is parsed once, not
 * at every start. Throws PRICE_BOOK_INVALID.
 */
export function readPriceFile(name: string, text: string, shipped = false): PriceFile {
  if (text.length > MAX_FILE_BYTES) refuse(name, `is longer than ${MAX_FILE_BYTES} characters`);
  const parse = (): Parsed => parsePriceFile(name, text);
  const { value, lines } = shipped
    ? keptReading({ name: `prices-${name}`, text, reader: import.meta.url }, parse)
    : parse();
  const fields = new Fields(value, name);
  fields.oneOf('format', ['1']);
  const list = readPriceList(fields);
  const sources = readSources(fields);
  const at = (key: keyof Parsed['lines'], index: number): string => `${name}:${lines[key][index] ?? 1}`;
  const file: PriceFile = {
    name,
    seller: fields.text('seller'),
    list,
    billAs: readBillAs(fields, sources),
    lines: fields.list('prices').map((item, index) => readLine(item, at('prices', index), sources)),
    derivations: fields.list('derive').map((item, index) => readDerivation(item, at('derive', index), sources)),
  };
  fields.done();
  if (file.lines.length + file.derivations.length === 0 && list === null)
    refuse(name, 'holds neither prices nor a price list');
  return file;
}

/** What stands in a file, and on which line each of its prices and derivations begins. */
interface Parsed {
  readonly value: unknown;
  readonly lines: { readonly prices: readonly number[]; readonly derive: readonly number[] };
}

function parsePriceFile(name: string, text: string): Parsed {
  const lines = new LineCounter();
  // The failsafe schema leaves every scalar as the text that stands in the file: 0.10 stays "0.10", never a float.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, uniqueKeys: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined)
    throw new AppError('PRICE_BOOK_INVALID', `${name}: ${problem.message}`, { cause: problem });
  const linesOf = (key: string): number[] => itemsOf(document, key).map((at) => lines.linePos(at).line);
  return { value: plain(document, name), lines: { prices: linesOf('prices'), derive: linesOf('derive') } };
}

/** Values without anchors: an alias would let a small file expand without bound. */
function plain(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (cause) {
    throw new AppError('PRICE_BOOK_INVALID', `${name}: uses YAML aliases, which price files may not`, { cause });
  }
}

/** Offsets of the items of a list. */
function itemsOf(document: Document, key: string): number[] {
  const items = isMap(document.contents) ? document.contents.get(key) : undefined;
  if (!isSeq(items)) return [];
  return items.items.map((node) => (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? 0);
}

type Sources = ReadonlyMap<string, PriceSource & { readonly confidence: Confidence }>;

function readSources(fields: Fields): Sources {
  const value = fields.raw('sources');
  if (value === undefined) return new Map();
  const all = new Fields(value, `${fields.where}, \`sources\``);
  return new Map(
    all.names().map((id) => {
      const entry = new Fields(all.raw(id), `${all.where}, "${id}"`);
      const read = entry.text('read');
      entry.date('read');
      const source = { page: entry.text('page'), read, confidence: entry.oneOf('confidence', CONFIDENCES) };
      entry.done();
      return [id, source];
    }),
  );
}

function sourced(fields: Fields, sources: Sources): Sourced & { readonly read: number } {
  const id = fields.text('source');
  const found = sources.get(id) ?? refuse(fields.where, `source "${id}" is not among the file's \`sources\``);
  const note = fields.optionalText('note');
  return {
    source: { page: found.page, read: found.read },
    confidence: fields.oneOf('confidence', CONFIDENCES, found.confidence),
    ...(note === undefined ? {} : { note }),
    read: Date.parse(`${found.read}T00:00:00Z`),
  };
}

function times(fields: Fields, read: number): Times {
  const result = {
    validFrom: fields.date('from'),
    validTo: fields.date('to') ?? null,
    knownFrom: fields.date('known_from') ?? read,
    knownTo: fields.date('known_to') ?? null,
  };
  if (result.validTo !== null && result.validFrom !== undefined && result.validTo <= result.validFrom) {
    refuse(fields.where, '`to` must be later than `from`');
  }
  if (result.knownTo !== null && result.knownTo <= result.knownFrom) {
    refuse(fields.where, '`known_to` must be later than `known_from` (by default the day the source was read)');
  }
  return result;
}

function count(fields: Fields, name: string): number | undefined {
  const text = fields.optionalText(name);
  if (text === undefined) return undefined;
  return /^[1-9]\d{0,9}$/.test(text)
    ? Number(text)
    : refuse(fields.where, `\`${name}\` must be a whole number of tokens`);
}

function readBand(fields: Fields): Band {
  const band = { over: count(fields, 'over') ?? 0, upto: count(fields, 'upto') ?? null };
  if (band.upto !== null && band.upto <= band.over) refuse(fields.where, '`upto` must be more than `over`');
  return band;
}

function readLine(value: unknown, where: string, sources: Sources): PriceLine {
  const fields = new Fields(value, where);
  const { read, ...origin } = sourced(fields, sources);
  const per = BigInt(count(fields, 'per') ?? 1_000_000);
  const line: PriceLine = {
    where,
    ...origin,
    ...times(fields, read),
    kind: fields.oneOf('kind', ['list', 'contract'], 'list'),
    models: fields.words('model'),
    scopes: fields.words('scope', ['global']).map((word) => scopeWord(word, `${where}, \`scope\``)),
    tiers: fields.words('tier', ['standard']),
    modes: fields.words('mode', ['standard']),
    band: readBand(fields),
    prices: PRICE_CLASSES.filter((cls) => fields.has(cls)).map((cls) => {
      const price = fields.text(cls);
      return {
        cls,
        unit: price === NOT_BY_USE ? null : unitPrice(price, uses.has(cls) ? 1n : per, `${where}, \`${cls}\``),
      };
    }),
  };
  fields.done();
  if (line.validFrom === undefined) refuse(where, '`from` is missing: a price applies from a day');
  if (line.prices.length === 0) refuse(where, 'names no price');
  return line;
}

function readDerivation(value: unknown, where: string, sources: Sources): Derivation {
  const fields = new Fields(value, where);
  const { read, ...origin } = sourced(fields, sources);
  const take = new Fields(fields.raw('take') ?? {}, `${where}, \`take\``);
  const make = new Fields(fields.raw('make') ?? {}, `${where}, \`make\``);
  const result: Derivation = {
    where,
    ...origin,
    ...times(fields, read),
    kind: fields.oneOf('kind', ['list', 'contract'], 'list'),
    by: factor(fields.text('factor'), where),
    models: fields.words('models'),
    except: fields.words('except', []),
    classes: fields.has('classes')
      ? fields.words('classes').map((cls) => member(cls, PRICE_CLASSES, `${where}, \`classes\``))
      : PRICE_CLASSES.filter((cls) => !uses.has(cls)),
    take: readMatch(take),
    make: readTarget(make),
  };
  fields.done();
  return result;
}

const served = (fields: Fields): { tier?: string; mode?: string } => {
  const tier = fields.optionalText('tier');
  const mode = fields.optionalText('mode');
  return { ...(tier === undefined ? {} : { tier }), ...(mode === undefined ? {} : { mode }) };
};

function readMatch(fields: Fields): Derivation['take'] {
  const scope = fields.has('scope') ? { scope: scopeWord(fields.text('scope'), fields.where) } : {};
  const seller = fields.optionalText('seller');
  const result = { ...scope, ...(seller === undefined ? {} : { seller }), ...served(fields) };
  fields.done();
  return result;
}

function readTarget(fields: Fields): Derivation['make'] {
  const words = fields.words('scope', []);
  const scopes = words.map((word) => scopeWord(word, `${fields.where}, \`scope\``));
  const result = { ...(scopes.length === 0 ? {} : { scopes }), ...served(fields) };
  fields.done();
  return result;
}

function readBillAs(fields: Fields, sources: Sources): PriceFile['billAs'] {
  return fields.list('bill_as').map((item, index) => {
    const entry = new Fields(item, `${fields.where}, \`bill_as\` ${index + 1}`);
    const result = {
      cls: entry.oneOf('class', PRICE_CLASSES),
      as: entry.oneOf('as', PRICE_CLASSES),
      source: sourced(entry, sources).source,
    };
    entry.done();
    return result;
  });
}
