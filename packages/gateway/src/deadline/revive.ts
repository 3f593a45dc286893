// Calls that waited when the process before this one ended go on where they were: each is made again from what was kept of
// it, draws on limits as it did, is written down as in flight once more, and waits for its batch. Its client is gone; its
// answer is kept for whoever fetches it with the same key.
import { Socket } from 'node:net';
import { readRequest } from '@weighbridge/dialects';
import type { KeyRecord } from '../deployment.ts';
import { Call } from '../pipeline/call.ts';
import { readClientHeaders } from '../pipeline/client-headers.ts';
import type { LaneContext } from '../pipeline/lane-context.ts';
import { WholeRequest } from '../wire/whole-request.ts';
import { WholeResponse } from '../wire/whole-response.ts';
import { SilentReply } from '../pipeline/silent-reply.ts';
import type { Send } from '../pipeline/stage.ts';
import { mayGoOn } from './may-go-on.ts';
import { decide, judge } from '../stages/route.ts';
import { putFirst } from './defer.ts';
import type { WaitingRecord, WaitingStore } from './waiting-store.ts';

/** `send`: the stages of a call that was read and admitted before. Gives how many go on. */
export function revive(lane: LaneContext, store: WaitingStore, send: Send): number {
  let going = 0;
  for (const record of store.list()) {
    const call = readable(lane, record);
    if (call === null) {
      store.giveUp(record.id);
      continue;
    }
    going += 1;
    send(call, new SilentReply(call, () => undefined));
  }
  return going;
}

/** Null for what another version has kept and this one makes nothing of: it must not keep the lane from starting. */
function readable(lane: LaneContext, record: WaitingRecord): Call | null {
  try {
    return callOf(lane, record);
  } catch {
    return null;
  }
}

function callOf(lane: LaneContext, record: WaitingRecord): Call {
  const request = new WholeRequest(new Socket(), '', []);
  const headers = { ...readClientHeaders([]), fidelity: record.fidelity, pass: { ...record.pass } };
  const born = { id: record.id, startedAt: record.started };
  const call = new Call(lane, request, new WholeResponse(null), headers, record.surface, 'generate', null, born);
  const body = Buffer.from(record.body, 'base64');
  call.who = record.who;
  call.subject = record.subject;
  call.body = body;
  call.receivedMono = call.startedMono;
  call.requestDigest = record.digest;
  call.alias = record.alias;
  call.fidelity = record.fidelity;
  call.priority = record.priority;
  call.parsed = JSON.parse(body.toString('utf8'));
  call.facts = readRequest(record.surface, call.parsed, body.length);
  call.deferral = {
    until: record.until,
    target: null,
    order: [],
    leaveAt: record.leave,
    as: 'batch',
    why: null,
    later: record.later,
    kept: true,
    revived: { deployment: record.deployment, batch: record.batch, sent: record.sent },
  };
  // Whoever may call no more gets no further leg; what was handed in is still paid for, and written down.
  call.gone = !mayGoOn(lane, record.key);
  call.key = lane.compiled.keys.get(record.key) ?? unknownKey(record);
  plan(call, call.key, record);
  return call;
}

/** It was deleted since: it may use what it used, to be settled, and nothing else follows from it. */
const unknownKey = ({ key, who }: WaitingRecord): KeyRecord => ({
  id: key,
  name: '',
  hmac: '',
  revoked: true,
  who,
  policy: { routes: ['*'], clouds: ['*'], regions: ['*'] },
});

/** The plan of now, with the deployment that it waits at in front. Where there is none any more, the call ends as that. */
function plan(call: Call, key: KeyRecord, { alias, deployment, surface }: WaitingRecord): void {
  const route = call.compiled.routeFor(alias);
  if (route === undefined || call.deferral === null) return;
  const made = call.compiled.plan(key, route, surface);
  const index = made.targets.findIndex((target) => target.deployment.id === deployment);
  call.plan = made;
  judge(call, made);
  call.deferral.order = call.order;
  call.deferral.target = made.targets[index] ?? null;
  if (call.deferral.target !== null) putFirst(call, index);
  decide(call, made);
}
