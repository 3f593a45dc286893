// Which price list, which model of it and which column a deployment is priced by. What configuration says wins; what
// the model id or region implies fills the gaps, and a contradiction between the two becomes a note, never a silence.
import type { PriceBook } from './book.ts';
import type { PriceList, PriceScope } from './price-row.ts';

/** The part of a deployment that decides its price. The gateway's `Deployment` has this shape. */
export interface PricedDeployment {
  readonly cloud: string;
  readonly model: string;
  /** Model name of the price book; overrides what is derived from `model`. */
  readonly priced_as?: string | undefined;
  readonly region: string;
  /** `n/a` or absent: taken from the model id, else the region, else the list's default. */
  readonly region_scope?: string | undefined;
  readonly tier: string;
  readonly hosting?: string | undefined;
  readonly roles: { readonly seller: string };
}

export interface Identity {
  /** Null when no price list covers the deployment. */
  readonly list: PriceList | null;
  /** Model name of the list; null when the id is not known to it. */
  readonly model: string | null;
  readonly scope: PriceScope;
  readonly notes: readonly string[];
}

/** Lists that may price this deployment: those that name its seller first, then those open to any. */
export function listsFor(book: PriceBook, deployment: PricedDeployment): readonly PriceList[] {
  const over = (list: PriceList, named: boolean): boolean =>
    list.soldOver.some(
      ({ cloud, sellers }) =>
        cloud === deployment.cloud && (named ? sellers.includes(deployment.roles.seller) : sellers.length === 0),
    );
  return [...book.lists.filter((list) => over(list, true)), ...book.lists.filter((list) => over(list, false))];
}

/** Resolves a deployment against a book. Pure; never throws: what is unknown is null with a note. */
export function identify(book: PriceBook, deployment: PricedDeployment): Identity {
  const lists = listsFor(book, deployment);
  const readings = lists.map((list) => ({ list, ...readModel(book, list, deployment) }));
  const found = readings.find(({ model }) => model !== null) ?? readings[0];
  if (found === undefined) {
    const note = `no price list for ${deployment.cloud} sold by ${deployment.roles.seller}: add rows in a price file`;
    return { list: null, model: null, scope: '*', notes: [note] };
  }
  const notes: string[] = [];
  if (found.model === null) {
    const names = lists.map((list) => `"${list.seller}"`).join(' and ');
    notes.push(
      deployment.priced_as === undefined
        ? `the price list ${names} does not know the model id ${deployment.model}: set \`priced_as\` or add rows`
        : `the price list ${names} has no model "${deployment.priced_as}" (\`priced_as\`)`,
    );
  }
  const scope = scopeOf(book, found, deployment, notes);
  const apart = found.list.unpricedRegions.find(({ match }) => new RegExp(match, 'u').test(deployment.region));
  if (apart === undefined) return { list: found.list, model: found.model, scope, notes };
  return { list: found.list, model: null, scope, notes: [...notes, `region ${deployment.region}: ${apart.why}`] };
}

function readModel(book: PriceBook, list: PriceList, deployment: PricedDeployment) {
  const read = readId(book, list, deployment.model);
  const named = deployment.priced_as;
  if (named === undefined) return read;
  return { scope: read.scope, model: named !== '*' && book.hasModel(list.seller, named) ? named : null };
}

interface Reading {
  readonly list: PriceList;
  readonly model: string | null;
  readonly scope: PriceScope | null;
}

function scopeOf(book: PriceBook, found: Reading, deployment: PricedDeployment, notes: string[]): PriceScope {
  const { list, scope: byId } = found;
  const rules = list.regions.filter(({ match }) => new RegExp(match, 'u').test(deployment.region));
  const byRegion = rules.find((rule) => rule.scope !== undefined)?.scope ?? null;
  const implied = byId ?? byRegion;
  const configured = deployment.region_scope === 'n/a' ? undefined : deployment.region_scope;
  if (configured !== undefined && implied !== null && !samePrices(book, found, implied, configured as PriceScope)) {
    const by = byId === null ? `region ${deployment.region}` : `model id ${deployment.model}`;
    notes.push(
      `region_scope is configured as ${configured}, but the ${by} is of scope ${implied}: priced as ${configured}`,
    );
  }
  const scope = (configured ?? implied ?? list.defaultScope) as PriceScope;
  const places = [deployment.region, ...rules.flatMap((rule) => rule.place ?? [])];
  const narrow = places.map((place) => `${scope}:${place}`).find((each) => book.hasScope(list.seller, each));
  return (narrow ?? scope) as PriceScope;
}

/** Whether two columns hold the same prices of a model, so that naming one for the other changes no bill. */
function samePrices(book: PriceBook, { list, model }: Reading, a: PriceScope, b: PriceScope): boolean {
  if (a === b || model === null) return a === b;
  const prices = (scope: PriceScope): string =>
    book
      .rowsOf(list.seller, model)
      .filter((row) => row.scope === scope)
      .map(
        (row) =>
          `${row.tier} ${row.mode} ${row.cls} ${row.band.over} ${row.validFrom} ${row.validTo} ${row.kind} ${row.unit}`,
      )
      .toSorted()
      .join('\n');
  return prices(a) === prices(b);
}

/** Takes prefixes and suffixes off an id until the list knows it. The scope is that of the first prefix that has one. */
export function readId(
  book: PriceBook,
  list: PriceList,
  id: string,
): { readonly model: string | null; readonly scope: PriceScope | null } {
  const knows = (word: string): string | null => {
    const model = list.idAliases[word] ?? word;
    return book.hasModel(list.seller, model) && model !== '*' ? model : null;
  };
  let word = id;
  let scope: PriceScope | null = null;
  for (const rule of list.idPrefixes) {
    const match = new RegExp(rule.match, 'u').exec(word);
    if (match === null) continue;
    word = word.slice(match[0].length);
    scope ??= rule.scope ?? null;
  }
  for (const candidate of [id, word]) {
    const model = knows(candidate);
    if (model !== null) return { model, scope };
  }
  for (const suffix of list.idSuffixes) {
    const shorter = word.replace(new RegExp(suffix, 'u'), '');
    if (shorter === word) continue;
    word = shorter;
    const model = knows(word);
    if (model !== null) return { model, scope };
  }
  return { model: null, scope };
}
