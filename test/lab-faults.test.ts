// Every fault of the lab × {streamed, not} × {pairs of client and upstream dialects}: the client sees a correct
// answer or a correct error of its own dialect, and the receipt tells the truth, held against the lab's own ledger.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DIALECTS, usageTotals } from '@weighbridge/protocol';
import type { Receipt } from '../conformance/support/gateway.ts';
import { ask, openFaultBench, routeOf, type Cell, type FaultBench, type Seen, type Truth } from './faults/harness.ts';

/** Settings short enough for the bench's timers of 600 ms. */
const SLOW = { ms: 2_000 };

/** What a fault must come to. `breaks`: the client gets an error with one of these codes. */
interface Expectation {
  readonly settings?: Record<string, unknown>;
  readonly breaks?: readonly string[];
  /** Only streams are broken by it; an answer in one piece is served as usual. */
  readonly streamsOnly?: true;
  /** HTTP status of an error that comes before any byte of the answer. */
  readonly status?: number;
  /** Further truth that the receipt of a served call must tell. */
  readonly tells?: (receipt: Receipt['public'], truth: Truth, seen: Seen) => void;
}

const FAULTS: Readonly<Record<string, Expectation>> = {
  // Streams are held to the first-token timer; an answer in one piece may take its time.
  slow_connect: { settings: SLOW, breaks: ['UPSTREAM_TIMEOUT'], streamsOnly: true },
  slow_first_token: { settings: SLOW, breaks: ['UPSTREAM_TIMEOUT'], streamsOnly: true },
  stall: { settings: { after: 2, ...SLOW }, breaks: ['UPSTREAM_TIMEOUT'] },
  cut_stream: { breaks: ['UPSTREAM_CUT'] },
  error_after_200: { breaks: ['UPSTREAM_ERROR'] },
  malformed_sse: { breaks: ['UPSTREAM_MALFORMED'] },
  rate_limit: { settings: { retry_after: 3 }, breaks: ['UPSTREAM_RATE_LIMITED'], status: 429 },
  'rate_limit without retry-after': { settings: { retry_after: null }, breaks: ['UPSTREAM_RATE_LIMITED'], status: 429 },
  overloaded_529: { breaks: ['UPSTREAM_ERROR', 'OVERLOADED', 'UPSTREAM_RATE_LIMITED'] },
  server_error: { breaks: ['UPSTREAM_ERROR'] },
  unauthorized: { breaks: ['CREDENTIAL_UNAVAILABLE', 'UPSTREAM_ERROR'] },
  reset: { breaks: ['UPSTREAM_UNREACHABLE', 'UPSTREAM_CUT'] },
  wrong_usage: {
    tells: (receipt, truth) => {
      const { prompt } = usageTotals(receipt.usage ?? assert.fail('usage is recorded'));
      assert.equal(
        prompt,
        (truth.usage?.input ?? 0) * 2 + 7,
        "the seller's claim stands in the receipt, not our guess",
      );
    },
  },
  missing_usage: {
    tells: (receipt) => {
      assert.ok(receipt.usage === null || receipt.usage.source !== 'reported', 'nothing was reported, and it says so');
    },
  },
  model_swapped: {
    tells: (receipt, truth) => {
      assert.notEqual(truth.model_ran, truth.model_asked);
      // Converse names no model, so a swap there is seen by nobody: the receipt says that nothing was reported.
      if (truth.model_asked.includes('nova')) return assert.equal(receipt.served?.model_reported, null);
      assert.equal(receipt.served?.model_reported, truth.model_ran);
      assert.notEqual(receipt.served?.model_requested, receipt.served?.model_reported);
    },
  },
  wrong_region: {
    tells: (receipt) => {
      const region = receipt.served?.region;
      assert.ok(region !== undefined);
      assert.equal(region.reported === null, region.grade < 2, 'the grade is 2 exactly when the response said where');
    },
  },
  dropped_tool_call: {
    tells: (receipt, _truth, seen) => {
      assert.match(
        receipt.stop_reason ?? '',
        /^(tool_(use|calls)|completed)$/,
        'the stop reason is kept as the cloud said it',
      );
      assert.doesNotMatch(
        seen.text,
        /"(tool_use|function_call)"[^}]*"weather"|"function":\{"name":"weather"/,
        'no call is made up',
      );
    },
  },
  duplicated_chunk: {
    tells: (_receipt, truth, seen) => {
      const content = seen.frames.filter((frame) => /"(text_delta|content|response\.output_text\.delta)"/.test(frame));
      if (truth.stream) assert.ok(content.length > 0 && repeats(content), 'what the cloud sent twice is not hidden');
    },
  },
};

/** Two neighbours that carry the same text. */
const repeats = (frames: readonly string[]): boolean => {
  const texts = frames.map((frame) => /"(?:text|content|delta)":"([^"]+)"/.exec(frame)?.[1]);
  return texts.some((text, index) => index > 0 && text !== undefined && text === texts[index - 1]);
};

function checkServed(seen: Seen, receipt: Receipt['public'], truth: Truth): void {
  assert.equal(seen.status, 200, seen.text);
  assert.equal(seen.error, null, seen.text);
  assert.ok(seen.complete, seen.text);
  assert.equal(receipt.outcome, 'completed');
  assert.equal(receipt.status, 200);
  assert.equal(receipt.error, undefined);
  assert.equal(receipt.attempts.at(-1)?.vendor_request_id, truth.request_id, 'tied to the request id of the seller');
  assert.ok(receipt.response_digest !== undefined);
}

function checkBroken(seen: Seen, receipt: Receipt['public'], expected: Expectation, truth: Truth): void {
  assert.ok(seen.error !== null, `the client is told: ${seen.status} ${seen.text}`);
  assert.ok(expected.breaks?.includes(seen.error.code), `${seen.error.code} is one of ${expected.breaks?.join(', ')}`);
  assert.ok(seen.error.next.length > 10, 'what to do next');
  assert.equal(seen.error.requestId, seen.headers.get('weighbridge-receipt'));
  assert.ok(!seen.complete, 'a broken stream never claims to be complete');
  if (expected.status !== undefined) assert.equal(seen.status, expected.status);
  if (expected.settings?.['retry_after'] === 3) assert.equal(seen.headers.get('retry-after'), '3');
  assert.ok(receipt.outcome === 'error' || receipt.outcome === 'cut', receipt.outcome);
  assert.equal(receipt.error?.code, seen.error.code, 'receipt and client heard the same');
  assert.equal(receipt.status, seen.status);
  const attempt = receipt.attempts.at(-1);
  assert.ok(attempt?.error !== undefined && attempt.fault !== undefined, 'the fault is attributed');
  if (receipt.usage !== null && truth.output_sent === 0) {
    assert.equal(usageTotals(receipt.usage).completion, 0, 'nothing is metered that was not sent');
  }
}

const [CHAT, MESSAGES, RESPONSES, CONVERSE] = DIALECTS;
const PAIRS = [
  [CHAT, CHAT],
  [CHAT, MESSAGES],
  [MESSAGES, CHAT],
  [MESSAGES, MESSAGES],
  [RESPONSES, RESPONSES],
  [RESPONSES, MESSAGES],
  [CHAT, CONVERSE],
] as const;
const CELLS: readonly Cell[] = Object.keys(FAULTS).flatMap((name) =>
  PAIRS.flatMap(([client, upstream]) => {
    const once = upstream === CONVERSE || (client === RESPONSES && upstream === MESSAGES);
    const how = once ? [true] : [true, false];
    return how.map((stream) => ({ name, client, upstream, stream }));
  }),
);

interface Happened {
  readonly seen: Seen;
  readonly truth: Truth;
}

describe('faults of the lab', () => {
  let bench: FaultBench;
  const happened: Happened[] = [];
  let receipts: ReadonlyMap<string, Receipt['public']>;

  // All calls first, one after the other; then the journal is read once.
  before(async () => {
    bench = await openFaultBench(CELLS);
    for (const [index, cell] of CELLS.entries()) {
      await bench.fault({ fault: cell.name.split(' ')[0], ...FAULTS[cell.name]?.settings });
      const seen = await ask(bench.gateway, cell.client, routeOf(index), cell.stream);
      happened.push({ seen, truth: await bench.servedAfter(happened.at(-1)?.truth.n ?? 0) });
    }
    const sealed = await bench.gateway.receipts(CELLS.length);
    receipts = new Map(sealed.map(({ id, public: said }) => [id, said]));
  });
  after(() => bench.stop());

  test('the matrix has a row for every fault that the lab knows', async () => {
    const answer = await fetch(`${bench.lab.endpoints.admin}/__lab/faults`);
    const { known } = (await answer.json()) as { known: object };
    const rows = new Set(Object.keys(FAULTS).map((name) => name.split(' ')[0]));
    assert.deepEqual([...rows].toSorted(), Object.keys(known).toSorted());
  });

  for (const [index, cell] of CELLS.entries()) {
    const { name, client, upstream, stream } = cell;
    const how = `${stream ? 'streamed' : 'in one piece'}, ${client} client, ${upstream} upstream`;
    test(`${name}: ${how}`, () => {
      const { seen, truth } = happened[index] ?? assert.fail('the call was made');
      const receipt = receipts.get(seen.headers.get('weighbridge-receipt') ?? '');
      assert.ok(receipt !== undefined, 'every answer names its receipt, and it is sealed');
      assert.equal(receipt.asked.surface, client);
      assert.equal(receipt.simulated, true);
      const expected = FAULTS[name] ?? {};
      if (expected.breaks !== undefined && (stream || expected.streamsOnly !== true)) {
        checkBroken(seen, receipt, expected, truth);
        return;
      }
      checkServed(seen, receipt, truth);
      expected.tells?.(receipt, truth, seen);
    });
  }
});
