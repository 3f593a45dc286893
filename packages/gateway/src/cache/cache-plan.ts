// What the cache of a route needs to know, worked out once for a key and a route: how long answers are good, and the part
// of an answer's address that is the same for every call of the pair. Policy and every deployment of the route stand in it,
// so that an answer never outlives a change of either, and no key meets one that its own policy would not have allowed.
import { hash } from 'node:crypto';
import { canonicalRequest } from '@weighbridge/dialects';
import { durationMs, type CacheScope, type CacheSettings } from '@weighbridge/protocol';
import type { Call } from '../pipeline/call.ts';
import type { Plan } from '../routing/compiled.ts';

export interface CachePlan {
  readonly scope: CacheScope;
  readonly ttlMs: number;
  readonly maxBytes: number;
  readonly address: string;
  /** Who asks decides, beside policy, which candidates a call may reach: then only they get the answer again. */
  readonly personal: boolean;
}

const PLANS = new WeakMap<Plan, CachePlan>();

/** The same object for every call under one plan. */
export function cachePlan(plan: Plan, settings: CacheSettings, organisation: string): CachePlan {
  const known = PLANS.get(plan);
  if (known !== undefined) return known;
  const { id, max_output_tokens: ceiling, candidates, arms } = plan.route;
  const targets = plan.targets.map(({ deployment, dialect }) => [deployment, dialect]);
  const made: CachePlan = {
    scope: settings.scope,
    personal: arms !== undefined || candidates.some(({ when }) => when !== undefined),
    ttlMs: durationMs(settings.ttl),
    maxBytes: settings.max_bytes,
    address: hash('sha256', JSON.stringify([organisation, id, ceiling, plan.policy, targets, settings.scope])),
  };
  PLANS.set(plan, made);
  return made;
}

/**
 * The address of a call's answer: two calls with the same one may be given the same answer. Everything that can change
 * the answer is in it, and who may share it.
 */
export function addressOf(call: Call, plan: CachePlan): string {
  const { who, facts, surface, alias, fidelity } = call;
  const { pass } = call.headers;
  const told = Object.keys(pass)
    .filter((name) => !SILENT_HEADERS.has(name))
    .toSorted()
    .map((name) => [name, pass[name]]);
  const environment = who?.environment ?? '';
  const dataClass = who?.tags?.[DATA_CLASS] ?? '';
  const tenant = plan.personal ? personOf(call) : tenantOf(call, plan.scope);
  const form = call.envelope?.form.kind ?? '';
  const shared = [plan.address, tenant, environment, dataClass, surface, form, alias, fidelity];
  const said = JSON.stringify([...shared, facts?.stream === true, told]);
  return hash('sha256', `${said}\n${canonicalRequest(surface, call.body)}`, 'base64url');
}

/** What a call says of the data that it bears: answers are not shared between classes. */
const DATA_CLASS = 'data_class';

/** Headers that may go to a cloud and say nothing of what is asked. */
const SILENT_HEADERS = new Set(['idempotency-key']);

/** All that a condition or the share of an arm may go by, but for the body. */
function personOf({ who, body }: Call): string {
  return `${JSON.stringify({ ...who, trace: '' })}${hash('sha256', body)}`;
}

/** Whoever lacks what answers are shared by shares with nobody: its own key is the narrowest there is. */
function tenantOf({ who, key }: Call, scope: CacheScope): string {
  const named = { organisation: who?.organisation, team: who?.team, project: who?.project, key: who?.key };
  const name = scope === 'end_user' ? who?.end_user : named[scope];
  // A project or an end user is one of its team's, and its name may be taken twice.
  const within = scope === 'project' || scope === 'end_user' ? (who?.team ?? '') : '';
  return name === undefined ? `only ${key?.id ?? ''}` : JSON.stringify([scope, within, name]);
}
