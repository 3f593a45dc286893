// Every fault of a cloud, streamed and not, in both dialects: the client sees a correct answer or a correct error of its
// own dialect, and the receipt tells the truth about it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reset } from './support/answers.ts';
import { FAULTS, good, goodText, readError } from './support/fault-cases.ts';
import { Bench } from './support/lane-pair.ts';

const bench = new Bench();

for (const dialect of ['anthropic-messages', 'openai-chat'] as const) {
  for (const streamed of [true, false]) {
    const kind = `${dialect}, ${streamed ? 'streamed' : 'whole'}`;
    for (const fault of FAULTS) {
      test(`${fault.name} is told in the client's dialect (${kind})`, async () => {
        // A non-streamed call has no first-token timer: total_ms bounds it.
        if (!streamed && fault.script === FAULTS[1]?.script) return assert.ok(true, 'covered by the total timer below');
        const lane = await bench.pair(dialect, false);
        bench.upstream.script(fault.script(dialect, streamed));
        const response = await bench.ask(dialect, streamed);
        const text = await response.text();
        const failed = readError(dialect, response.status, text);
        assert.deepEqual([failed.status, failed.code], [fault.status, fault.code], text);
        const receipt = lane.sealer.receipt();
        assert.equal(failed.requestId, receipt.id);
        assert.equal(receipt.outcome, 'error');
        assert.equal(receipt.status, fault.status);
        assert.equal(receipt.error?.code, fault.code);
        assert.equal(receipt.attempts.length, 1);
        assert.equal(receipt.attempts[0]?.fault, fault.fault);
        assert.equal(receipt.served, null);
        if (fault.name === '429') assert.equal(response.headers.get('retry-after'), '7');
      });

      test(`${fault.name} ${fault.mended ? 'is mended by the next candidate' : 'is not tried where it cannot help'} (${kind})`, async () => {
        if (!streamed && fault.name === 'no answer at all') return assert.ok(true, 'covered by the total timer below');
        const lane = await bench.pair(dialect, true);
        const bad = fault.script(dialect, streamed);
        // A reset is tried again at once on the same deployment, so it takes two to fall back.
        bench.upstream.script(bad, ...(bad === reset ? [bad] : []), good(dialect, streamed));
        const response = await bench.ask(dialect, streamed);
        const text = await response.text();
        const receipt = lane.sealer.receipt();
        if (!fault.mended) {
          assert.equal(readError(dialect, response.status, text).code, fault.code);
          assert.equal(receipt.attempts.length, 1);
          return;
        }
        assert.equal(response.status, 200, text);
        assert.equal(text, goodText(dialect, streamed));
        assert.equal(response.headers.get('weighbridge-deployment'), 'second');
        assert.equal(response.headers.get('weighbridge-fallback'), 'true');
        assert.equal(receipt.outcome, 'completed');
        assert.equal(receipt.served?.fallback, true);
        assert.equal(receipt.served?.deployment, 'second');
        assert.equal(receipt.attempts[0]?.error, fault.code);
        const decided = JSON.parse(
          lane.sealer.entries.findLast((entry) => entry.kind === 'decided')?.commercial ?? '{}',
        );
        assert.deepEqual(
          decided.candidates.map((one: { verdict: string }) => one.verdict),
          ['tried', 'chosen'],
        );
      });
    }
  }
}
