// How many tokens a minute a channel has for the organisation in one month: what it asks for in its busiest minute, times
// the part of the channel's demand that the channel can serve then. Where a channel is short, what the organisation has
// reserved goes first. The middle of many paths; simulated, as everything that the paths give.
import { bandOf } from './bands.ts';
import { createDraws } from './draws.ts';
import { namesIn } from './inputs.ts';
import { organisationInput } from './organisation.ts';
import { centre, type Quantity } from './quantity.ts';
import { resolveInputs } from './resolve.ts';
import { monthIndex, type Scenario } from './scenario.ts';
import { initialState, type State } from './state.ts';
import { step } from './step.ts';

export interface ReachOptions {
  readonly month: string;
  readonly peak: Quantity;
  readonly seed: number;
  readonly paths: number;
}

const MINUTES = 60;
const TOKENS = 1e6;

/** Tokens a minute by channel, whole; 0 where the channel serves nothing in that month on half of the paths. */
export function channelReach(
  scenario: Scenario,
  { month, peak, seed, paths }: ReachOptions,
): ReadonlyMap<string, number> {
  const index = monthIndex(scenario, month);
  // Draws hang on places in the file, so the months before are what they are in the whole run.
  const until: Scenario = { ...scenario, months: index + 1 };
  const names = namesIn(until);
  const draws = createDraws(until, seed);
  const channels = Object.keys(until.channels);
  const reached = channels.map(() => new Float64Array(paths));
  for (let path = 0; path < paths; path += 1) {
    const pick = draws(path);
    const inputs = resolveInputs(until, pick);
    const own = organisationInput(until, names, pick, inputs);
    let [state, spare] = [initialState(inputs), initialState(inputs)];
    for (let at = 0; at <= index; at += 1) [state, spare] = [step(inputs, state, spare), state];
    const perMinute = TOKENS / ((inputs.hours[index] ?? 0) * MINUTES);
    for (const [channel, values] of reached.entries()) {
      const asked = (own.demand[index] ?? 0) * (own.shares[channel] ?? 0) * centre(peak);
      values[path] = partOf(state, channel, asked, own.reserved) * perMinute;
    }
  }
  return new Map(channels.map((name, channel) => [name, Math.round(bandOf(reached[channel] ?? [])?.p50 ?? 0)]));
}

/** Of `asked` Mtok, what the channel has; above it where the channel has more than is asked of it. */
function partOf(state: State, channel: number, asked: number, reserved: number): number {
  const capacity = state.capacity[channel] ?? 0;
  const demand = state.demand[channel] ?? 0;
  if (capacity === 0) return 0;
  const share = demand > 0 ? capacity / demand : 1;
  return Math.min(capacity, asked * (share >= 1 ? share : reserved + (1 - reserved) * share));
}
