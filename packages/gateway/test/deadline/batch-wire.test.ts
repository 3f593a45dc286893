// Results of a batch as they come over a connection: one line that is no JSON, or too long, costs nobody else his answer, and
// what breaks off is not taken for the whole.
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { LIMITS, systemClock } from '@weighbridge/kernel';
import { allClouds } from '../../src/clouds/index.ts';
import type { BatchResult } from '../../src/clouds/batches.ts';
import { batchHttp } from '../../src/deadline/batch-wire.ts';
import { BOUNDS } from '../../src/pipeline/bounds.ts';
import { UpstreamPools } from '../../src/pipeline/upstream-pools.ts';
import type { Target } from '../../src/routing/compiled.ts';
import { deployment } from '../support/fixture.ts';

const line = (id: string, result: object): string => `${JSON.stringify({ custom_id: id, result })}\n`;
const said = (id: string): string => line(id, { type: 'succeeded', message: { id } });

/** What Anthropic's results are read as, by name; rejects where they could not be read to their end. */
async function read(answer: (response: ServerResponse) => void): Promise<Map<string, BatchResult['kind']>> {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const pools = new UpstreamPools(systemClock, undefined);
  const cloud = allClouds().find(({ id }) => id === 'anthropic');
  const batches = cloud?.batches;
  assert.ok(cloud !== undefined && batches !== undefined);
  const { port } = server.address() as AddressInfo;
  const at = deployment('claude', port);
  const credentials = { current: () => ({ kind: 'api_key', key: 'k' }) as const };
  const http = batchHttp({ pools, credentials, clock: systemClock }, { cloud, deployment: at } as unknown as Target);
  const state = { ended: true, results: ['b1'], rest: null, refused: null, input: null };
  const found = new Map<string, BatchResult['kind']>();
  try {
    await batches.results(http, at, state, (id, { kind }) => found.set(id, kind));
    return found;
  } finally {
    await pools.close();
    server.closeAllConnections();
    server.close();
  }
}

test('a line that is no JSON is nobody’s, and what follows it is read', async () => {
  const found = await read((response) => response.end(`${said('1')}{"custom_id":"2",\n\n[]\n${said('3')}`));
  assert.deepEqual(
    [...found],
    [
      ['1', 'answered'],
      ['3', 'answered'],
    ],
  );
});

test('a line that is longer than any answer is left out, and what follows it is read', async () => {
  const found = await read((response) => {
    response.write(said('1'));
    const piece = Buffer.alloc(4 * 1024 * 1024, 'x');
    for (let bytes = 0; bytes <= LIMITS.response_bytes; bytes += piece.length) response.write(piece);
    response.end(`\n${said('3')}`);
  });
  assert.deepEqual([...found.keys()], ['1', '3']);
});

test('results that end within a line are not the whole, and a last line needs no end', async () => {
  await assert.rejects(
    read((response) => response.end(`${said('1')}{"custom_id":"2","resu`)),
    { code: 'UPSTREAM_MALFORMED' },
  );
  assert.deepEqual([...(await read((response) => response.end(said('1').trim()))).keys()], ['1']);
});

test('a seller that goes on without end is not listened to without end', () =>
  assert.rejects(
    read((response) => response.end(said('1').repeat(BOUNDS.batch_result_lines + 1))),
    { code: 'UPSTREAM_MALFORMED' },
  ));

test('a result that says it succeeded and holds no answer did not', async () => {
  const found = await read((response) => response.end(line('1', { type: 'succeeded' })));
  assert.deepEqual([...found], [['1', 'errored']]);
});
