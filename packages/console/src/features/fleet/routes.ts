// Routes in words: how each chooses, how its candidates stand at this moment, and for which requests they are there.
import type { ControlAnswer, RouteRow } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import { shareText } from '../../parts/unit/model.ts';
import type { Fact } from '../call/model.ts';
import type { Headline } from '../headline.ts';
import { routePath, type PathStep } from './path.ts';
import { STATE_WORDS, titled, type HrefOf, type Words } from './model.ts';

export type Routes = ControlAnswer<'routes'>;

export interface RouteText {
  readonly id: string;
  readonly names: string;
  /** What becomes of a call, step by step. */
  readonly path: readonly PathStep[];
  readonly facts: readonly Fact[];
  readonly candidates: readonly {
    readonly deployment: string;
    /** Its place, or its share of the calls. */
    readonly order: string;
    readonly state: Words;
    /** Its arm, and that it is reserved. */
    readonly marks: readonly string[];
    /** How often it would be tried first now; `part` of the whole for a bar, null where nobody runs. */
    readonly first: string;
    readonly part: number | null;
    readonly inFlight: string;
    readonly wait: string;
    readonly cache: string;
    /** For which requests it is there. */
    readonly there: string;
    readonly href: string;
  }[];
}

export function routeText(row: RouteRow, hrefOf: HrefOf): RouteText {
  const weights = row.candidates.reduce((sum, { weight }) => sum + weight, 0);
  const shareOf = (weight: number): string => `${weights === 0 ? 0 : Math.round((weight / weights) * 100)}\u00a0%`;
  const most = row.max_output_tokens;
  return {
    id: row.id,
    names: row.aliases.length === 0 ? '' : `also asked for as ${row.aliases.join(', ')}`,
    path: routePath(row, STRATEGY_WORDS[row.strategy]),
    facts: [
      ...(most === null ? [] : [{ name: 'Output', value: `${prepareCount(most).text} tokens at most` }]),
      { name: 'Translation', value: FIDELITY[row.fidelity] },
      ...Object.entries(row.timers).map(([name, ms]) => ({ name: titled(name), value: formatDuration(ms) })),
    ],
    candidates: row.candidates.map((candidate, i) => ({
      deployment: candidate.deployment,
      order: row.strategy === 'weighted' || row.strategy === 'sticky' ? shareOf(candidate.weight) : `${i + 1}`,
      state: STATE_WORDS[candidate.state],
      marks: [
        ...(candidate.arm === null ? [] : [candidate.arm]),
        ...(candidate.reserved ? ['reserved'] : []),
        ...(candidate.batch ? ['batch'] : []),
      ],
      first: candidate.first === null ? '' : shareText(candidate.first),
      part: candidate.first,
      inFlight: prepareCount(candidate.in_flight).text,
      wait: candidate.first_token_ms === null ? '' : formatDuration(candidate.first_token_ms),
      cache: candidate.cache_share === null ? '' : shareText(candidate.cache_share),
      there: candidate.when.length === 0 ? 'every request' : `only when ${candidate.when.join(' and ')}`,
      href: hrefOf('/deployments'),
    })),
  };
}

const STRATEGY_WORDS: Readonly<Record<RouteRow['strategy'], string>> = {
  priority: 'in this order, the first that takes calls',
  weighted: 'drawn by weight',
  cheapest: 'the least expected cost of the request first',
  fastest: 'the shorter expected wait of two that are drawn',
  least_busy: 'the fewest calls in flight for their weight',
  sticky: 'each session stays on one, shared by weight',
  reserved_first: 'what is paid for anyway first',
};

const FIDELITY: Readonly<Record<RouteRow['fidelity'], string>> = {
  strict: 'refused where something would be lost',
  warn: 'a header says what is lost',
  default: 'strict for tools and media, a header for the rest',
};

export function routesHeadline({ rows }: Routes): Headline {
  if (rows.length === 0)
    return { first: 'No route is configured.', second: 'A route is a model name that clients may ask for.' };
  if (rows.every(({ candidates }) => candidates.every(({ state }) => state === 'idle')))
    return {
      first: `${rows.length === 1 ? 'One route is' : `${rows.length} routes are`} configured.`,
      second: 'No instance runs on this log: nothing would serve a call.',
    };
  const out = rows.filter(({ candidates }) => candidates.every(({ state }) => state === 'down'));
  const some = rows.filter((row) => !out.includes(row) && row.candidates.some(({ state }) => state !== 'up'));
  const all = rows.length === 1 ? 'The one route' : `All ${rows.length} routes`;
  return {
    first:
      out.length === 0
        ? `${all} would serve a call now.`
        : `${rows.length - out.length} of ${rows.length} routes would serve a call now; ${out.map(({ id }) => id).join(', ')} would not.`,
    second:
      some.length === 0
        ? 'Every candidate of them takes calls.'
        : `With fewer candidates than configured: ${some.map(({ id }) => id).join(', ')}.`,
  };
}
