// The conversation every client must complete: asked about two cities, the model calls a tool for each, gets both
// results, and answers with what the tools said. What a client makes of it is reduced to a `Conversation`, so that one
// set of assertions judges them all.
import assert from 'node:assert/strict';

export const QUESTION = 'Use get_weather: what is the weather in Paris and in London?';
export const TOOL = 'get_weather';
export const DESCRIPTION = 'Current weather of a city';
export const SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const, description: 'Name of the city' } },
  required: ['city'],
  additionalProperties: false,
};

/** What the tool says of a city: odd enough that an answer which repeats it must have got it. */
export const weatherOf = (city: string): string => `${city} has ${city.length} clouds`;

export interface Call {
  readonly name: string;
  readonly input: unknown;
}

export interface Turn {
  readonly text: string;
  readonly calls: readonly Call[];
  /** The stop reason in the client's own words. */
  readonly stop: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Events, chunks or parts seen while it streamed. */
  readonly events: number;
}

export interface Conversation {
  readonly first: Turn;
  readonly second: Turn;
}

const cityOf = (call: Call): string => {
  assert.equal(call.name, TOOL);
  assert.ok(typeof call.input === 'object' && call.input !== null && 'city' in call.input, 'the call names a city');
  return String(call.input.city);
};

const TOOL_STOPS = new Set(['tool_use', 'tool_calls', 'tool-calls']);
const END_STOPS = new Set(['end_turn', 'stop']);

/** The assertions that every client and every cloud must meet. */
export const assertConversation = ({ first, second }: Conversation): void => {
  assert.deepEqual(first.calls.map(cityOf).toSorted(), ['London', 'Paris']);
  assert.ok(TOOL_STOPS.has(first.stop ?? ''), `the first turn stops for its tools, not "${first.stop}"`);
  assert.ok(END_STOPS.has(second.stop ?? ''), `the second turn ends, not "${second.stop}"`);
  assert.equal(second.calls.length, 0);
  for (const city of ['Paris', 'London']) {
    assert.ok(
      second.text.includes(weatherOf(city)),
      `the answer repeats the tool's words about ${city}: ${second.text}`,
    );
  }
  for (const turn of [first, second]) {
    assert.ok(turn.events > 2, `it streamed: ${turn.events} events`);
    assert.ok(turn.inputTokens > 0 && turn.outputTokens > 0, 'usage was reported');
  }
  assert.ok(second.inputTokens > first.inputTokens, 'the second turn carries the first');
};
