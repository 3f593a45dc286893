// The lab's control panel, under `/__lab/` at every site and at the admin port: faults, tapes, latency, clock, and the
// book of what was really served. For tests and demonstrations; errors are the product's own, with a code.
import { AppError, toAppError } from '@weighbridge/kernel';
import type { LabLatency } from './endpoints.ts';
import { bedrockInvocations } from './usage-reports.ts';
import { LAB_FAULTS } from './faults/table.ts';
import type { Lab } from './lab.ts';
import { parseJson, sendJson, type Exchange } from './wire/exchange.ts';

/** Opens or closes the door of a site, so that connections are refused. */
export type Doors = (site: string, open: boolean) => Promise<void>;

interface Request {
  readonly body: Readonly<Record<string, unknown>>;
  readonly query: URLSearchParams;
}

type Action = (lab: Lab, request: Request, doors: Doors) => unknown;

const ROUTES: Readonly<Record<string, Action>> = {
  'GET /__lab/': () => ({ simulated: true, paths: Object.keys(ROUTES) }),
  'GET /__lab/endpoints': (lab) => lab.endpoints,
  'GET /__lab/faults': (lab) => ({ active: lab.faults.list(), known: LAB_FAULTS }),
  'POST /__lab/faults': (lab, { body }) => ({ id: lab.faults.add(body) }),
  'DELETE /__lab/faults': (lab, { query }) => ({ removed: lab.faults.remove(query.get('id')) }),
  'GET /__lab/tapes': (lab) => ({ tapes: lab.tapes.list() }),
  'POST /__lab/tapes': (lab, { body }) => {
    const { tape, count = 1, site = null } = body;
    if (typeof tape !== 'string') throw new AppError('BAD_REQUEST', 'name the tape: {"tape": "NAME"}');
    if (!isCount(count)) throw new AppError('BAD_REQUEST', '"count" is a whole number from 1');
    lab.tapes.enqueue(tape, count, typeof site === 'string' ? site : null);
    return { queued: tape };
  },
  'DELETE /__lab/tapes': (lab) => {
    lab.tapes.clear();
    return {};
  },
  'GET /__lab/served': (lab, { query }) => ({
    totals: lab.ledger.totals(),
    rows: lab.ledger.rows(Number(query.get('since') ?? 0), Number(query.get('limit') ?? 1_000)),
  }),
  // What Bedrock would write to a bucket, one object a request.
  'GET /__lab/bedrock-invocations': (lab) => ({ records: bedrockInvocations(lab.ledger) }),
  'GET /__lab/requests': (lab) => ({ requests: lab.captured }),
  'POST /__lab/capture': (lab, { body }) => {
    lab.capture = body['on'] !== false;
    lab.captured.length = 0;
    return { on: lab.capture };
  },
  'POST /__lab/latency': (lab, { body }) => {
    lab.latency = checkLatency(body);
    return lab.latency;
  },
  'POST /__lab/clock': (lab, { body }) => {
    const ms = body['advance_ms'];
    if (typeof ms !== 'number' || ms < 0) throw new AppError('BAD_REQUEST', '"advance_ms" is milliseconds from 0');
    lab.advance(ms);
    return { now: new Date(lab.now()).toISOString() };
  },
  'GET /__lab/batches': (lab) => ({
    batches: lab.batches.list().map(({ id, caller, entries, input, deleted, cancelAt, endedAt }) => ({
      id,
      requests: entries.length,
      cancelled: cancelAt !== null,
      ended: endedAt !== null,
      deleted: deleted || (input !== undefined && lab.batches.uploaded(input, caller) === null),
    })),
  }),
  'POST /__lab/batches': (lab, { body }) => {
    const ms = body['takes_ms'];
    if (typeof ms !== 'number' || ms < 0) throw new AppError('BAD_REQUEST', '"takes_ms" is milliseconds from 0');
    lab.batches.takesMs = ms;
    return { takes_ms: ms };
  },
  'POST /__lab/tokens': (lab, { body }) => {
    if (isCount(body['lifetime_s'])) lab.tokens.lifetime = body['lifetime_s'];
    if (body['revoke'] === true) lab.tokens.revokeAll();
    return { lifetime_s: lab.tokens.lifetime, issued: lab.tokens.issued };
  },
  'POST /__lab/doors': async (_lab, { body }, doors) => {
    await doors(String(body['site']), body['open'] !== false);
    return { site: body['site'], open: body['open'] !== false };
  },
};

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1;

/** Throws BAD_REQUEST when the object is no latency setting. */
export function checkLatency(raw: Readonly<Record<string, unknown>>): LabLatency {
  const { mode } = raw;
  if (mode !== 'zero' && mode !== 'fixed' && mode !== 'realistic') {
    throw new AppError('BAD_REQUEST', 'latency "mode" is zero, fixed or realistic');
  }
  const out: { -readonly [K in keyof LabLatency]: LabLatency[K] } = { mode };
  for (const key of ['scale', 'ttft_ms', 'gap_ms'] as const) {
    const value = raw[key];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value >= 0 && value <= 600_000)) {
      throw new AppError('BAD_REQUEST', `latency "${key}" is a number from 0 to 600000`);
    }
    out[key] = value;
  }
  return out;
}

/** Answers a request under `/__lab/`. */
export async function administer(exchange: Exchange, lab: Lab, doors: Doors): Promise<void> {
  try {
    const action = ROUTES[`${exchange.method} ${exchange.path}`];
    if (action === undefined) {
      throw new AppError('NOT_FOUND', `the lab has no ${exchange.method} ${exchange.path}`, {
        next: 'GET /__lab/ lists what it has',
      });
    }
    const parsed = exchange.body.length === 0 ? {} : parseJson(exchange.body);
    if (typeof parsed !== 'object' || parsed === null)
      throw new AppError('BODY_NOT_JSON', 'the body is not a JSON object');
    const request = { body: parsed as Record<string, unknown>, query: new URLSearchParams(exchange.query) };
    sendJson(exchange, 200, await action(lab, request, doors));
  } catch (error) {
    const failure = toAppError(error);
    sendJson(exchange, failure.row.status, { error: failure.body() });
  }
}
