// A recorder that hangs says nothing of itself: it is told of from outside, the journal is held to take nothing after a while,
// and both end by themselves when it moves again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { beatRecorder, createSignals, recorderFailing, setRecorderFailing } from '@weighbridge/journal';
import { RecorderWatch } from '../src/admin/recorder-watch.ts';
import { openAlerting } from '../src/alerts/alerting.ts';
import { healthOf } from '../src/api/health.ts';
import { until } from './support/server.ts';

describe('a recorder that hangs', () => {
  test('is told of once, then counts as a journal that takes nothing, and is well when it moves', () => {
    const signals = createSignals();
    const told: string[] = [];
    const clock = { ms: 0, wall: () => 0, monotonic: () => clock.ms };
    const watch = new RecorderWatch({ signals, clock, alert: ({ message }) => void told.push(message) });
    const after = (ms: number): readonly [number, number, boolean] => {
      clock.ms += ms;
      watch.look();
      return [Math.round(watch.silentMs() / 1000), told.length, recorderFailing(signals)];
    };
    assert.deepEqual(after(14_000), [0, 0, false]);
    assert.deepEqual(after(2_000), [16, 1, false]);
    assert.match(told[0] ?? '', /has not moved for 16 s: .* sealed by nobody; after 60 s without it/);
    assert.deepEqual(after(40_000), [56, 1, false]);
    assert.deepEqual(after(5_000), [61, 1, true]);
    // As its next step does.
    beatRecorder(signals);
    setRecorderFailing(signals, false);
    assert.deepEqual(after(1_000), [0, 1, false]);
  });

  test('stands in what readiness says', async () => {
    const lanes = { stats: () => Promise.resolve({ sealing: true, draining: false }), recorderSilentMs: () => 16_000 };
    const { live, ready, text } = await healthOf({
      lanes,
      administration: { snapshot: () => ({ routes: [] }) },
    } as unknown as Parameters<typeof healthOf>[0]);
    assert.deepEqual([live, ready, JSON.parse(text).recorder], [true, true, 'silent']);
  });

  test('an alert does not wait for a disk that does not answer', async (context) => {
    const unwritten: string[] = [];
    const stores = {
      admin: { append: () => new Promise<void>(() => undefined) },
      nextId: () => '01KB0000000000000000000000',
      journal: { entries: () => [], records: () => [], checkpoint: () => ({ size: 0 }) },
      vault: { keyDigest: () => '' },
    } as unknown as Parameters<typeof openAlerting>[0];
    const config = { organisation: 'acme', node: 'n', log: 'lab', alerts: { channels: {} }, control: {} };
    const alerting = openAlerting(stores, config as unknown as Parameters<typeof openAlerting>[1], {
      say: () => undefined,
      writeMs: 10,
      unwritten: ({ about }) => void unwritten.push(about),
    });
    context.after(() => alerting.stop());
    alerting.alert({ name: 'one', alert: 'recorder', about: 'recorder', message: 'it hangs' }, 'Look');
    await until('it is told otherwise', 5_000, () => (unwritten.length > 0 ? true : undefined));
    assert.deepEqual(unwritten, ['recorder']);
  });
});
