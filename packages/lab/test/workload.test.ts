// The workload generator: traces read exactly and refused by line, mixes seeded, replay open-loop against a real lab with
// counts that agree with the lab's own book.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { requestsOfMix, type Mix } from '../src/workload/mix.ts';
import { requestsOfTrace, wireOf, type WorkloadRequest } from '../src/workload/request.ts';
import type { WorkloadRow } from '../src/workload/row.ts';
import { runWorkload } from '../src/workload/run.ts';
import { percentilesOf } from '../src/workload/summary.ts';
import { parseTrace, readTrace, type TraceRow } from '../src/workload/trace.ts';
import { corpusFolder, openTestLab, SEED, type TestLab } from './support.ts';

const TRACES = join(corpusFolder(), 'traces');
const corpus = existsSync(TRACES);
const missing = corpus || process.env['CI'] === 'true' ? false : `the corpus is not at ${TRACES}`;

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
};

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';

describe('traces', () => {
  it('Azure’s form keeps its ticks of 100 ns, takes CRLF and no newline at the end', async () => {
    const rows = await collect(
      parseTrace([`${HEADER}\r`, '2023-11-16 18:17:03.9799600,4808,10\r', '2023-11-16 18:17:04.0319605,3180,8']),
    );
    assert.deepEqual(rows[0], { at_ms: 0, input: 4808, output: 10 });
    assert.ok(Math.abs((rows[1]?.at_ms ?? 0) - 52.0005) < 1e-3);
  });

  it('Mooncake’s form keeps its prefix blocks', async () => {
    const rows = await collect(
      parseTrace([
        '{"timestamp": 100, "input_length": 600, "output_length": 6, "hash_ids": [1, 2]}',
        '{"timestamp": 250, "input_length": 5, "output_length": 1, "hash_ids": []}',
      ]),
    );
    assert.deepEqual(rows, [
      { at_ms: 0, input: 600, output: 6, blocks: [1, 2] },
      { at_ms: 150, input: 5, output: 1, blocks: [] },
    ]);
  });

  const bad: [string, string[], RegExp][] = [
    [
      'a row with a column missing',
      [HEADER, '2023-11-16 18:17:03.97,1,1', '2023-11-16 18:17:04.97,1'],
      /^line 3 of the trace/,
    ],
    ['a time that is none', [HEADER, '2023-13-45 18:17:03.97,1,1'], /^line 2.*not a time/],
    ['a time before the last', [HEADER, '2023-11-16 18:17:04.0,1,1', '2023-11-16 18:17:03.0,1,1'], /^line 3.*before/],
    ['neither form', ['a;b;c'], /^line 1.*neither/],
    [
      'half a JSON object',
      ['{"timestamp": 0, "input_length": 1, "output_length": 1}', '{"timest'],
      /^line 2.*not JSON/,
    ],
    ['a negative length', ['{"timestamp": 0, "input_length": -1, "output_length": 1}'], /^line 1.*tokens/],
    [
      'block ids that are no numbers',
      ['{"timestamp": 0, "input_length": 1, "output_length": 1, "hash_ids": ["a"]}'],
      /^line 1.*hash_ids/,
    ],
    ['an empty trace', [HEADER], /no rows/],
  ];
  for (const [name, lines, message] of bad) {
    it(`${name} is TRACE_INVALID with its line`, () =>
      assert.rejects(collect(parseTrace(lines)), { code: 'TRACE_INVALID', message }));
  }

  it('a file that is not there is NOT_FOUND', () =>
    assert.rejects(collect(readTrace('/nowhere/trace.csv')), { code: 'NOT_FOUND' }));

  it('both traces of the corpus are read whole', { skip: missing }, async () => {
    const azure = await collect(readTrace(join(TRACES, 'azure-llm-2023-code.csv')));
    assert.equal(azure.length, 8_819);
    assert.deepEqual(azure.at(-1) && { input: azure.at(-1)?.input, output: azure.at(-1)?.output }, {
      input: 549,
      output: 173,
    });
    const mooncake = await collect(readTrace(join(TRACES, 'mooncake_synthetic.jsonl')));
    assert.equal(mooncake.length, 3_993);
    assert.equal(mooncake[0]?.blocks?.length, 79);
  });
});

describe('workloads', () => {
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab();
  });
  after(() => lab.close());

  const mix = (): Mix => {
    const key = lab.endpoints.credentials.openai_key;
    const models = [
      { model: 'gpt-4.1', dialect: 'openai-chat', weight: 3 },
      { model: 'gpt-4o-mini', dialect: 'openai-chat' },
    ] as const;
    return {
      seed: SEED,
      rate: 400,
      requests: 60,
      teams: [
        { name: 'search', key, weight: 2, models, input: 50, output: 20 },
        { name: 'support', key, models, input: 50, output: 20 },
      ],
    };
  };

  it('a mix is the same under its seed and arrives at its rate', () => {
    const one = [...requestsOfMix({ ...mix(), requests: 4_000 })];
    assert.deepEqual(one, [...requestsOfMix({ ...mix(), requests: 4_000 })]);
    assert.notDeepEqual(one.slice(0, 5), [...requestsOfMix({ ...mix(), seed: SEED + 1, requests: 5 })]);
    const seconds = (one.at(-1)?.at_ms ?? 0) / 1000;
    assert.ok(Math.abs(seconds - 10) < 1, `${seconds} s for 4,000 at 400 a second`);
    const search = one.filter((request) => request.team === 'search').length;
    assert.ok(Math.abs(search / 4_000 - 2 / 3) < 0.05);
    assert.throws(() => [...requestsOfMix({ ...mix(), rate: 0 })], { code: 'USAGE' });
  });

  it('a prompt is as long as the trace says, and shares text where the trace shares blocks', () => {
    const base = {
      at_ms: 0,
      output: 9,
      model: 'm',
      dialect: 'openai-chat',
      key: 'k',
      team: 't',
      stream: false,
    } as const;
    const text = (request: WorkloadRequest) =>
      (JSON.parse(wireOf(request).body) as { messages: { content: string }[] }).messages[0]?.content ?? '';
    assert.equal(Math.ceil(Buffer.byteLength(text({ ...base, input: 2_000 })) / 4) + 4, 2_000);
    const one = text({ ...base, input: 1_100, blocks: [7, 8, 9] });
    const two = text({ ...base, input: 1_100, blocks: [7, 8, 11] });
    assert.equal(one.slice(0, 4_096), two.slice(0, 4_096));
    assert.notEqual(one.slice(4_096, 4_150), two.slice(4_096, 4_150));
  });

  it('a mix replayed against the lab is served as asked, and both books agree', async () => {
    const before = (await lab.control.served()).totals.requests;
    const rows: WorkloadRow[] = [];
    const summary = await runWorkload({
      url: lab.endpoints.clouds.openai,
      requests: requestsOfMix(mix()),
      onRow: (row) => rows.push(row),
    });
    assert.deepEqual([summary.requests, summary.by_outcome, rows.length], [60, { ok: 60 }, 60]);
    assert.equal((await lab.control.served()).totals.requests - before, 60);
    assert.ok((summary.latency_ms?.p50 ?? 0) > 0 && (summary.latency_ms?.p99 ?? 0) >= (summary.latency_ms?.p50 ?? 0));
    assert.ok(
      summary.seconds >= ([...requestsOfMix(mix())].at(-1)?.at_ms ?? 0) / 1000,
      'open loop: nothing left before its time',
    );
  });

  it('a trace replayed faster asks for the tokens of its rows', async () => {
    const lines: TraceRow[] = [
      { at_ms: 0, input: 700, output: 33 },
      { at_ms: 50, input: 90, output: 12 },
    ];
    const target = {
      model: 'claude-haiku-4-5',
      dialect: 'anthropic-messages',
      key: lab.endpoints.credentials.anthropic_key,
    } as const;
    async function* source() {
      yield* lines;
    }
    const { totals } = await lab.control.served();
    const summary = await runWorkload({
      url: lab.endpoints.clouds.anthropic,
      requests: requestsOfTrace(source(), target),
      speed: 10,
    });
    assert.deepEqual(summary.by_outcome, { ok: 2 });
    const { rows } = await lab.control.served(totals.requests);
    assert.deepEqual(
      rows.map((row) => [row.usage?.input, row.usage?.output]).toSorted(),
      [
        [700, 33],
        [90, 12],
      ].toSorted(),
    );
  });

  it('failures are told apart: a status, a cut, nobody there, and no room', async () => {
    const run = (url: string, more: object = {}) =>
      runWorkload({ url, requests: requestsOfMix({ ...mix(), requests: 1 }), ...more });
    await lab.control.fault({ fault: 'server_error', count: 1 });
    assert.deepEqual((await run(lab.endpoints.clouds.openai)).by_outcome, { error_status: 1 });
    await lab.control.fault({ fault: 'cut_stream', count: 1 });
    assert.deepEqual((await run(lab.endpoints.clouds.openai)).by_outcome, { incomplete: 1 });
    assert.deepEqual((await run('http://127.0.0.1:9')).by_outcome, { unreachable: 1 });
    assert.deepEqual((await run(lab.endpoints.clouds.openai, { inFlight: 0 })).by_outcome, { dropped: 1 });
    await lab.control.fault({ fault: 'slow_connect', ms: 5_000, count: 1 });
    assert.deepEqual((await run(lab.endpoints.clouds.openai, { timeoutMs: 50 })).by_outcome, { timeout: 1 });
  });

  it('percentiles are nearest-rank', () => {
    assert.equal(percentilesOf([]), null);
    assert.deepEqual(percentilesOf([4, 1, 3, 2]), { count: 4, p50: 2, p90: 4, p99: 4, max: 4 });
  });
});
