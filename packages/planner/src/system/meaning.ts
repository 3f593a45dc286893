// What the shape of a scenario cannot say: that every name exists and is of the right kind, that dates run forward, that there
// is one currency, and that nothing owns or supplies itself round a circle. Each fault goes to the place in the text.
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import { didYouMean } from '@weighbridge/kernel';
import { checkMarketOffers } from './market-meaning.ts';
import { centre, currencyOf, inBase, isQuantity, type Quantity } from './quantity.ts';
import { monthNumber, type Condition, type Scenario } from './scenario.ts';

type Names = (path: DocumentPath, name: string, what: keyof typeof KINDS) => void;
const KINDS = {
  actor: 'an actor',
  developer: 'a developer',
  cloud: 'a cloud',
  maker: 'a maker',
  energy: 'an energy supplier',
  generation: 'a generation',
  site: 'a site',
  channel: 'a channel',
  commitment: 'a commitment',
  source: 'a source',
} as const;

export function checkMeaning(scenario: Scenario, problems: ProblemList): void {
  const names = namesOf(scenario, problems);
  // What the sample organisation knows is read by whoever makes it, and holds no value of the model.
  const { sample: _, ...modelled } = scenario;
  checkQuantities(modelled, [], scenario.currency, names, problems);
  for (const [name, actor] of Object.entries(scenario.actors)) {
    if (actor.parent !== undefined) names(['actors', name, 'parent'], actor.parent, 'actor');
    if (actor.kind === 'maker' && (actor.supply === undefined || actor.components === undefined))
      problems.error(['actors', name], `${name} is a maker without supply or components`, 'add both', 'key');
  }
  checkLinks(scenario, names, problems);
  checkSupply(scenario, names, problems);
  checkMarket(scenario, names, problems);
  checkDeal(scenario, names, problems);
  checkMarketOffers(scenario, problems);
}

function namesOf(scenario: Scenario, problems: ProblemList): Names {
  const actors = Object.entries(scenario.actors);
  const ofKind = (kind: string): string[] => actors.filter(([, actor]) => actor.kind === kind).map(([name]) => name);
  const known: Record<keyof typeof KINDS, readonly string[]> = {
    actor: Object.keys(scenario.actors),
    developer: ofKind('developer'),
    cloud: ofKind('cloud'),
    maker: ofKind('maker'),
    energy: ofKind('energy'),
    generation: Object.keys(scenario.generations),
    site: Object.keys(scenario.sites),
    channel: Object.keys(scenario.channels),
    commitment: Object.keys(scenario.instruments).filter((name) => scenario.instruments[name]?.kind === 'commitment'),
    source: Object.keys(scenario.sources),
  };
  return (path, name, what) => {
    if (known[what].includes(name)) return;
    const near = didYouMean(name, known[what]);
    const mend =
      near === undefined ? `use one of ${known[what].join(', ') || '(none is written yet)'}` : `did you mean ${near}?`;
    problems.error(path, `"${name}" is not ${KINDS[what]} of this scenario`, mend);
  };
}

/** One currency, and a source for each value. */
function checkQuantities(
  value: unknown,
  path: DocumentPath,
  currency: string,
  names: Names,
  problems: ProblemList,
): void {
  if (typeof value !== 'object' || value === null) return;
  if (isQuantity(value)) {
    names([...path, 'source'], value.source, 'source');
    const own = currencyOf(value.unit);
    if (own !== undefined && own !== currency)
      problems.error(
        [...path, 'unit'],
        `it is in ${own}, and the scenario in ${currency}`,
        `convert it to ${currency} and say at which rate in the source`,
      );
    return;
  }
  if (Array.isArray(value))
    value.forEach((each, index) => checkQuantities(each, [...path, index], currency, names, problems));
  else
    for (const [name, each] of Object.entries(value)) checkQuantities(each, [...path, name], currency, names, problems);
}

/** Kinds of link along which nothing may come back to where it began: a parent, a host or a supplier is not its own. */
const NO_CIRCLE = ['supplies', 'hosts'] as const;

function checkLinks(scenario: Scenario, names: Names, problems: ProblemList): void {
  const seen = new Set<string>();
  for (const [index, link] of scenario.links.entries()) {
    const path = ['links', index];
    names([...path, 'from'], link.from, 'actor');
    names([...path, 'to'], link.to, 'actor');
    names([...path, 'source'], link.source, 'source');
    const key = `${link.from} ${link.kind} ${link.to}`;
    if (link.from === link.to)
      problems.error([...path, 'to'], `${link.from} is linked with itself`, 'name the other party');
    if (seen.has(key)) problems.error(path, `the link "${key}" stands twice`, 'keep one of the two');
    seen.add(key);
    if (link.since !== undefined && link.until !== undefined)
      inOrder([...path, 'until'], link.since, link.until, problems);
  }
  const parents = Object.entries(scenario.actors).flatMap(([from, { parent }]) =>
    parent === undefined ? [] : [{ from, to: parent, path: ['actors', from, 'parent'] }],
  );
  reportCircle('parent', parents, problems);
  for (const kind of NO_CIRCLE) {
    const edges = scenario.links
      .map((link, index) => ({ ...link, path: ['links', index, 'to'] }))
      .filter((link) => link.kind === kind && link.from !== link.to);
    reportCircle(kind, edges, problems);
  }
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly path: DocumentPath;
}

function reportCircle(kind: string, edges: readonly Edge[], problems: ProblemList): void {
  for (const edge of edges) {
    const way = wayBack(edge, edges);
    if (way === undefined) continue;
    return problems.error(
      edge.path,
      `the links of kind "${kind}" run in a circle: ${way.join(' → ')}`,
      'remove the one that does not hold',
    );
  }
}

/** The names on the way from `edge` back to its beginning, the fewest there are. */
function wayBack(edge: Edge, edges: readonly Edge[]): readonly string[] | undefined {
  const ways: string[][] = [[edge.from, edge.to]];
  const seen = new Set([edge.to]);
  for (const way of ways) {
    const last = way.at(-1) ?? '';
    if (last === edge.from) return way;
    for (const next of edges) {
      if (next.from !== last || seen.has(next.to)) continue;
      seen.add(next.to);
      ways.push([...way, next.to]);
    }
  }
  return undefined;
}

function checkSupply(scenario: Scenario, names: Names, problems: ProblemList): void {
  for (const [name, { maker }] of Object.entries(scenario.generations))
    names(['generations', name, 'maker'], maker, 'maker');
  for (const [name, site] of Object.entries(scenario.sites)) {
    const path = ['sites', name];
    names([...path, 'operator'], site.operator, 'cloud');
    names([...path, 'channel'], site.channel, 'channel');
    names([...path, 'energy'], site.energy, 'energy');
    const steps = site.energisation;
    for (const [index, step] of steps.entries()) {
      const before = steps[index - 1];
      if (before === undefined) continue;
      const at = [...path, 'energisation', index];
      after([...at, 'month'], before.month, step.month, problems);
      if (least(step.power) < least(before.power))
        problems.error(
          [...at, 'power'],
          'the ramp goes back: power falls below the step before it',
          'write the power that is there in all by then',
        );
    }
    if (least(site.pue_year) > least(site.pue_design))
      problems.error([...path, 'pue_year'], 'the PUE over a year lies above the one at peak', 'exchange the two');
  }
  for (const [index, order] of scenario.orders.entries()) {
    names(['orders', index, 'site'], order.site, 'site');
    names(['orders', index, 'generation'], order.generation, 'generation');
    inOrder(['orders', index, 'to'], order.from, order.to, problems);
  }
}

function checkMarket(scenario: Scenario, names: Names, problems: ProblemList): void {
  for (const [name, release] of Object.entries(scenario.releases)) {
    names(['releases', name, 'developer'], release.developer, 'developer');
    if (release.until !== undefined) after(['releases', name, 'until'], release.from, release.until, problems);
    for (const each of Object.keys(release.efficiency))
      names(['releases', name, 'efficiency', each], each, 'generation');
  }
  for (const [name, channel] of Object.entries(scenario.channels)) {
    names(['channels', name, 'developer'], channel.developer, 'developer');
    names(['channels', name, 'seller'], channel.seller, 'cloud');
    channel.price_steps.forEach((step, index, all) => {
      const before = all[index - 1];
      if (before !== undefined)
        after(['channels', name, 'price_steps', index, 'month'], before.month, step.month, problems);
    });
  }
  const shares = Object.entries(scenario.organisation.shares);
  for (const [name] of shares) names(['organisation', 'shares', name], name, 'channel');
  const sum = shares.reduce((total, [, each]) => total + centre(each), 0);
  if (Math.abs(sum - 1) > 1e-9)
    problems.error(
      ['organisation', 'shares'],
      `the shares of its demand add up to ${sum}`,
      'make them add up to 1',
      'key',
    );
}

function checkDeal(scenario: Scenario, names: Names, problems: ProblemList): void {
  for (const [name, instrument] of Object.entries(scenario.instruments)) {
    const path = ['instruments', name];
    names([...path, 'from'], instrument.from, 'actor');
    names([...path, 'to'], instrument.to, 'actor');
    if (instrument.kind === 'option') names([...path, 'of'], instrument.of, 'channel');
    if (instrument.kind === 'commitment') {
      const all = instrument.milestones;
      for (const [index, each] of all.entries()) {
        const before = all[index - 1];
        if (before !== undefined) after([...path, 'milestones', index, 'month'], before.month, each.month, problems);
        if (before !== undefined && least(each.amount) < least(before.amount))
          problems.error(
            [...path, 'milestones', index, 'amount'],
            'a cumulative amount falls',
            'write what is to be drawn in all by then',
          );
      }
      const last = all.at(-1);
      if (last !== undefined && least(last.amount) > least(instrument.amount))
        problems.error(
          [...path, 'milestones', all.length - 1, 'amount'],
          'the last milestone lies above the commitment',
          'lower it, or raise the amount',
        );
    }
    if (instrument.kind === 'investment') {
      // Two may fall into one month, on different conditions.
      for (const [index, each] of instrument.tranches.entries())
        inOrder(
          [...path, 'tranches', index, 'month'],
          instrument.tranches[index - 1]?.month ?? each.month,
          each.month,
          problems,
        );
      const sum = instrument.tranches.reduce((total, each) => total + least(each.amount), 0);
      if (sum > least(instrument.cap) * (1 + 1e-12))
        problems.error(
          [...path, 'tranches'],
          'the tranches add up to more than the cap',
          'lower them, or raise the cap',
          'key',
        );
      for (const [index, each] of instrument.tranches.entries())
        if (each.when !== undefined) checkCondition([...path, 'tranches', index, 'when'], each.when, names, problems);
    }
  }
  for (const [name, promise] of Object.entries(scenario.promises))
    checkCondition(['promises', name, 'condition'], promise.condition, names, problems);
}

const MEASURED_IN = { energised: /W$/, drawn: /^[A-Z]{3}( |$)/, installed: /^racks$/ } as const;

function checkCondition(path: DocumentPath, condition: Condition, names: Names, problems: ProblemList): void {
  names([...path, 'of'], condition.of, condition.measure === 'drawn' ? 'commitment' : 'channel');
  if (!MEASURED_IN[condition.measure].test(condition.at_least.unit))
    problems.error(
      [...path, 'at_least', 'unit'],
      `${condition.measure} is not measured in ${condition.at_least.unit}`,
      'use MW for energised, money for drawn, racks for installed',
    );
}

const least = (quantity: Quantity): number => inBase(quantity, centre(quantity));

function after(path: DocumentPath, first: string, second: string, problems: ProblemList): void {
  if (monthNumber(second) <= monthNumber(first))
    problems.error(path, `${second} does not come after ${first}`, 'put the months in order');
}

function inOrder(path: DocumentPath, first: string, second: string, problems: ProblemList): void {
  if (monthNumber(second) < monthNumber(first))
    problems.error(path, `${second} comes before ${first}`, 'exchange the two');
}
