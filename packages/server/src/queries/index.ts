// Every question that can be asked of the projections, by name: what the control API and the console are built on. An
// input is checked by its schema wherever it comes from; a question names what it reads, has a LIMIT on every read, and
// runs under the deadline of whoever asks.
import type { z } from 'zod';
import { alerts, configurations, keys, log } from './administration.ts';
import { behind } from './behind.ts';
import { breakdown } from './breakdown.ts';
import { calls } from './calls.ts';
import { dailySpend } from './daily-spend.ts';
import { everyCall } from './every-call.ts';
import { hours } from './hours.ts';
import { latencyQuery } from './latency.ts';
import { crossed, observed } from './observed.ts';
import { overview } from './overview.ts';
import { checkInput, type Query, type Sources } from './query.ts';
import { receipt } from './receipt.ts';
import { series } from './series.ts';
import { tail } from './tail.ts';
import { traffic } from './traffic.ts';
import { windowRecords } from './window-records.ts';

const QUERIES = {
  overview,
  series,
  breakdown,
  dailySpend,
  hours,
  latency: latencyQuery,
  calls,
  everyCall,
  tail,
  traffic,
  behind,
  receipt,
  keys,
  configurations,
  alerts,
  log,
  observed,
  crossed,
  windowRecords,
} as const;

export type QueryName = keyof typeof QUERIES;
export const isQueryName = (name: string): name is QueryName => Object.hasOwn(QUERIES, name);

type Shape<Name extends QueryName> =
  (typeof QUERIES)[Name] extends Query<infer Input, infer Answer> ? { input: Input; answer: Answer } : never;
export type QueryInput<Name extends QueryName> = z.input<Shape<Name>['input']>;
export type QueryAnswer<Name extends QueryName> = Shape<Name>['answer'];

/** Throws BAD_REQUEST for an input that does not fit, and what the reader throws. */
export async function ask<Name extends QueryName>(
  sources: Sources,
  name: Name,
  input: QueryInput<Name>,
): Promise<QueryAnswer<Name>> {
  const query = QUERIES[name] as unknown as Query<z.ZodType, QueryAnswer<Name>>;
  return query.answer(sources, checkInput(query.input, input));
}
