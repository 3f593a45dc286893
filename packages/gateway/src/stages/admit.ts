// Reads the request, checks every field that a receipt will hold, and asks policy whether this key may use the route
// that the model name leads to. From here on the call has all it needs to be explained.
import { readRequest } from '@weighbridge/dialects';
import { AppError, LIMITS, toAppError } from '@weighbridge/kernel';
import { deferralOf } from '../deadline/deadline.ts';
import type { Route } from '../deployment.ts';
import type { Call } from '../pipeline/call.ts';
import { excessOfShape } from '../pipeline/json-shape.ts';
import { readTraceParent, readTraceState, type TraceContext } from '../pipeline/trace-context.ts';
import type { Reply, Stage } from '../pipeline/stage.ts';
import { noRoute } from '../routing/decision.ts';
import type { Envelope } from '../surfaces/envelope.ts';
import { plainWho, whoOf } from './identify.ts';
import { priorityOf } from './priority.ts';
import { journalUnavailable } from './intent-draft.ts';
import { readBody } from './read-body.ts';
import { unknownModel } from './unknown-model.ts';

export const admit: Stage = (next) => (call, reply) => {
  const take = (error: AppError | null, body: Buffer): void => {
    if (error !== null) return refuseUnread(call, reply, error);
    try {
      admitBody(call, body);
    } catch (failure) {
      return reply.fail(toAppError(failure));
    }
    return next(call, reply);
  };
  if (call.early !== null) return take(null, call.early);
  readBody(call, take);
};

function refuseUnread(call: Call, reply: Reply, error: AppError): void {
  if (error.code !== 'CLIENT_GONE') call.who = plainWho(keyOf(call)).who;
  reply.fail(error);
}

function admitBody(call: Call, received: Buffer): void {
  const { lane, headers, envelope } = call;
  call.body = received;
  call.receivedMono = lane.clock.monotonic();
  const key = keyOf(call);
  const plain = plainWho(key);
  call.who = plain.who;
  call.whoText = plain.text;
  const sealing = lane.sealer.available;
  if (!sealing && call.compiled.bypasses.size === 0) throw journalUnavailable();
  call.requestDigest = sealing ? call.bodies().digest('request', received) : digestUnsealed(call, received);

  const parsed = envelope === null ? parseBody(received) : unwrapBody(call, envelope);
  const read = readRequest(call.surface, parsed, call.body.length);
  const facts = call.endpoint === 'generate' ? read : { ...read, stream: false };
  call.alias = boundedField('model', facts.model);
  call.facts = facts;
  call.parsed = parsed;
  call.fidelity = fidelityOf(headers.fidelity);
  call.askedText = '';
  if (headers.deadline !== '' && call.endpoint === 'generate')
    call.deferral = deferralOf(headers.deadline, call.startedAt, asksLater(call));
  admitWho(call, key, facts);
  admitRoute(call);
  if (!sealing && (call.plan?.bypass ?? null) === null) throw journalUnavailable();
  const route = call.plan?.route;
  if (route !== undefined && (headers.priority !== '' || route.queue !== undefined))
    call.priority = priorityOf(headers.priority, key, route);
}

/** RFC 7240: the caller would rather be told where its answer will be. Only where answers can be kept. */
const asksLater = ({ lane, headers }: Call): boolean =>
  lane.waiting !== null && /\brespond-async\b/i.test(headers.prefer);

/** Whose key cannot be kept now has no digest, and so no receipt, not even afterwards. */
function digestUnsealed(call: Call, received: Buffer): string {
  try {
    return call.bodies().digest('request', received);
  } catch (error) {
    throw new AppError('JOURNAL_UNAVAILABLE', 'the journal takes no entries now, and has no key for this caller yet', {
      cause: error,
    });
  }
}

/** The body as the dialect has it, out of what a cloud's own client sent. */
function unwrapBody(call: Call, envelope: Envelope): unknown {
  const { uncount } = envelope.form;
  envelope.received = call.body;
  let raw = parseBody(call.body);
  if (uncount !== undefined) {
    call.body = uncount(raw);
    raw = parseBody(call.body);
  }
  return envelope.open(raw, call.headers);
}

/** What the request says about its caller, if it says anything. */
function admitWho(call: Call, key: NonNullable<Call['key']>, { endUser }: NonNullable<Call['facts']>): void {
  const { session, tags, traceparent } = call.headers;
  if (traceparent !== '') call.trace = traceOf(call);
  if (endUser === undefined && session === '' && tags === '' && traceparent === '') return;
  call.who = whoOf(key, {
    endUser: endUser === undefined ? undefined : boundedField('the end user id', endUser),
    session: session === '' ? undefined : boundedField('weighbridge-session', session),
    trace: call.trace ?? undefined,
    tags: tags === '' ? undefined : tagsOf(tags),
  });
  call.whoText = '';
}

/** Finds the route that the name leads to, and whether the key may use it. Throws MODEL_UNKNOWN or POLICY_DENIED. */
export function admitRoute(call: Admitted): void {
  const key = keyOf(call);
  const config = call.compiled.snapshot.digest;
  const route = call.compiled.routeFor(call.alias) ?? otherwiseNamed(call);
  if (route === undefined) {
    call.decision = call.lane.decisions.internDecision(noRoute(config, 'no route has this name'));
    throw unknownModel(call.alias, call.compiled.models(key));
  }
  const plan = call.compiled.plan(key, route, call.surface);
  if (plan.routeDenial !== null) {
    call.decision = call.lane.decisions.internDecision(noRoute(config, plan.routeDenial));
    throw key.unlisted === true ? unlisted(key.name) : notAllowed(key.name, route.id);
  }
  call.plan = plan;
  if (call.fidelity === 'default') call.fidelity = route.fidelity;
}

/** The route of a name that a cloud's own client wrote in that cloud's way. */
function otherwiseNamed({ compiled, envelope }: Admitted): Route | undefined {
  for (const name of envelope?.otherNames ?? []) {
    const route = compiled.routeFor(name);
    if (route !== undefined) return route;
  }
  return undefined;
}

/** A call, or one that is only foreseen. */
export type Admitted = Pick<
  Call,
  'lane' | 'compiled' | 'key' | 'surface' | 'alias' | 'decision' | 'plan' | 'fidelity' | 'envelope'
>;

const notAllowed = (name: string, route: string): AppError =>
  new AppError('POLICY_DENIED', `the key "${name}" may not use the route "${route}"`);

const unlisted = (name: string): AppError =>
  new AppError('POLICY_DENIED', `the configuration has no entry \`keys.${name}\`, so this key may use nothing`, {
    next: `ask the operator to add \`${name}: {}\` under \`keys:\`, with a policy where it may not use everything`,
  });

function keyOf(call: Pick<Call, 'key'>): NonNullable<Call['key']> {
  if (call.key === null) throw new AppError('INTERNAL', 'invariant broken: admit comes after identify');
  return call.key;
}

function parseBody(body: Buffer): unknown {
  const excess = excessOfShape(body);
  if (excess !== null) {
    throw new AppError('BAD_REQUEST', `the body ${excess}`, { next: 'send less structure in one request' });
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
    throw new AppError(
      'BODY_NOT_JSON',
      body.length === 0 ? 'the request has no body' : `the body is not JSON (${why})`,
    );
  }
}

function fidelityOf(header: string): Call['fidelity'] {
  if (header === '') return 'default';
  if (header === 'strict' || header === 'warn') return header;
  throw new AppError('BAD_REQUEST', `weighbridge-fidelity is "strict" or "warn", not "${header.slice(0, 40)}"`);
}

/** The bound of a receipt's field in bytes; what exceeds it is refused now, so that no receipt is ever lost for it. */
function boundedField(name: string, value: string): string {
  if (Buffer.byteLength(value) > LIMITS.field_bytes) {
    throw new AppError('FIELD_TOO_LARGE', `${name} is longer than ${LIMITS.field_bytes} bytes`);
  }
  return value.isWellFormed() ? value : value.toWellFormed();
}

/** Where the caller says it stands in a trace; what is malformed of it is dropped and counted. */
function traceOf({ headers, lane }: Call): TraceContext | null {
  const parent = readTraceParent(headers.traceparent);
  const state = parent === null ? null : readTraceState(headers.tracestate);
  if (parent === null || state === null) lane.counters.malformedTraces += 1;
  return parent === null ? null : { ...parent, state: state ?? '' };
}

/** `weighbridge-tags: cost=research, run=42`. */
function tagsOf(header: string): Record<string, string> {
  const tags: Record<string, string> = {};
  const pairs = header.split(',').filter((pair) => pair.trim() !== '');
  if (pairs.length > LIMITS.tags_count) {
    throw new AppError(
      'FIELD_TOO_LARGE',
      `weighbridge-tags holds ${pairs.length} tags; the limit is ${LIMITS.tags_count}`,
    );
  }
  for (const pair of pairs) {
    const [, name, value] = /^\s*([a-z][a-z0-9_.-]{0,62})\s*=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new AppError('BAD_REQUEST', 'weighbridge-tags has the form name=value, name=value; names in lower case');
    }
    tags[name] = boundedField(`the tag "${name}"`, value.trim());
  }
  return tags;
}
