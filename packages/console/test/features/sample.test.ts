import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SampleState } from '@weighbridge/protocol';
import { isThere, sampleBanner, sampleGate } from '../../src/features/sample/model.ts';
import { mountOf } from '../../src/url/mount.ts';

const NOW = Date.UTC(2026, 10, 27, 15);
const of = (state: SampleState['state'], more: Partial<SampleState> = {}): SampleState => ({
  state,
  progress: null,
  end: null,
  until: null,
  problem: null,
  ...more,
});
const plain = (text: string | undefined): string => (text ?? '').replaceAll(/[\u00a0\u202f]/g, ' ');

describe('the page in front of the sample', () => {
  test('says how far it is while it is made and added up, and offers nothing then', () => {
    const making = sampleGate(of('making', { progress: { done: 50_000, total: 200_000 } }));
    assert.equal(making?.title, 'The sample organisation is being made.');
    assert.equal(making?.progress?.share, 0.25);
    assert.match(plain(making?.progress?.words), /^50.* of 200.* calls written$/);
    assert.equal(making?.make, null);
    const folding = sampleGate(of('folding', { progress: { done: 1, total: 0 } }));
    assert.deepEqual([folding?.progress, folding?.make], [null, null]);
    assert.equal(folding?.title, 'The sample organisation is being added up.');
    for (const state of ['closed', 'folding'] as const)
      assert.equal(sampleGate(of(state))?.title, 'The sample organisation is being opened.');
    assert.equal(sampleGate(of('waiting'))?.title, making?.title);
  });

  test('is not there once it can be looked at', () => assert.equal(sampleGate(of('ready')), null));

  test('offers to make one that is absent or failed, with the reason; not where something real is configured', () => {
    assert.equal(sampleGate(of('absent'))?.make, 'Make the sample organisation');
    const failed = sampleGate(of('failed', { problem: 'the disk is full' }));
    assert.deepEqual([failed?.text, failed?.make], ['the disk is full', 'Try again']);
    assert.equal(sampleGate(of('off'))?.make, null);
    assert.equal(sampleGate(of('removing'))?.make, null);
    assert.equal(sampleGate(null)?.make, null);
    const problem = { code: 'TIMEOUT', what: 'no answer', next: 'try', requestId: null, retryable: true };
    assert.equal(sampleGate(null, problem)?.text, 'no answer');
  });
});

describe('the notice above its pages', () => {
  test('counts the own calls once they are known', () => {
    assert.equal(sampleBanner(NOW, null, NOW).own, 'Open your own calls');
    assert.equal(sampleBanner(NOW, 3, NOW).own, 'Open your own calls (3)');
  });

  test('says that calls go on, and when they have ended', () => {
    assert.deepEqual(sampleBanner(NOW + 1, 0, NOW), {
      what: 'This is a sample: invented calls of an organisation that does not exist.',
      own: 'Open your own calls (0)',
      goes: 'A few more come each minute while you look.',
      old: false,
    });
    const over = sampleBanner(NOW, 0, NOW + 86_400_000);
    assert.equal(over.old, true);
    assert.match(over.goes, /ended on 2026-11-27: choose a longer range, or make it anew/);
    assert.equal(sampleBanner(null, 0, NOW).old, false);
  });
});

test('the way to it is shown where it is there or coming', () => {
  for (const state of ['waiting', 'making', 'closed', 'folding', 'ready', 'failed'] as const)
    assert.ok(isThere(of(state)), state);
  for (const state of ['off', 'absent', 'removing'] as const) assert.ok(!isThere(of(state)), state);
  assert.equal(isThere(null), false);
});

test('the address says which log a page shows', () => {
  assert.equal(mountOf('/sample/console/calls'), '/sample');
  for (const path of ['/console/', '/', '/samples/console/', '/console/sample/']) assert.equal(mountOf(path), '', path);
});
