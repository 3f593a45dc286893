// The API over HTTP, against a real server.
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { httpApi } from '../src/api/http.ts';

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/control/v1`;
}

describe('a question', () => {
  test('goes out as JSON to its own address, and its answer comes back', async (t) => {
    const seen: string[] = [];
    const base = await serve(t, (request, response) => {
      request.on('data', (chunk: Buffer) =>
        seen.push(`${request.method} ${request.url} ${request.headers['content-type']} ${chunk.toString()}`),
      );
      request.on('end', () => response.end('{"id":"x"}'));
    });
    const answer = await httpApi(fetch, base).ask('receipt', { id: '01KB' });
    assert.deepEqual(answer, { ok: true, value: { id: 'x' } });
    assert.deepEqual(seen, ['POST /control/v1/receipt application/json {"id":"01KB"}']);
  });

  test('that is refused brings the problem of the server', async (t) => {
    const base = await serve(t, (_, response) => {
      response.statusCode = 404;
      response.end(
        '{"error":{"code":"RECEIPT_UNKNOWN","message":"No receipt has this id.","next":"check the id","request_id":"r1"}}',
      );
    });
    const answer = await httpApi(fetch, base).ask('receipt', { id: 'x' });
    assert.ok(!answer.ok && answer.problem.code === 'RECEIPT_UNKNOWN' && answer.problem.requestId === 'r1');
  });

  test('that gets something else than JSON, or nothing at all, is a problem as well', async (t) => {
    const base = await serve(t, (_, response) => response.end('<html>'));
    const answer = await httpApi(fetch, base).ask('status', {});
    assert.ok(!answer.ok && answer.problem.code === 'HTTP_200');
    const none = await httpApi(fetch, 'http://127.0.0.1:1/control/v1').ask('status', {});
    assert.ok(!none.ok && none.problem.code === 'UNREACHABLE' && none.problem.retryable);
  });
});
