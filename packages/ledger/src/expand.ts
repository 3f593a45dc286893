// Price files into rows. Explicit lines first, then derivations in the order they stand (a later one sees the rows of
// an earlier one, so premiums stack as the seller says they do), then classes billed as another class. Every computed
// row names the row and the ratio it came from.
import { timesFactor } from './exact-price.ts';
import type { Derivation, PriceFile, PriceLine } from './price-file.ts';
import { CONFIDENCES, rowId, type PriceList, type PriceRow, type PriceSheets } from './price-row.ts';
import { refuse } from './strict-reader.ts';

const MAX_ROWS = 200_000;
const HEAD = '`title`, `currency`, `sold_over` and `default_scope`';

/** Rows of all files, in layers: files of layer 0 are the built-in book, each further one is laid over those before. */
export function expandFiles(files: readonly { readonly file: PriceFile; readonly layer: number }[]): PriceSheets {
  const lists = new Map<string, PriceList>();
  const rows: PriceRow[] = [];
  for (const { file } of files) if (file.list !== null) lists.set(file.seller, file.list);
  for (const { file, layer } of files) {
    const list = lists.get(file.seller) ?? refuse(file.name, `seller "${file.seller}" has no price list: give ${HEAD}`);
    const own = file.lines.flatMap((line) => lineRows(line, list, layer));
    for (const derivation of file.derivations) {
      const seller = derivation.take.seller ?? file.seller;
      const base = [...rows, ...own].filter((row) => row.seller === seller);
      const made = derivedRows(derivation, base, list, layer);
      if (made.length === 0)
        refuse(derivation.where, 'derives from no row: no price matches `models`, `take` and the dates');
      own.push(...made);
      if (rows.length + own.length > MAX_ROWS)
        refuse(derivation.where, `the book would hold more than ${MAX_ROWS} rows`);
    }
    rows.push(...own, ...billedAs(file, own));
  }
  return { lists: [...lists.values()], rows };
}

type Unnamed = Omit<PriceRow, 'id'>;
const named = (row: Unnamed): PriceRow => ({ id: rowId(row), ...row });

function lineRows(line: PriceLine, list: PriceList, layer: number): PriceRow[] {
  const rows: PriceRow[] = [];
  for (const model of line.models)
    for (const scope of line.scopes)
      for (const tier of line.tiers)
        for (const mode of line.modes)
          for (const { cls, unit } of line.prices) {
            const key = { seller: list.seller, model, scope, tier, mode, cls, band: line.band, kind: line.kind, unit };
            rows.push(named({ ...key, currency: list.currency, layer, ...timesOf(line), ...originOf(line) }));
          }
  return rows;
}

const timesOf = (line: PriceLine) => ({
  validFrom: line.validFrom ?? 0,
  validTo: line.validTo,
  knownFrom: line.knownFrom,
  knownTo: line.knownTo,
});

const originOf = (from: PriceLine | Derivation) => ({
  source: from.source,
  confidence: from.confidence,
  ...(from.note === undefined ? {} : { note: from.note }),
});

/** `*` at the end of a pattern matches any rest. */
export const matches = (patterns: readonly string[], word: string): boolean =>
  patterns.some((each) => (each.endsWith('*') ? word.startsWith(each.slice(0, -1)) : each === word));

const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

function derivedRows(rule: Derivation, base: readonly PriceRow[], list: PriceList, layer: number): PriceRow[] {
  const rows: PriceRow[] = [];
  for (const row of base) {
    const applies =
      row.kind === 'list' &&
      row.unit !== null &&
      matches(rule.models, row.model) &&
      !matches(rule.except, row.model) &&
      rule.classes.includes(row.cls) &&
      row.scope === (rule.take.scope ?? row.scope) &&
      row.tier === (rule.take.tier ?? row.tier) &&
      row.mode === (rule.take.mode ?? row.mode);
    const validFrom = Math.max(row.validFrom, rule.validFrom ?? 0);
    const validTo = earlier(row.validTo, rule.validTo);
    const knownFrom = Math.max(row.knownFrom, rule.knownFrom);
    const knownTo = earlier(row.knownTo, rule.knownTo);
    const lives = (validTo === null || validFrom < validTo) && (knownTo === null || knownFrom < knownTo);
    if (!applies || !lives || row.unit === null) continue;
    for (const scope of rule.make.scopes ?? [row.scope]) {
      const { id, derived: _derived, note: _note, ...rest } = row;
      rows.push(
        named({
          ...rest,
          ...originOf(rule),
          ...weaker(row, rule),
          seller: list.seller,
          kind: rule.kind,
          scope,
          tier: rule.make.tier ?? row.tier,
          mode: rule.make.mode ?? row.mode,
          unit: timesFactor(row.unit, rule.by, `${rule.where} on ${id}`),
          validFrom,
          validTo,
          knownFrom,
          knownTo,
          derived: { from: id, factor: rule.by.text },
          layer,
        }),
      );
    }
  }
  return rows;
}

/** A computed price is no surer than its base: the weaker of the two sources is the one to show. */
const weaker = (base: PriceRow, rule: Derivation): Pick<PriceRow, 'confidence' | 'source'> => {
  const { confidence, source } =
    CONFIDENCES.indexOf(base.confidence) > CONFIDENCES.indexOf(rule.confidence) ? base : rule;
  return { confidence, source };
};

/** Rows for classes that a seller bills as another, where the list has no price of their own. */
function billedAs(file: PriceFile, own: readonly PriceRow[]): PriceRow[] {
  const priced = new Set(own.map((row) => `${row.model}\n${row.cls}`));
  const rows: PriceRow[] = [];
  for (const { cls, as, source } of file.billAs)
    for (const row of own) {
      if (row.cls !== as || priced.has(`${row.model}\n${cls}`)) continue;
      const { id, derived: _derived, ...rest } = row;
      rows.push(named({ ...rest, cls, source, derived: { from: id, factor: '1/1' } }));
    }
  return rows;
}
