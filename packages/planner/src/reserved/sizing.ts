// How many reserved units a demand takes, by the seller's own formula: tokens of each class × its weight, summed, ÷ what one unit carries,
// up to a size that is sold. Every step is told, so that a seller's sizing example can be laid beside it line by line. What the seller
// does not say stops the answer: a size from a guessed weight would look like any other.
import { PROMPT_CLASSES, type ReservedUnit, type TokenClass, type Weights } from '../catalogue/reserved-units.ts';
import { valueIn, type Sourced } from '../catalogue/sourced.ts';
import { positive, refuse, within } from '../numbers/refuse.ts';

/** Requests of one shape. To size for peaks, give the peak: a seller's unit knows no mean. */
export interface UnitDemand {
  readonly requests_per_minute: number;
  /** Tokens of one request. Classes do not overlap: `input` is what is neither read from a cache nor written to one. */
  readonly tokens: Readonly<Partial<Record<TokenClass, number>>>;
}

export interface SizingLine {
  readonly class: TokenClass;
  readonly tokens_per_minute: number;
  readonly weight: number;
  /** Counted against the units. */
  readonly weighted_per_minute: number;
  readonly source: string;
}

export interface UnitSizing {
  readonly lines: readonly SizingLine[];
  readonly weighted_per_minute: number;
  readonly unit_per_minute: number;
  /** Before it is brought to a size that is sold. */
  readonly exact: number;
  readonly minimum: number;
  readonly increment: number;
  readonly units: number;
  /** Of what is bought, by this demand. */
  readonly utilisation: number;
}

/** Sizes that are sold, where the seller does not say: a contract's. */
export interface SoldAs {
  readonly minimum?: number;
  readonly increment?: number;
}

/** Throws PLAN_INVALID, naming what nobody has stated. `id`: the entry's, in messages. */
export function sizeUnits(
  id: string,
  unit: ReservedUnit,
  deployment: string,
  demands: readonly UnitDemand[],
  sold: SoldAs = {},
): UnitSizing {
  const form = Object.hasOwn(unit.deployments, deployment) ? unit.deployments[deployment] : undefined;
  if (form === undefined)
    return refuse(
      `${id} is not sold as "${deployment}"`,
      `use one of ${Object.keys(unit.deployments).join(', ')}, or add it in a file of your own`,
    );
  const minimum = positive('minimum', sold.minimum ?? known(id, 'its smallest size', form.minimum, 'count'));
  const increment = positive('increment', sold.increment ?? known(id, 'its increment', form.increment, 'count'));
  const unit_per_minute = known(id, 'what one unit carries', unit.throughput, 'tokens/min');
  const lines = merged(demands.flatMap((demand) => linesOf(id, unit, demand)));
  const weighted_per_minute = lines.reduce((sum, { weighted_per_minute: each }) => sum + each, 0);
  const exact = weighted_per_minute / unit_per_minute;
  const units = sizeSold(exact, minimum, increment);
  return { lines, weighted_per_minute, unit_per_minute, exact, minimum, increment, units, utilisation: exact / units };
}

/** The least size that is sold and carries it; none where nothing is to be carried. */
export function sizeSold(exact: number, minimum: number, increment: number): number {
  if (exact <= 0) return minimum;
  // What is a whole number of increments but for the last bit of a division is that number.
  const steps = Math.max(0, Math.ceil((exact - minimum) / increment - 1e-9));
  return minimum + steps * increment;
}

/** Weighted tokens of one request, by class; the weights are those of its prompt's length. */
export function weightedTokens(id: string, unit: ReservedUnit, tokens: UnitDemand['tokens']): number {
  return linesOf(id, unit, { requests_per_minute: 1, tokens }).reduce((sum, line) => sum + line.weighted_per_minute, 0);
}

/** What one token of each class takes of the unit; the weights are those of the prompt's length. */
export const weightsOf = (
  id: string,
  unit: ReservedUnit,
  tokens: UnitDemand['tokens'],
): Readonly<Partial<Record<TokenClass, number>>> =>
  Object.fromEntries(linesOf(id, unit, { requests_per_minute: 1, tokens }).map((line) => [line.class, line.weight]));

function linesOf(id: string, unit: ReservedUnit, demand: UnitDemand): SizingLine[] {
  const { requests_per_minute, tokens } = demand;
  within('requests_per_minute', requests_per_minute);
  const prompt = PROMPT_CLASSES.reduce((sum, each) => sum + (tokens[each] ?? 0), 0);
  const long = unit.long_context !== undefined && prompt >= valueIn(unit.long_context.from, 'tokens');
  const weights = long ? (unit.long_context?.weights ?? {}) : unit.weights;
  return (Object.entries(tokens) as [TokenClass, number][])
    .filter(([name, count]) => within(`tokens.${name}`, count) > 0)
    .map(([name, count]) => {
      const held = weightOf(id, weights, name, long);
      const tokens_per_minute = requests_per_minute * count;
      return {
        class: name,
        tokens_per_minute,
        weight: held.value,
        weighted_per_minute: tokens_per_minute * held.value,
        source: held.source,
      };
    });
}

function weightOf(id: string, weights: Weights, name: TokenClass, long: boolean): Sourced {
  // A model that thinks bills what it thinks as what it says, unless its seller says otherwise.
  const held = weights[name] ?? (name === 'reasoning' ? weights.output : undefined);
  const where = `${id}${long ? ' for long prompts' : ''}`;
  if (held === undefined)
    return refuse(
      `${where} has no weight for tokens of class ${name}: it is not known to serve them`,
      `leave ${name} out of the demand, or add the weight in a file of your own`,
    );
  if (held === 'unknown') return refuse(...nobodySays(where, `the weight of ${name}`));
  return held;
}

function known(id: string, what: string, held: Sourced | 'unknown', unit: 'count' | 'tokens/min'): number {
  return held === 'unknown' ? refuse(...nobodySays(id, what)) : valueIn(held, unit);
}

const nobodySays = (id: string, what: string): [string, string] => [
  `of ${id} the seller does not say ${what} in public`,
  'ask the seller, and write the entry with its answer in a file of your own',
];

function merged(lines: readonly SizingLine[]): SizingLine[] {
  return [...Map.groupBy(lines, (line) => `${line.class} ${line.weight}`).values()].map((held) => {
    const [first] = held;
    const sum = (of: (line: SizingLine) => number): number => held.reduce((total, line) => total + of(line), 0);
    return {
      ...(first as SizingLine),
      tokens_per_minute: sum((line) => line.tokens_per_minute),
      weighted_per_minute: sum((line) => line.weighted_per_minute),
    };
  });
}
