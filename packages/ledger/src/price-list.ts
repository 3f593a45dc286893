// The head of a price file: whose list it is, which deployments it prices, and how to read that seller's model ids,
// tiers, speeds and geographies. All of it is data, so adding a seller is adding a file.
import type { PriceList, PriceScope } from './price-row.ts';
import { PRICE_SCOPES } from './price-row.ts';
import { unitPrice } from './exact-price.ts';
import { Fields, member, pattern, refuse } from './strict-reader.ts';

const SELLER = /^[a-z0-9][a-z0-9-]{0,62}$/;
const LIST_FIELDS = [
  'title',
  'currency',
  'sold_over',
  'default_scope',
  'tiers',
  'prepaid',
  'sticky_tiers',
  'speeds',
  'geos',
  'id_prefixes',
  'id_suffixes',
  'id_aliases',
  'regions',
  'unpriced_regions',
  'invoice_unit',
] as const;

/** The seller's id, checked. */
export function sellerOf(fields: Fields): string {
  const seller = fields.text('seller');
  return SELLER.test(seller)
    ? seller
    : refuse(fields.where, `seller "${seller}" must be lower-case letters, digits and hyphens`);
}

const scopeMap = (fields: Fields, name: string): Record<string, PriceScope> =>
  Object.fromEntries(
    Object.entries(fields.map(name)).map(([word, scope]) => [
      word,
      member(scope, PRICE_SCOPES, `${fields.where}, \`${name}.${word}\``),
    ]),
  );

function soldOver(fields: Fields): PriceList['soldOver'] {
  const entries = fields.list('sold_over').map((item, index) => {
    const entry = new Fields(item, `${fields.where}, \`sold_over\` ${index + 1}`);
    const result = { cloud: entry.text('cloud'), sellers: entry.words('sellers', []) };
    entry.done();
    return result;
  });
  return entries.length > 0 ? entries : refuse(fields.where, '`sold_over` must name at least one cloud');
}

interface Rule {
  readonly match: string;
  readonly scope?: PriceScope;
  readonly place?: string;
}

function rules(fields: Fields, name: string): readonly Rule[] {
  return fields.list(name).map((item, index) => {
    const where = `${fields.where}, \`${name}\` ${index + 1}`;
    const entry = new Fields(item, where);
    const match = entry.text('match');
    pattern(match, where);
    const scope = entry.has('scope') ? { scope: entry.oneOf('scope', PRICE_SCOPES) } : {};
    const place = entry.has('place') ? { place: entry.text('place') } : {};
    entry.done();
    return { match, ...scope, ...place };
  });
}

function unpricedRegions(fields: Fields): PriceList['unpricedRegions'] {
  return fields.list('unpriced_regions').map((item, index) => {
    const where = `${fields.where}, \`unpriced_regions\` ${index + 1}`;
    const entry = new Fields(item, where);
    const result = { match: entry.text('match'), why: entry.text('why') };
    pattern(result.match, where);
    entry.done();
    return result;
  });
}

const SCOPE = /^(global|multi_region|datazone|regional|\*)(:[a-z0-9-]{1,32})?$/;

/** A column word, with a place where the line prices one: `datazone:eu`. */
export const scopeWord = (word: string, where: string): PriceScope =>
  SCOPE.test(word)
    ? (word as PriceScope)
    : refuse(where, `"${word.slice(0, 60)}" is none of ${PRICE_SCOPES.join(', ')}, with or without :place`);

/** Reads the list fields of a file; null when it has none (a file that only adds rows to lists of other files). */
export function readPriceList(fields: Fields): PriceList | null {
  const present = LIST_FIELDS.filter((name) => fields.has(name));
  const seller = sellerOf(fields);
  if (present.length === 0) return null;
  const invoice = fields.raw('invoice_unit');
  const suffixes = fields.words('id_suffixes', []);
  for (const suffix of suffixes) pattern(suffix, `${fields.where}, \`id_suffixes\``);
  return {
    seller,
    title: fields.text('title'),
    currency: fields.oneOf('currency', ['USD']),
    soldOver: soldOver(fields),
    defaultScope: fields.oneOf('default_scope', PRICE_SCOPES),
    tiers: fields.map('tiers'),
    prepaid: fields.map('prepaid'),
    stickyTiers: fields.words('sticky_tiers', []),
    speeds: fields.map('speeds'),
    geos: scopeMap(fields, 'geos'),
    idPrefixes: rules(fields, 'id_prefixes'),
    idSuffixes: suffixes,
    idAliases: fields.map('id_aliases'),
    regions: rules(fields, 'regions'),
    unpricedRegions: unpricedRegions(fields),
    ...(invoice === undefined ? {} : { invoiceUnit: invoiceUnit(invoice, `${fields.where}, \`invoice_unit\``) }),
  };
}

function invoiceUnit(value: unknown, where: string): { name: string; price: bigint } {
  const fields = new Fields(value, where);
  const result = { name: fields.text('name'), price: unitPrice(fields.text('price'), 1n, where) };
  fields.done();
  return result.price > 0n ? result : refuse(where, 'the price of one unit must be more than zero');
}
