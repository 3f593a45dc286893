// Who is asking. The checksum turns away noise first; then the key's HMAC is compared in constant time; then the result
// is remembered under a digest of what was presented, until the next snapshot. No secret is kept, shown or logged.
import { hash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@weighbridge/kernel';
import type { Who } from '@weighbridge/protocol';
import type { KeyRecord } from '../deployment.ts';
import type { Call } from '../pipeline/call.ts';
import type { ClientHeaders } from '../pipeline/client-headers.ts';
import type { LaneContext } from '../pipeline/lane-context.ts';
import type { Stage } from '../pipeline/stage.ts';
import type { TraceContext } from '../pipeline/trace-context.ts';
import { isSigned } from '../surfaces/aws-signed.ts';
import { parseKey } from './api-key.ts';
import { identifySigned } from './identify-signed.ts';
import { noteStranger } from './stranger.ts';
import { checkInForce } from './key-in-force.ts';

export const identify: Stage = (next) => (call, reply) => {
  if (call.envelope !== null && signs(call)) return identifySigned(call, reply, next);
  let key: KeyRecord;
  try {
    key = identifyKey(call.lane, call.headers);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    noteStranger(call.lane, call.request, call.headers.key, error);
    return reply.fail(error);
  }
  call.key = key;
  call.subject = key.who.principal ?? key.id;
  return next(call, reply);
};

/** Only who comes by Amazon's paths may sign in place of showing a key. */
const signs = ({ errors, headers }: Call): boolean => errors === 'aws-exception' && isSigned(headers.key);

/** The record of the presented key. Throws KEY_MISSING, KEY_INVALID or KEY_REVOKED. */
export function identifyKey(lane: LaneContext, headers: ClientHeaders): KeyRecord {
  if (headers.key === '') {
    throw new AppError('KEY_MISSING', 'no key came with the request (authorization, x-api-key or api-key header)');
  }
  const seen = hash('sha256', headers.key, 'latin1');
  const known = lane.presented.get(seen);
  const key = known ?? verifyKey(lane, headers.key);
  checkInForce(key, lane.clock.wall());
  if (known === undefined) lane.presented.set(seen, key);
  return key;
}

function verifyKey(lane: LaneContext, presented: string): KeyRecord {
  const { id } = parseKey(presented);
  const key = lane.compiled.keys.get(id);
  const actual = Buffer.from(lane.keyDigest(presented));
  // An unknown id costs the same work as a known one.
  const expected = key === undefined ? Buffer.alloc(actual.length) : Buffer.from(key.hmac);
  const equal = actual.length === expected.length && timingSafeEqual(actual, expected);
  if (key === undefined || !equal) throw new AppError('KEY_INVALID', 'this key is not known here');
  return key;
}

/** The caller as the receipt names it: the key's own record, and what the request adds. Keys in sorted order. */
export function whoOf(key: KeyRecord, request: WhoFromRequest): Who {
  const { who } = key;
  const merged = {
    cost_centre: who.cost_centre,
    end_user: request.endUser ?? who.end_user,
    environment: who.environment,
    key: key.id,
    organisation: who.organisation,
    principal: who.principal,
    project: who.project,
    session: request.session ?? who.session,
    tags: mergeTags(who.tags, request.tags),
    team: who.team,
    trace: request.trace?.traceId ?? who.trace,
    trace_parent: request.trace?.parentId,
  };
  return merged as { [K in keyof typeof merged]: Exclude<(typeof merged)[K], undefined> };
}

/** Who asks, when the request adds nothing of its own, and that as the group's text: worked out once for each key. */
export function plainWho(key: KeyRecord): PlainWho {
  const known = PLAIN.get(key);
  if (known !== undefined) return known;
  const who = whoOf(key, { endUser: undefined, session: undefined, trace: undefined, tags: undefined });
  const plain = { who, text: JSON.stringify({ who }) };
  PLAIN.set(key, plain);
  return plain;
}

export interface PlainWho {
  readonly who: Who;
  readonly text: string;
}

const PLAIN = new WeakMap<KeyRecord, PlainWho>();

export interface WhoFromRequest {
  readonly endUser: string | undefined;
  readonly session: string | undefined;
  readonly trace: TraceContext | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/** The key's own tags win: a caller cannot relabel its spending. */
function mergeTags(
  own: Readonly<Record<string, string>> | undefined,
  sent: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (own === undefined && sent === undefined) return undefined;
  const all: Record<string, string> = { ...sent, ...own };
  const sorted: Record<string, string> = {};
  for (const name of Object.keys(all).sort()) sorted[name] = all[name] ?? '';
  return sorted;
}
