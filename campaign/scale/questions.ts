// What the console's pages ask of roll-ups, over the periods that it offers.
import type { ControlInput, ControlName } from '@weighbridge/protocol';

export interface Asked<Name extends ControlName = ControlName> {
  readonly what: string;
  readonly name: Name;
  readonly input: ControlInput<Name>;
}

const HOUR_MS = 3_600_000;
const PERIODS = [
  { name: '24 h', hours: 24, every: 'hour' },
  { name: '7 d', hours: 7 * 24, every: 'hour' },
  { name: '30 d', hours: 30 * 24, every: 'day' },
] as const;

const ask = <Name extends ControlName>(what: string, name: Name, input: ControlInput<Name>): Asked<Name> => ({
  what,
  name,
  input,
});

/** `until`: UTC milliseconds. */
export const rollupQuestions = (until: number): readonly Asked[] =>
  PERIODS.flatMap(({ name, hours, every }) => {
    const period = { since: until - hours * HOUR_MS, until };
    const one = { ...period, filters: [{ dimension: 'team' as const, values: ['team-3'] }] };
    const ttft = { ...period, metrics: ['ttft' as const], quantiles: [0.5, 0.99] };
    return [
      ask(`totals, ${name}`, 'overview', period),
      ask(`totals of one team, ${name}`, 'overview', one),
      ask(`spend over time by team, ${name}`, 'series', { ...period, every, measure: 'billed', by: 'team', most: 8 }),
      ask(`calls over time by outcome, ${name}`, 'series', { ...period, every, measure: 'calls', by: 'outcome' }),
      ask(`by team, ${name}`, 'breakdown', { ...period, by: ['team'], most: 200, compare: true }),
      ask(`by key and model, ${name}`, 'breakdown', { ...period, by: ['key', 'model'], most: 500, compare: true }),
      ask(`one team by model, ${name}`, 'breakdown', { ...one, by: ['model'], most: 200, compare: true }),
      ask(`TTFT over time, ${name}`, 'latency', { ...ttft, every }),
      ask(`TTFT over time by model, ${name}`, 'latency', { ...ttft, every, by: 'model' }),
      ask(`all latencies by deployment, ${name}`, 'latency', { ...period, by: 'deployment' }),
    ] as readonly Asked[];
  });
