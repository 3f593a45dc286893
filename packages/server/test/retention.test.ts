// The daily look: by the configuration in force then, until nothing is left, and again the next day when it failed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '@weighbridge/kernel';
import type { Pruned, PruneOrder } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import { orderOf, startRetention } from '../src/admin/retention.ts';

const NOW = Date.UTC(2027, 0, 31);
const hold = { from: '2026-12-24', to: '2026-12-26', why: 'a dispute' };
const config = (retention: Config['retention']): Config => ({ retention }) as Config;

describe('retention', () => {
  test('is days before now, and holds are whole days of UTC', () => {
    assert.equal(orderOf(config(undefined), NOW, 'command'), null);
    assert.deepEqual(orderOf(config({ records: '30d', high_risk: false, holds: [hold] }), NOW, 'instance'), {
      before: Date.UTC(2027, 0, 1),
      holds: [{ from: Date.UTC(2026, 11, 24), until: Date.UTC(2026, 11, 27) }],
      by: 'instance',
      policy: 'records: 30d',
    });
  });

  test('is looked at by itself, goes on while there is more, and says what it did or why not', async () => {
    const answers: (Pruned | AppError)[] = [
      { index: 7, ranges: [{ from: 0, to: 16_384 }], closed: [], more: true },
      { index: 8, ranges: [{ from: 16_384, to: 32_768 }], closed: [], more: false },
    ];
    const orders: PruneOrder[] = [];
    const said = Promise.withResolvers<void>();
    const heard: string[] = [];
    const recorder = {
      prune: (order: PruneOrder): Promise<Pruned> => {
        orders.push(order);
        const answer = answers.shift();
        return answer instanceof Error || answer === undefined
          ? Promise.reject(answer ?? new AppError('JOURNAL_UNAVAILABLE', 'the disk is full'))
          : Promise.resolve(answer);
      },
    };
    const current = config({ records: '30d', high_risk: false, holds: [] });
    const look = (): ReturnType<typeof startRetention> =>
      startRetention(recorder, () => current, {
        say: (message) => {
          heard.push(message);
          if (heard.length >= 2) said.resolve();
        },
        now: () => NOW,
        firstMs: 0,
      });
    const first = look();
    await said.promise;
    await first.stop();
    assert.deepEqual(heard, [
      'records of entries 0 to 16383 were pruned (records: 30d)',
      'records of entries 16384 to 32767 were pruned (records: 30d)',
    ]);
    assert.deepEqual(
      orders.map(({ by }) => by),
      ['instance', 'instance'],
    );
    const failed = Promise.withResolvers<string>();
    const second = startRetention(recorder, () => current, { say: failed.resolve, now: () => NOW, firstMs: 0 });
    assert.match(await failed.promise, /nothing was pruned: the disk is full/);
    await second.stop();
  });
});
