// Reads that are remembered: the same rows as the database has, whatever is read and written in whatever order.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Database, Row } from '../../src/store/database.ts';
import { rememberReads } from '../../src/store/remembered.ts';

/** A database of one number, which every statement reads and every write raises when its turn comes. */
function oneNumber(): Database & { readonly asked: () => number; turn: () => Promise<void>; value: () => number } {
  let value = 0;
  let asked = 0;
  const waiting: (() => void)[] = [];
  const later = <Value>(work: () => Value): Promise<Value> =>
    new Promise((resolve) => void waiting.push(() => resolve(work())));
  const raise = (): Promise<void> => later(() => void (value += 1));
  return {
    kind: 'embedded',
    read: (sql) => {
      asked += 1;
      return later((): Row[] => [{ value: String(value), of: sql }]);
    },
    run: raise,
    script: raise,
    tidy: () => Promise.resolve(),
    memory: () => 7,
    close: () => Promise.resolve(),
    asked: () => asked,
    value: () => value,
    turn: async () => {
      waiting.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

describe('reads that are remembered', () => {
  test('are asked once, and again after a write, by their statement and its parameters', async () => {
    const database = oneNumber();
    const { reader, database: written } = rememberReads(database);
    const read = async (sql: string, param = ''): Promise<string | null | undefined> => {
      const rows = reader.read(sql, [param], 1);
      await database.turn();
      return (await rows)[0]?.['value'];
    };
    assert.equal(await read('a'), '0');
    assert.equal(await read('a'), '0');
    assert.equal(database.asked(), 1);
    await read('a', 'other');
    await read('b');
    assert.equal(database.asked(), 3);
    const wrote = written.run([]);
    await database.turn();
    await wrote;
    assert.equal(await read('a'), '1');
    assert.equal(database.asked(), 4);
    const script = written.script('');
    await database.turn();
    await script;
    assert.equal(await read('a'), '2');
    assert.deepEqual([written.kind, written.memory()], ['embedded', 7]);
  });

  test('never show what is older than the last write that was done when they were asked for', async () => {
    const step = fc.constantFrom('read a', 'read b', 'write', 'turn');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const database = oneNumber();
        const { reader, database: written } = rememberReads(database);
        const open: Promise<void>[] = [];
        for (const what of [...steps, ...steps.map(() => 'turn')]) {
          if (what === 'turn') await database.turn();
          else if (what === 'write') open.push(written.run([]));
          else {
            const least = database.value();
            const look = reader.read(what, [], 1).then(([row]) => {
              assert.equal(row?.['of'], what);
              assert.ok(Number(row['value']) >= least && Number(row['value']) <= database.value());
            });
            open.push(look);
          }
        }
        await Promise.all(open);
      }),
      { numRuns: 300 },
    );
  });

  test('that fail are not remembered, and a write that fails forgets all the same', async () => {
    let failing = true;
    let asked = 0;
    const failure = new Error('it failed');
    const { reader, database } = rememberReads({
      ...oneNumber(),
      read: () => {
        asked += 1;
        return failing ? Promise.reject(failure) : Promise.resolve([{ value: 'x' }]);
      },
      run: () => Promise.reject(failure),
    });
    await assert.rejects(reader.read('a', [], 1), failure);
    failing = false;
    await reader.read('a', [], 1);
    await reader.read('a', [], 1);
    assert.equal(asked, 2);
    await assert.rejects(database.run([]), failure);
    await reader.read('a', [], 1);
    assert.equal(asked, 3);
  });

  test('have a bound: what was used longest ago goes first, and what is too large is not kept', async () => {
    let asked = 0;
    const answer = (sql: string): Row[] => [{ value: sql === 'large' ? 'x'.repeat(1_000) : 'x'.repeat(100) }];
    const source = { ...oneNumber(), read: (sql: string) => ((asked += 1), Promise.resolve(answer(sql))) };
    const { reader } = rememberReads(source, 1_200);
    const reads = async (...names: readonly string[]): Promise<number> => {
      const before = asked;
      for (const name of names) await reader.read(name, [], 1);
      return asked - before;
    };
    assert.equal(await reads('large', 'large'), 2);
    // About 135 characters each: eight of them have room.
    const eight = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    assert.equal(await reads(...eight), 8);
    assert.equal(await reads(...eight), 0);
    assert.equal(await reads('a', 'i'), 1);
    assert.equal(await reads('a'), 0, 'it was used after b');
    assert.equal(await reads('b'), 1);
  });
});
