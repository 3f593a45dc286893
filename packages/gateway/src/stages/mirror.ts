// Shadow traffic: a share of the calls of a route is sent once more, to another deployment, after its client has been
// served. The copy is a call of its own, with its own receipt, for nobody's team; its answer is digested and dropped. It
// can delay nobody: it begins when the original has ended, and when too many copies run, none is made.
import type { LaneContext } from '../pipeline/lane-context.ts';
import type { KeyRecord, Route } from '../deployment.ts';
import { Call } from '../pipeline/call.ts';
import { WholeResponse } from '../wire/whole-response.ts';
import { SilentReply } from '../pipeline/silent-reply.ts';
import type { Send } from '../pipeline/stage.ts';
import { conditionOf, type Condition } from '../routing/condition.ts';
import { mayBeCopied } from '../routing/effects.ts';

/** `send`: the stages of a copy, from its receipt on. One of these for each lane. */
export function createMirror(send: Send): LaneContext['mirrored'] {
  const running = new Map<string, number>();
  return (call) => {
    if (!(call instanceof Call)) return;
    const { plan, lane, key } = call;
    const mirror = plan?.route.mirror;
    if (mirror === undefined || plan === null || key === null || call.facts === null) return;
    if (call.endpoint !== 'generate' || call.attempts.length === 0 || lane.draining || !lane.sealer.available) return;
    if (!mayBeCopied(call.facts) || !isFor(mirror, call) || lane.chance() >= mirror.share) return;
    const { id } = plan.route;
    const now = running.get(id) ?? 0;
    if (now >= mirror.at_once || lane.inFlight.size * 2 >= lane.maxCalls) return;
    const copy = copyOf(call, key, plan.route, mirror.cost_centre);
    if (copy === null) return;
    running.set(id, now + 1);
    const reply = new SilentReply(copy, () => running.set(id, (running.get(id) ?? 1) - 1));
    // Not in the turn in which the client is answered.
    setImmediate(() => send(copy, reply));
  };
}

/** What a copy is made of may be meant for no other place: judged by what the original was, since its copy is of nobody. */
function isFor(mirror: NonNullable<Route['mirror']>, { facts, who, parsed }: Call): boolean {
  let condition = CONDITIONS.get(mirror);
  if (condition === undefined) CONDITIONS.set(mirror, (condition = conditionOf(mirror.when)));
  return condition === null || (facts !== null && condition({ facts, who, parsed }) === null);
}

const CONDITIONS = new WeakMap<object, Condition | null>();

/** The same request, of nobody's team. What the key may not use, its copy may not use either. */
function copyOf(call: Call, key: KeyRecord, route: Route, costCentre: string): Call | null {
  const mirrorRoute = call.compiled.mirrorRoute(route.id);
  if (mirrorRoute === null) return null;
  const { lane, request, headers, surface, endpoint, body, envelope } = call;
  const copy = new Call(lane, request, new WholeResponse(null), headers, surface, endpoint, envelope);
  const { organisation } = key.who;
  copy.key = mirrorKey(key, organisation, costCentre);
  copy.who = { cost_centre: costCentre, organisation };
  copy.subject = call.subject;
  copy.parent = { as: 'mirror', call: call.id };
  copy.body = body;
  copy.receivedMono = copy.startedMono;
  copy.requestDigest = copy.bodies().digest('request', envelope?.received ?? body);
  copy.facts = call.facts;
  copy.parsed = call.parsed;
  copy.alias = call.alias;
  copy.priority = 'low';
  copy.fidelity = 'warn';
  copy.plan = copy.compiled.plan(copy.key, mirrorRoute, call.surface);
  return copy;
}

/** One for a key: plans are remembered by it. */
function mirrorKey(key: KeyRecord, organisation: string, costCentre: string): KeyRecord {
  const known = KEYS.get(key);
  if (known?.who.cost_centre === costCentre) return known;
  const made: KeyRecord = {
    ...key,
    id: `${key.id}~mirror`,
    name: '',
    who: { organisation, cost_centre: costCentre },
    policy: { ...key.policy, routes: ['*'] },
  };
  KEYS.set(key, made);
  return made;
}

const KEYS = new WeakMap<KeyRecord, KeyRecord>();
