// What one price is. A row is a fact with a place in two times: valid (when the seller charges it) and known (when we
// knew). Everything else in the ledger is derived from rows, so a row carries its own source and how sure we are.
import type { Money } from '@weighbridge/kernel';
import { SERVER_TOOLS, TOKEN_CLASSES, type ServerTool, type TokenClass } from '@weighbridge/protocol';

/** Charges that a call's usage does not count (time): kept in the book for reports and worked examples. */
export const TIME_CLASSES = ['session_hour', 'container_hour'] as const;
export type TimeClass = (typeof TIME_CLASSES)[number];
export type PriceClass = TokenClass | ServerTool | TimeClass;
export const PRICE_CLASSES: readonly PriceClass[] = [...TOKEN_CLASSES, ...SERVER_TOOLS, ...TIME_CLASSES];

/** Columns of a price list. `*`: the price is the same in all (server tools). */
export const PRICE_SCOPES = ['global', 'multi_region', 'datazone', 'regional', '*'] as const;
export type PriceScopeBase = (typeof PRICE_SCOPES)[number];
/** A column, narrowed to a place where the seller prices places apart: `datazone`, `datazone:eu`. */
export type PriceScope = PriceScopeBase | `${PriceScopeBase}:${string}`;

/** `published`: read on the seller's own page or price API. `third_party`: quoted by others. `unsure`: sources differ. */
export const CONFIDENCES = ['published', 'third_party', 'unsure'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** A context band by prompt tokens of the whole call: `over` is exclusive, `upto` inclusive, null unbounded. */
export interface Band {
  readonly over: number;
  readonly upto: number | null;
}

/** What a price is looked up by, apart from time and kind. `*` in model, scope, tier or mode matches any. */
export interface PriceKey {
  /** Id of the seller's price list, e.g. `anthropic`, `aws-bedrock`. */
  readonly seller: string;
  readonly model: string;
  readonly scope: PriceScope;
  readonly tier: string;
  /** Speed of service: `standard` or `fast`. */
  readonly mode: string;
  readonly cls: PriceClass;
  readonly band: Band;
}

export interface PriceSource {
  readonly page: string;
  /** ISO date on which the page was read, or the quote reported. */
  readonly read: string;
}

export interface PriceRow extends PriceKey {
  /** Unique and readable: key, first day of validity, day it became known, kind when not list. */
  readonly id: string;
  readonly kind: 'list' | 'contract';
  /** Pico-units of currency for one token, one use or one hour. Null: the seller bills this, but not by this unit. */
  readonly unit: Money | null;
  readonly currency: string;
  /** UTC milliseconds; `to` exclusive, null open. */
  readonly validFrom: number;
  readonly validTo: number | null;
  readonly knownFrom: number;
  readonly knownTo: number | null;
  readonly source: PriceSource;
  readonly confidence: Confidence;
  /** Row and exact factor this price was computed from. */
  readonly derived?: { readonly from: string; readonly factor: string };
  readonly note?: string;
  /** Which file it came from: 0 built in, 1… price files in the order they were named. A later layer wins. */
  readonly layer: number;
}

/** How a seller's price list reads deployments and responses. Data, so that no cloud is named in code. */
export interface PriceList {
  readonly seller: string;
  readonly title: string;
  readonly currency: string;
  /** Deployments it prices: wire protocol, and parties that sell by it (empty: whoever sells it there). */
  readonly soldOver: readonly { readonly cloud: string; readonly sellers: readonly string[] }[];
  readonly defaultScope: PriceScope;
  /** Tier as the vendor reports it → tier of the list. A word not named here is taken as it is. */
  readonly tiers: Readonly<Record<string, string>>;
  /** Tiers whose capacity is paid ahead: a call there has no price of its own. Value: why, in words. */
  readonly prepaid: Readonly<Record<string, string>>;
  /** Configured tiers that a response's own word does not overrule (it says `default` on pre-paid capacity too). */
  readonly stickyTiers: readonly string[];
  readonly speeds: Readonly<Record<string, string>>;
  /** Reported inference geography → scope. A word not named here has no price. */
  readonly geos: Readonly<Record<string, PriceScope>>;
  /** Prefixes taken off a model id (regular expressions), and the scope that each implies. */
  readonly idPrefixes: readonly { readonly match: string; readonly scope?: PriceScope }[];
  readonly idSuffixes: readonly string[];
  readonly idAliases: Readonly<Record<string, string>>;
  /** Region names (regular expressions) → scope and place; the first that gives each counts. */
  readonly regions: readonly { readonly match: string; readonly scope?: PriceScope; readonly place?: string }[];
  /** Regions (regular expressions) that have prices of their own which the list does not hold, and the reason in words. */
  readonly unpricedRegions: readonly { readonly match: string; readonly why: string }[];
  /** Unit the seller invoices in instead of currency, e.g. CCU, and what one costs. */
  readonly invoiceUnit?: { readonly name: string; readonly price: Money };
}

/** All price files read, before a point of knowledge is chosen. */
export interface PriceSheets {
  readonly lists: readonly PriceList[];
  readonly rows: readonly PriceRow[];
}

export const bandText = (band: Band): string =>
  band.over === 0 && band.upto === null ? '' : `[${band.over}-${band.upto ?? ''}]`;

/** UTC milliseconds as an ISO date, or a full instant where it is not midnight. A book names few days many times. */
export function dayText(at: number): string {
  const known = DAYS.get(at);
  if (known !== undefined) return known;
  const iso = new Date(at).toISOString();
  const text = iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
  if (DAYS.size < DAYS_MOST) DAYS.set(at, text);
  return text;
}

const DAYS = new Map<number, string>();
const DAYS_MOST = 10_000;

/** The readable unique id of a row. */
export function rowId(row: Omit<PriceRow, 'id' | 'unit' | 'source' | 'confidence' | 'currency'>): string {
  const key = `${row.seller}/${row.model}/${row.scope}/${row.tier}/${row.mode}/${row.cls}${bandText(row.band)}`;
  const kind = row.kind === 'list' ? '' : `!${row.kind}`;
  const layer = row.layer === 0 ? '' : `+${row.layer}`;
  return `${key}@${dayText(row.validFrom)}~${dayText(row.knownFrom)}${kind}${layer}`;
}
