// What a route came to, what the model of caches says of the very same calls, and what another strategy would have made of
// them. The model's own error widens what it predicts; what it cannot know is said in sentences that go with every answer.
import { setImmediate } from 'node:timers/promises';
import type { Route } from '../deployment.ts';
import { measure, type Measures, type Ranged } from './measures.ts';
import type { PastCall } from './past-call.ts';
import { asItWas, retrace, sessionNames, simulate, type Market } from './simulate.ts';

/** What is drawn is drawn so often. */
const SEEDS = [1, 2, 3, 4];

export interface Replayed {
  readonly calls: number;
  readonly sessions: number;
  /** As it was, from the receipts. */
  readonly was: Measures;
  /** The same calls through the model of caches. */
  readonly modelled: Measures;
  /** Simulated. */
  readonly would: Measures;
  readonly unknown: readonly string[];
}

/** `calls` in the order in which they began. */
export async function replay(
  calls: readonly PastCall[],
  market: Market,
  strategy: Route['strategy'],
): Promise<Replayed> {
  const sessions = sessionNames(calls);
  const { length } = market.candidates;
  const was = measure([asItWas(calls, market)], sessions, length);
  await setImmediate();
  const modelled = measure([retrace(calls, market)], sessions, length);
  const runs = [];
  for (const seed of SEEDS) {
    await setImmediate();
    runs.push(simulate(calls, market, strategy, seed));
  }
  await setImmediate();
  const would = measure(runs, sessions, length);
  const error = Math.abs((modelled.cacheShare?.value ?? 0) - (was.cacheShare?.value ?? 0));
  return {
    calls: calls.length,
    sessions: new Set(sessions).size,
    was,
    modelled,
    would: { ...would, cacheShare: widened(would.cacheShare, error) },
    unknown: unknownOf(calls, market, would),
  };
}

const widened = (range: Ranged | null, by: number): Ranged | null =>
  range === null ? null : { value: range.value, low: Math.max(0, range.low - by), high: Math.min(1, range.high + by) };

function unknownOf(calls: readonly PastCall[], { candidates }: Market, would: Measures): readonly string[] {
  const said = [
    'Answers are taken to be as long as they were, and prompts to be as many tokens, whoever serves them.',
    'A receipt holds no prompt: what a cache would have read follows from counts of tokens and from sessions.',
    'Who could not take a call then is taken to be unable now, also where that came of its load.',
  ];
  const nameless = calls.filter(({ session }) => session === null).length;
  if (nameless > 0)
    said.push(
      `${counted(nameless)} named no session or end user: each is taken for a session of its own, so their cache share is told too low where they hang together.`,
    );
  const elsewhere = calls.filter(({ offered }) => candidates.some(({ deployment: { id } }) => !offered.has(id))).length;
  if (elsewhere > 0)
    said.push(`Other candidates stood there when ${counted(elsewhere)} came: those that did not are taken to be able.`);
  for (const [index, { deployment }] of candidates.entries()) {
    const goes = (would.shares[index]?.value ?? 0) > 0;
    if (goes && !calls.some((call) => call.deployment === deployment.id))
      said.push(
        `No call of "${deployment.id}" was seen: how long callers would wait there is not known, and it is taken to be as quick as the others.`,
      );
  }
  if (would.unpriced > 0) said.push(`${counted(would.unpriced)} would have no price there: they are in no sum.`);
  return said;
}

const counted = (count: number): string => (count === 1 ? '1 call' : `${count} calls`);
