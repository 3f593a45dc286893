// Whatever arrives, in whatever order, from an honest log and from forks of it: what a witness has cosigned is one history
// that only grows. The judge here knows the branches, and nothing of how the witness decides.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatAddCheckpoint } from '../src/witness/add-checkpoint.ts';
import { Witness, type WitnessAnswer } from '../src/witness/witness.ts';
import { generateCosignerKey, parseCosigner } from '../src/witness/cosignature.ts';
import { readCheckpoint } from '../src/note/checkpoint.ts';
import type { Remembered, WitnessMemory } from '../src/witness/store.ts';
import { growLog, type GrownLog } from './support/grown-log.ts';
import { fakeClock, START } from './support/world.ts';

const honest = growLog();
const early = honest.fork(3);
const late = honest.fork(9);
const BRANCHES = [honest, early, late] as const;
const SIZES = [1, 2, 3, 4, 6, 8, 9, 10, 13, 16, 21] as const;

/** The store's contract without a disk; a restart is a new witness on the same memory. */
function memoryOf(): WitnessMemory & { readonly written: Remembered[] } {
  const memory = new Map<string, Remembered>();
  const written: Remembered[] = [];
  return {
    written,
    cosigner: parseCosigner(generateCosignerKey('witness.example', Buffer.alloc(32, 1))),
    remembered: (origin) => memory.get(origin) ?? null,
    remember: (origin, note) => {
      const remembered = { ...readCheckpoint(note), at: START };
      memory.set(origin, remembered);
      written.push(remembered);
    },
    keepConflict: () => undefined,
  };
}

const witnessOn = (memory: WitnessMemory): Witness =>
  new Witness({ memory, logs: new Map([[honest.origin, honest.known]]), clock: fakeClock() });

/** Whether the first `a` leaves of one branch begin the first `b` of the other. */
function begins(a: Sent, b: Sent): boolean {
  const forks = [a.branch, b.branch].map((branch) => (branch === early ? 3 : branch === late ? 9 : Infinity));
  const common = a.branch === b.branch ? Infinity : Math.min(...forks);
  return a.size <= b.size && a.size <= common;
}

interface Sent {
  readonly branch: GrownLog;
  readonly size: number;
}

/** Every cosigned checkpoint begins every later one. */
function assertOneHistory(cosigned: readonly Sent[]): void {
  for (const [at, later] of cosigned.entries())
    for (const earlier of cosigned.slice(0, at))
      assert.ok(begins(earlier, later), `${earlier.size} before ${later.size}`);
}

const sentArbitrary = fc.record({
  branch: fc.constantFrom(...BRANCHES),
  size: fc.constantFrom(...SIZES),
});

describe('in every order of delivery', () => {
  test('a log that asks as the protocol says gets its checkpoints cosigned, and never two histories', () => {
    fc.assert(
      fc.property(fc.array(sentArbitrary, { maxLength: 24 }), fc.func(fc.boolean()), (sent, restarts) => {
        const memory = memoryOf();
        let witness = witnessOn(memory);
        const cosigned: Sent[] = [];
        for (const [at, { branch, size }] of sent.entries()) {
          if (restarts(at)) witness = witnessOn(memory);
          const old = memory.remembered(honest.origin)?.size ?? 0;
          const last = cosigned.at(-1);
          const answer = witness.addCheckpoint(branch.body(old, size));
          const consistent = last === undefined || begins(last, { branch, size });
          const expected = old > size ? 400 : consistent ? 200 : 422;
          assert.equal(answer.status, expected, `${old} to ${size}`);
          if (answer.status === 200) cosigned.push({ branch, size });
        }
        assertOneHistory(cosigned);
      }),
      { numRuns: 500 },
    );
  });

  test('no old size, no proof of another branch or of another step, and no replay gets past it', () => {
    const bodies = fc.record({
      branch: fc.constantFrom(...BRANCHES),
      size: fc.constantFrom(...SIZES),
      old: fc.constantFrom(0, ...SIZES),
      proofBranch: fc.constantFrom(...BRANCHES),
      proofTo: fc.constantFrom(...SIZES),
    });
    fc.assert(
      fc.property(fc.array(bodies, { maxLength: 40 }), (requests) => {
        const memory = memoryOf();
        const witness = witnessOn(memory);
        const cosigned: Sent[] = [];
        for (const { branch, size, old, proofBranch, proofTo } of requests) {
          const proof = proofBranch.proof(old, proofTo);
          const body = formatAddCheckpoint({ old, proof, note: branch.checkpoint(size) });
          const answer = witness.addCheckpoint(Buffer.from(body));
          if (answer.status === 200) cosigned.push({ branch, size });
          if (answer.status === 409) assert.equal(answer.body, `${cosigned.at(-1)?.size ?? 0}\n`);
        }
        assertOneHistory(cosigned);
        assert.deepEqual(memory.remembered(honest.origin)?.size, cosigned.at(-1)?.size);
      }),
      { numRuns: 500 },
    );
  });

  test('every permutation of a log that grows in five steps ends the same way: refused, or one history', () => {
    const steps = [
      [0, 4],
      [4, 9],
      [9, 10],
      [10, 16],
      [4, 16],
    ] as const;
    const bodies = [
      ...steps.map(([old, size]) => ({ branch: honest, old, size })),
      { branch: early, old: 4, size: 9 },
      { branch: late, old: 9, size: 10 },
      { branch: late, old: 10, size: 16 },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(bodies, { minLength: bodies.length }), (order) => {
        const memory = memoryOf();
        const witness = witnessOn(memory);
        const cosigned: Sent[] = [];
        const deliver = (): void => {
          for (const { branch, old, size } of order)
            if (witness.addCheckpoint(branch.body(old, size)).status === 200) cosigned.push({ branch, size });
        };
        // Delivered again and again, as a network does, until nothing moves any more.
        for (let round = 0; round < order.length; round += 1) deliver();
        assertOneHistory(cosigned);
        assert.equal(cosigned.at(-1)?.size, 16);
      }),
      { numRuns: 500 },
    );
  });

  test('what is written down is what is cosigned, and is written first', () => {
    const memory = memoryOf();
    const order: string[] = [];
    const watched: WitnessMemory = {
      ...memory,
      cosigner: memory.cosigner,
      remember: (origin, note) => {
        order.push(`written ${readCheckpoint(note).size}`);
        memory.remember(origin, note);
      },
    };
    const witness = witnessOn(watched);
    const answers: WitnessAnswer[] = [];
    for (const [old, size] of [
      [0, 4],
      [4, 9],
    ] as const) {
      answers.push(witness.addCheckpoint(honest.body(old, size)));
      order.push(`answered ${size}`);
    }
    assert.deepEqual(order, ['written 4', 'answered 4', 'written 9', 'answered 9']);
    for (const [at, answer] of answers.entries()) assert.ok(memory.written[at]?.text.endsWith(answer.body));
  });
});
