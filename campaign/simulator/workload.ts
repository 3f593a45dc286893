// What happens in a simulated run: calls begin and end, the recorder looks and seals, disks fill and fail, machines go
// down, clocks are set, keys change, persons are erased, messages travel. One step does one of these, by the seed.
import { openVault, type WriteAhead } from '@weighbridge/journal';
import { canonicalJson, isAppError, type JsonObject } from '@weighbridge/kernel';
import type { EntryDraft, EntryKind } from '@weighbridge/protocol';
import { liveKeysOf } from './audit/vault-files.ts';
import { Crashed, type CrashKind } from './disk/machine.ts';
import type { SentEntry } from './ledger.ts';
import type { Running } from './node-host.ts';
import { settle } from './settle.ts';
import type { Random } from './random.ts';
import {
  administrativeText,
  askedOf,
  decidedCommercial,
  pickDecision,
  receiptCommercial,
  receiptOf,
  type Decided,
} from './receipts.ts';
import { closeProjector, stepProjector } from './projecting.ts';
import type { OpenCall, World } from './world.ts';

const SUBJECTS = ['person/ada', 'person/grace', 'key/k1'] as const;
const ADMIN_KINDS: readonly EntryKind[] = ['config', 'key', 'alert'];

type Action = (world: World, random: Random, running: Running) => void;

/** Each action of a running node, and how often it comes. */
const ACTIONS: Readonly<Record<string, readonly [weight: number, action: Action]>> = {
  begin: [20, beginCalls],
  end: [24, endCalls],
  administer: [4, administer],
  record: [16, (_world, _random, { recorder }) => void recorder.step()],
  seal: [10, (_world, _random, { recorder }) => void recorder.step({ seal: true })],
  sync: [14, ({ disk }) => disk.settleSync()],
  tick: [6, tickLanes],
  erase: [3, eraseSubject],
  rotate: [2, (world, _random, { recorder }) => changeKeys(world, () => recorder.rotateKey('simulated'))],
  retire: [1, (world, _random, { recorder }) => changeKeys(world, () => recorder.retireKeys('simulated'))],
  submit: [8, (_world, _random, { witnessing }) => witnessing.look()],
};

export async function workloadStep(world: World, random: Random): Promise<void> {
  const { node, plan } = world;
  world.counts.steps += 1;
  if (node.running === null) {
    // Somebody, or the system, starts it again, sooner or later.
    if (random.chance(0.5)) world.startNode();
  } else if (random.chance(0.03)) {
    await restartCleanly(world);
  } else {
    const name = random.weighted(weightsFor(world));
    guarded(world, name, (running) => ACTIONS[name]?.[1](world, random, running));
  }
  if (plan.fork) stepFork(world, random);
  stepWitness(world, random);
  weather(world, random);
  world.network.step();
  world.clock.advance(random.chance(0.2) ? random.between(500, 1_500) : random.between(0, 40));
  if (plan.clockSteps && random.chance(0.05)) setClock(world, random);
  await settle();
  world.noticeCrashes();
  await stepProjector(world);
}

/** Runs what a program on the node does. An error that it does not catch ends the process. */
export function guarded(world: World, what: string, run: (running: Running) => void): void {
  const { node } = world;
  if (node.running === null) return;
  try {
    run(node.running);
    world.say(what);
  } catch (error) {
    world.say(`${what}: ${error instanceof Crashed ? 'the machine goes down' : (error as Error).message}`);
    if (isAppError(error) && error.code === 'JOURNAL_UNAVAILABLE') return;
    if (node.machine.up) node.machine.crash('kill');
  }
}

function weightsFor({ plan, fork }: World): Record<string, number> {
  const weights = Object.fromEntries(Object.entries(ACTIONS).map(([name, [weight]]) => [name, weight]));
  if (!plan.erasures) weights['erase'] = 0;
  // A copy that goes on under an old key is no matter for this campaign: keys stay where there is one.
  if (!plan.keyChanges || fork !== null) Object.assign(weights, { rotate: 0, retire: 0 });
  return weights;
}

function beginCalls(world: World, random: Random, { lanes, life }: Running): void {
  const lane = random.below(lanes.length);
  const writer = lanes[lane];
  for (let count = random.between(1, 4); count > 0; count -= 1) {
    if (writer?.available !== true) return;
    const id = world.nextId();
    const subject = random.pick(SUBJECTS);
    const decided = pickDecision(random);
    writeDecision(world, decided, lane, writer);
    const body = `what ${id} asks`;
    const digest = writer.bodies(subject, id).digest('request', Buffer.from(body));
    const asked = { ...askedOf(random), request_digest: digest };
    const said = { asked, simulated: true };
    const intent = hand(world, draftOf(world, random, 'intent', id, subject, said, decidedCommercial(decided)), writer);
    world.counts.calls += 1;
    // A lane takes up an erasure with its next tick; until then it digests under a key that is gone.
    if (!world.untakenErasures.has(subject)) world.ledger.bodies.push({ entry: intent, body, digest });
    world.calls.push({ id, subject, lane, life, intent, asked, decided });
  }
}

function endCalls(world: World, random: Random, { lanes, life }: Running): void {
  world.calls = world.calls.filter((call) => call.life === life);
  for (const call of world.calls.filter(({ intent }) => intent.told === 'kept').slice(0, random.between(1, 4))) {
    world.calls = world.calls.filter((other) => other !== call);
    const writer = lanes[call.lane];
    if (writer === undefined) continue;
    writeReceipt(world, random, call, writer);
  }
}

function writeReceipt(world: World, random: Random, call: Omit<OpenCall, 'intent'>, writer: WriteAhead): SentEntry {
  const { id, subject, asked, decided } = call;
  const { public: said, cost } = receiptOf(random, asked, world.clock.wall());
  return hand(world, draftOf(world, random, 'call', id, subject, said, receiptCommercial(decided, cost)), writer);
}

/** As a lane of the gateway does: the first time that it refers to a decision, and again when that was refused. */
function writeDecision(world: World, { digest, text }: Decided, lane: number, writer: WriteAhead): void {
  const place = `${world.node.machine.life} ${lane} ${digest}`;
  const written = world.decided.get(place);
  if (written !== undefined && written.told !== 'refused') return;
  const serial = world.ledger.entries.length;
  const draft = { kind: 'decided', id: world.nextId(), at: world.clock.wall(), commercial: text } as const;
  world.decided.set(place, hand(world, { ...draft, public: canonicalJson({ serial }) }, writer));
}

/** One call from its intent to its receipt, handed over in one turn. */
export function workloadCall(world: World, random: Random, lane: number): SentEntry | null {
  let sent: SentEntry | null = null;
  guarded(world, `a call in lane ${lane}`, ({ lanes, life }) => {
    const writer = lanes[lane];
    if (writer?.available !== true) return;
    const id = world.nextId();
    const decided = pickDecision(random);
    writeDecision(world, decided, lane, writer);
    const asked = askedOf(random);
    const [subject] = SUBJECTS;
    const commercial = decidedCommercial(decided);
    hand(world, draftOf(world, random, 'intent', id, subject, { asked, simulated: true }, commercial), writer);
    sent = writeReceipt(world, random, { id, subject, lane, life, asked, decided }, writer);
  });
  return sent;
}

function tickLanes(world: World, _random: Random, { lanes }: Running): void {
  for (const lane of lanes) lane.tick();
  world.untakenErasures.clear();
}

function administer(world: World, random: Random, { lanes }: Running): void {
  const [writer] = lanes;
  if (writer?.available !== true) return;
  const kind = random.pick(ADMIN_KINDS);
  const id = world.nextId();
  const known = world.ledger.entries.findLast((entry) => entry.made && entry.told === 'kept' && !entry.released);
  const text = administrativeText(random, kind, id, known?.id);
  const sent = hand(world, draftOf(world, random, kind, id, random.pick(SUBJECTS), {}, text), writer);
  sent.made = kind === 'key' && text.startsWith('{"action":"create"');
}

function draftOf(
  world: World,
  random: Random,
  kind: EntryKind,
  id: string,
  subject: string,
  said: JsonObject,
  commercial: string,
): EntryDraft {
  const padding = 'x'.repeat(random.chance(0.2) ? random.between(300, 1_500) : random.below(60));
  const who = { key: subject, organisation: 'acme', project: 'main', team: subject === 'key/k1' ? 'blue' : 'red' };
  return {
    kind,
    id,
    at: world.clock.wall(),
    public: canonicalJson({ ...said, padding, serial: world.ledger.entries.length }),
    commercial,
    personal: canonicalJson({ of: id, who }),
    subject,
  };
}

/** Hands a draft over, and notes what the writer says to it while its process lives. */
function hand(world: World, draft: EntryDraft, writer: { append(draft: EntryDraft): Promise<void> }): SentEntry {
  const { machine } = world.node;
  const { life } = machine;
  const { kind, id, public: text = '', personal = '', subject = '' } = draft;
  const sent = world.ledger.send({ kind, id, at: draft.at, public: text, personal, subject });
  const tell = (told: 'kept' | 'refused'): void => {
    if (!machine.up || machine.life !== life) return;
    sent.told = told;
    world.counts[told] += 1;
    world.say(`  ${kind} ${id} ${told}`);
  };
  const append = world.mutation?.append ?? ((to, given) => to.append(given));
  append(writer, draft).then(
    () => tell('kept'),
    () => tell('refused'),
  );
  return sent;
}

function eraseSubject(world: World, random: Random, { lanes }: Running): void {
  const subject = random.pick(SUBJECTS);
  const { node, ledger, disk, counts } = world;
  const keys = liveKeysOf(disk.filesOf(node.machine), subject);
  const at = world.clock.wall();
  const before = ledger.entries.filter((entry) => entry.subject === subject);
  // From here on the key may be gone, acknowledged or not.
  for (const entry of before) ledger.undigested.add(entry);
  openVault(node.vault).erase(subject, at);
  ledger.erasedKeys.push(...keys);
  world.untakenErasures.add(subject);
  // An erasure goes by the clock: what claims to be of a later instant is not of before it (docs/simulator.md).
  for (const entry of before) if (entry.at <= at) ledger.erasedEntries.add(entry);
  counts.erasures += 1;
  const [writer] = lanes;
  if (writer?.available !== true) return;
  const serial = canonicalJson({ serial: ledger.entries.length });
  const commercial = canonicalJson({ subject_digest: subject });
  hand(world, { kind: 'erasure', id: world.nextId(), at, public: serial, commercial }, writer);
}

function changeKeys(world: World, change: () => { readonly index: number | null }): void {
  const { index } = change();
  if (index !== null) world.ledger.keyChanges.push(index);
  world.counts.key_changes += 1;
}

function setClock(world: World, random: Random): void {
  const ms = random.pick([-600_000, -5_000, -50, 50, 5_000, 600_000, 86_400_000]);
  world.clock.step(ms);
  world.say(`the clock is set by ${ms} ms`);
}

/** As the server ends: the lanes, then the recorder. */
export async function restartCleanly(world: World): Promise<void> {
  const { node, disk } = world;
  const { running } = node;
  if (running === null) return;
  world.say('node stops');
  await closeProjector(world);
  const closing = running.lanes.map((lane) => lane.close());
  for (let turn = 0; turn < 6; turn += 1) {
    while (disk.syncsWaiting > 0) disk.settleSync();
    await settle();
  }
  void closing;
  guarded(world, 'recorder closes', ({ recorder }) => recorder.close());
  const stopped = running.witnessing.stop();
  await settle();
  await stopped;
  if (node.machine.up) node.machine.crash('kill');
  world.counts.kills -= 1;
  world.noticeCrashes();
  world.startNode();
}

function stepWitness(world: World, random: Random): void {
  const { witness } = world;
  if (witness.witness === null) {
    if (random.chance(0.5)) world.startWitness();
    return;
  }
  if (random.chance(0.15)) witness.follow();
}

/** A copy of the node, started beside it: it takes entries of its own, seals them, and answers in the node's name. */
function stepFork(world: World, random: Random): void {
  const { node, fork, clock } = world;
  if (fork === null) {
    if (node.running === null || !random.chance(0.08)) return;
    const { outcome } = world.startFork();
    world.say(`an older copy of the node is started: ${outcome}`);
    return;
  }
  world.impostor = random.chance(0.5);
  const { running } = fork;
  if (running === null) return;
  const draft = { kind: 'alert', id: world.nextId(), at: clock.wall(), public: '{"of":"the copy"}' } as const;
  // Nobody counts on what a copy keeps: it is there to be caught.
  if (random.chance(0.3)) void running.lanes[0]?.append(draft).catch(() => undefined);
  if (random.chance(0.5)) running.recorder.step({ seal: true });
  if (random.chance(0.3)) running.witnessing.look();
}

/** Faults come and go: crashes are set for a call of the near future, a disk is full for a while. */
function weather(world: World, random: Random): void {
  const { plan, node, witness, network } = world;
  for (const { machine } of [node, witness]) {
    if (machine.up && random.chance(0.06) && (plan.kills || plan.powerLosses)) {
      machine.crashAt = machine.calls + random.between(1, random.pick([5, 40, 150]));
      machine.crashKind = crashKind(world, random);
    }
    const { faults } = machine;
    if (plan.fills && random.chance(0.1)) {
      faults.full = !faults.full;
      world.say(`the disk of ${machine.name} ${faults.full ? 'is full' : 'has room'}`);
    }
    if (plan.eio > 0 && random.chance(0.1)) faults.eio = faults.eio > 0 ? 0 : plan.eio;
    faults.short = plan.short;
  }
  const { drop, twice, delay, partitions } = plan.network;
  Object.assign(network.weather, { drop, twice, delay });
  if (partitions && random.chance(0.08)) network.partitioned = !network.partitioned;
  if (plan.indexLosses && random.chance(0.05)) {
    world.toLose.push(
      `/node/journal/${random.pick(['index', 'index/marks', 'index/ids', 'positions', 'log/cosigned'])}`,
    );
  }
}

function crashKind({ plan }: World, random: Random): CrashKind {
  if (plan.kills && plan.powerLosses) return random.pick(['kill', 'power'] as const);
  return plan.powerLosses ? 'power' : 'kill';
}
