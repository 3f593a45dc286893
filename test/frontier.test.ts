// How the bench finds a subject's edges, and what it says of who is ahead: against subjects whose edges are known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { climb } from '../bench/frontier-climb.ts';
import { OURS, type Ladder, type StreamCount } from '../bench/frontier-figures.ts';
import { frontierPage } from '../bench/frontier-page.ts';
import { leads, within } from '../bench/frontier-verdicts.ts';
import type { Round as HopRound } from '../bench/hop.ts';
import type { SubjectName } from '../bench/peers.ts';

const RATES = Array.from({ length: 24 }, (_, rung) => Math.round(50 * 1.35 ** rung));
const BOUNDS = [1, 5, 10, 50];

/** Adds so much at each rung; `worse` says what the nth measurement of a rate adds beyond that. */
const subject = (adds: (rate: number) => number, worse: (rate: number, nth: number) => number = () => 0) => {
  const asked: number[] = [];
  const measure = (rate: number) => {
    const nth = asked.filter((one) => one === rate).length;
    asked.push(rate);
    const added = adds(rate) + worse(rate, nth);
    return Promise.resolve({ added, broken: added > 1_000 });
  };
  return { asked, measure };
};

const edge = (found: ReadonlyMap<number, readonly { added: number; broken: boolean }[]>, bound: number): number =>
  within({ steps: [...found].map(([rate, rounds]) => ({ rate, rounds: rounds.map(roundOf) })) }, bound);

const roundOf = ({ added, broken }: { added: number; broken: boolean }) => ({
  carried: 0,
  answered: 1,
  p50: 0,
  p99: 0,
  servingMicros: 0,
  failed: 0,
  sample: null,
  added,
  broken,
});

const run = (one: ReturnType<typeof subject>) =>
  climb({ rates: RATES, bounds: BOUNDS, overMs: 60, rounds: 3, measure: one.measure });

const known = (adds: (rate: number) => number, bound: number): number =>
  Math.max(0, ...RATES.filter((rate) => adds(rate) <= bound));

test('the climb finds every edge that a whole ladder would, with fewer measurements', async () => {
  for (const capacity of [40, 80, 700, 5_000, 20_000, 100_000]) {
    const adds = (rate: number): number => (rate >= capacity ? 2_000 : 0.4 / (1 - rate / capacity));
    const one = subject(adds);
    const found = await run(one);
    for (const bound of BOUNDS) assert.equal(edge(found, bound), known(adds, bound), `${capacity}/s, ${bound} ms`);
    assert.ok(one.asked.length < 40, `${one.asked.length} measurements`);
  }
});

test('one bad round neither ends a ladder nor moves an edge', async () => {
  const adds = (rate: number): number => (rate > 5_000 ? 2_000 : 0.5);
  const found = await run(subject(adds, (_, nth) => (nth === 0 ? 300 : 0)));
  for (const bound of BOUNDS) assert.equal(edge(found, bound), known(adds, bound));
});

const ladder = (name: SubjectName, carried: number): Ladder => ({
  subject: name,
  workload: 'small',
  steps: [{ rate: carried, rounds: [roundOf({ added: 0.5, broken: false })] }],
});

const streams = (name: SubjectName, first: number, most: number): StreamCount => ({
  subject: name,
  streams: most,
  whole: true,
  inTime: true,
  lost: 0,
  failed: 0,
  first,
  gapP99: first,
  delayP99: first,
  sample: null,
});

test('a lead is said cell by cell: more requests, less time, more streams; alike is a tie, and what is missing is no lead', () => {
  const ladders = [ladder(OURS, 1000), ladder('portkey', 100), ladder('haproxy', 5000), ladder('litellm', 1000)];
  const counts = [streams('direct', 1, 100), streams(OURS, 2, 100), streams('portkey', 5, 100)];
  const rows = leads(ladders, counts, ['portkey', 'haproxy', 'litellm']);
  const of = (cell: string): readonly (string | undefined)[] => {
    const row = rows.find((each) => each.cell === cell);
    return ['portkey', 'haproxy', 'litellm'].map((name) => row?.leads.get(name as SubjectName));
  };
  assert.deepEqual(of('small: at most 5 ms added'), ['yes', 'no', 'tie']);
  assert.deepEqual(of('streams: added TTFT'), ['yes', 'not measured', 'not measured']);
  assert.deepEqual(of('streams: most without loss'), ['tie', 'not measured', 'not measured']);
});

const hopRound = (subject: SubjectName, round: number, perSecond: number, serving: number): HopRound => ({
  subject,
  round,
  perSecond,
  serving,
  p50: 1,
  p99: 2,
  failed: 0,
  sample: null,
  cores: { subject: serving, upstream: 0.3, load: 0.3, others: 0 },
  rssMiB: 100,
});

test('the page says both verdicts, and the limit of the run beside the second', () => {
  const machine = {
    cpu: 'a processor',
    cores: 2,
    memoryGiB: 8,
    system: 'Linux',
    node: 'v26',
    undici: '8',
    haproxy: '2',
    portkey: '1.15.2',
    commit: 'abc',
    at: '2026-11-30T00:00:00.000Z',
    loadBefore: 0,
  };
  const rounds = [hopRound('bare-hop', 0, 10_000, 0.5), hopRound(OURS, 0, 7_000, 0.7)];
  const page = frontierPage({
    machine,
    seconds: 600,
    subjects: [OURS, 'bare-hop', 'portkey'].map((name) => ({ name: name as SubjectName, method: 'as it is' })),
    leftOut: ['litellm is left out'],
    lengths: { rounds: 3, warmupMs: 1, measureMs: 1 },
    ladders: [ladder(OURS, 1000), ladder('bare-hop', 2000), ladder('portkey', 100)],
    streams: [streams('direct', 1, 100), streams(OURS, 2, 100), streams(OURS, 2, 250), streams('portkey', 5, 100)],
    closed: [{ cell: { connections: 64, delayMs: 0, bytes: 200 }, rounds }],
  });
  assert.match(page, /\*\*pass\*\*: ahead of every peer not written in Rust \(portkey\) in 8 of 8 cells/);
  assert.match(page, /\*\*pass\*\*: 0\.70 × the bare hop/);
  // 70 µs of 0.7 cores at 7,000/s are 100 µs a request; the bare hop’s are 50.
  assert.match(page, /one lane thread that never waits \| 10,000 \| 0\.50 ×/);
  assert.match(page, /litellm is left out/);
});
