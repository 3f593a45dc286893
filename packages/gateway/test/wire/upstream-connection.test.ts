// One connection to an origin: what it writes, what it makes of every form of an answer, and when it is not used again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../support/fixture.ts';
import { HELLO, Listener, saying, withRig, type Answering } from './origin.ts';

const GONE = /WIRE_CLOSED|ECONNRESET|EPIPE/;

/** Answers with these bytes and ends the connection. */
const ending =
  (text: string): Answering =>
  (socket) =>
    void socket.end(text, 'latin1');

describe('a request', () => {
  test('goes out with its host, its length and its headers as they were given', async () => {
    await withRig(saying(HELLO), async (rig) => {
      const heard = await rig.ask({ path: '/v1/messages?beta=1', headers: ['X-Api-Key', 'k\xff', 'accept', '*/*'] });
      assert.equal(heard.body, 'hello');
      const authority = rig.origin.url.slice('http://'.length);
      assert.equal(
        rig.origin.requests[0],
        `POST /v1/messages?beta=1 HTTP/1.1\r\nhost: ${authority}\r\nconnection: keep-alive\r\n` +
          'X-Api-Key: k\xff\r\naccept: */*\r\ncontent-length: 2\r\n\r\n{}',
      );
    });
  });

  test('of a megabyte arrives whole, and so do one without a body and an empty one', async () => {
    await withRig(saying(HELLO), async (rig) => {
      const body = Buffer.alloc(1024 * 1024, 'x');
      await rig.ask({ body });
      await rig.ask({ method: 'GET', body: null });
      await rig.ask({ body: Buffer.alloc(0) });
      const [large, none, empty] = rig.origin.requests;
      assert.ok(large?.endsWith(`content-length: ${body.length}\r\n\r\n${body.toString()}`));
      assert.ok(none?.startsWith('GET ') && !none.includes('content-length') && none.endsWith('\r\n\r\n'));
      assert.ok(empty?.endsWith('content-length: 0\r\n\r\n'));
      assert.equal(rig.origin.sockets.length, 1, 'all on one connection');
    });
  });
});

describe('an answer', () => {
  const answers = async (answering: Answering): Promise<Listener> => {
    let heard = new Listener();
    await withRig(answering, async (rig) => {
      heard = await rig.ask();
    });
    return heard;
  };

  test('in chunks is its bytes; trailers are dropped', async () => {
    const heard = await answers(
      saying('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nx-late: 1\r\n\r\n'),
    );
    assert.deepEqual(heard.heard, ['start', 'answer', 'data', 'data', 'end']);
    assert.deepEqual([heard.body, heard.headers], ['hello', { 'transfer-encoding': 'chunked' }]);
  });

  test('that ends with its connection is complete', async () => {
    const heard = await answers(ending('HTTP/1.1 200 OK\r\n\r\nhello'));
    assert.deepEqual([heard.body, heard.error], ['hello', null]);
  });

  test('is not one of 1xx, however many came before it', async () => {
    const early = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n';
    const heard = await answers(saying(early + HELLO));
    assert.deepEqual([heard.heard, heard.status], [['start', 'answer', 'data', 'end'], 200]);
  });

  test('of 204 and 304 and to HEAD has no body', async () => {
    await withRig(saying('HTTP/1.1 204 None\r\n\r\n'), async (rig) => {
      assert.deepEqual((await rig.ask()).heard, ['start', 'answer', 'end']);
      rig.origin.answering = saying('HTTP/1.1 304 Same\r\n\r\n');
      assert.deepEqual((await rig.ask()).heard, ['start', 'answer', 'end']);
      rig.origin.answering = saying('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n');
      assert.deepEqual((await rig.ask({ method: 'HEAD', body: null })).heard, ['start', 'answer', 'end']);
      assert.equal(rig.origin.sockets.length, 1);
    });
  });

  test('has its headers by lower-case name: a hundred of them, repeated ones joined, names of every object among them', async () => {
    const many = Array.from({ length: 100 }, (_, at) => `X-${at}: ${at}\r\n`).join('');
    const odd = 'Set-Cookie: a\r\nset-cookie: b\r\nconstructor: c\r\ntoString: d\r\n';
    const heard = await answers(saying(`HTTP/1.1 200 OK\r\n${many}${odd}content-length: 0\r\n\r\n`));
    assert.equal(Object.keys(heard.headers).length, 104);
    const { 'x-0': first, 'x-99': last, 'set-cookie': cookies, constructor: c, tostring: d } = { ...heard.headers };
    assert.deepEqual([first, last, cookies, c, d], ['0', '99', 'a, b', 'c', 'd']);
  });

  test('whose head is beyond its bound is refused as no HTTP', async () => {
    const heard = await answers(saying(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`));
    assert.deepEqual([heard.heard, heard.error?.code], [['start', 'error'], 'HPE_HEADER_OVERFLOW']);
  });

  test('that is no HTTP says what is wrong with it', async () => {
    const heard = await answers(saying('SSH-2.0-OpenSSH\r\n'));
    assert.equal(heard.error?.code, 'HPE_INVALID_CONSTANT');
    assert.match(heard.error?.message ?? '', /Expected HTTP/);
  });

  test('that changes to another protocol is refused', async () => {
    const heard = await answers(saying('HTTP/1.1 101 Over\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nbytes'));
    assert.deepEqual([heard.heard, heard.error?.code], [['start', 'error'], 'WIRE_UPGRADE']);
  });

  test('that is cut says so, after what had come of it: by length, by chunk, and within its head', async () => {
    const byLength = await answers(ending('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello'));
    assert.deepEqual([byLength.heard, byLength.body], [['start', 'answer', 'data', 'error'], 'hello']);
    assert.equal(byLength.error?.code, 'WIRE_CLOSED');
    const closing = await answers(
      ending('HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    );
    assert.deepEqual([closing.body, closing.error?.code], ['hello', 'HPE_INVALID_EOF_STATE']);
    const inHead = await answers(ending('HTTP/1.1 200 OK\r\ncont'));
    assert.deepEqual([inHead.heard, inHead.error?.code], [['start', 'error'], 'WIRE_CLOSED']);
  });

  test('that ends with its connection is cut when that is reset', async () => {
    const heard = await answers((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nhello', () => setTimeout(() => socket.resetAndDestroy(), 20));
    });
    assert.deepEqual([heard.body, heard.error?.code], ['hello', 'ECONNRESET']);
  });
});

describe('a connection is used again', () => {
  /** Asks twice, and says over how many connections. */
  const connections = async (answering: Answering): Promise<number> => {
    let count = 0;
    await withRig(answering, async (rig) => {
      assert.equal((await rig.ask()).body, 'hello');
      assert.equal((await rig.ask()).body, 'hello', 'the second answer is its own');
      count = rig.origin.sockets.length;
    });
    return count;
  };
  const first =
    (text: string): Answering =>
    (socket, _request, count) =>
      void socket.write(count === 1 && text !== '' ? text : HELLO, 'latin1');

  test('after a complete answer', async () => {
    assert.equal(await connections(saying(HELLO)), 1);
    assert.equal(
      await connections(saying('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n')),
      1,
    );
  });

  test('not when the answer says close, or is of HTTP/1.0', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello';
    assert.equal(await connections(saying(head)), 2);
    assert.equal(await connections(saying('HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello')), 2);
  });

  test('not when more came than was asked for: another answer, the beginning of one, no HTTP at all', async () => {
    for (const more of [HELLO.replace('hello', 'worse'), 'HTTP/1.1 200 OK\r\n', 'x']) {
      assert.equal(await connections(first(HELLO + more)), 2, JSON.stringify(more));
    }
  });

  test('not when more comes while it is idle', async () => {
    await withRig(saying(HELLO), async (rig) => {
      await rig.ask();
      const [socket] = rig.origin.sockets;
      socket?.write(HELLO.replace('hello', 'worse'));
      await until(() => socket?.destroyed === true, 'the connection was ended');
      assert.equal((await rig.ask()).body, 'hello');
      assert.equal(rig.origin.sockets.length, 2);
    });
  });

  test('not by a request of the very turn in which more has come', async () => {
    await withRig(saying(HELLO), async (rig) => {
      await rig.ask();
      // Both are there when the loop looks next: the bytes are read before the request is written.
      rig.origin.sockets[0]?.write(HELLO.replace('hello', 'worse'));
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal((await rig.ask()).body, 'hello');
      assert.equal(rig.origin.requests.length, 2);
    });
  });

  test('not when a 204 speaks of a body', async () => {
    await withRig(saying('HTTP/1.1 204 None\r\ncontent-length: 5\r\n\r\n'), async (rig) => {
      await rig.ask();
      await rig.ask();
      assert.equal(rig.origin.sockets.length, 2);
    });
  });

  test('not when the answer came before the request was written', async () => {
    await withRig(saying(HELLO), async (rig) => {
      // Reads nothing of a body that is larger than what the system takes over.
      rig.origin.answering = saying(HELLO);
      const { exchange, heard } = rig.send({ body: Buffer.alloc(32 * 1024 * 1024) });
      void exchange;
      await until(() => rig.origin.sockets.length === 1, 'it is connected');
      const [socket] = rig.origin.sockets;
      socket?.pause();
      socket?.write(HELLO);
      assert.equal((await heard.over).body, 'hello');
      await until(() => socket?.resume().destroyed === true, 'the connection was ended');
      assert.equal((await rig.ask()).body, 'hello');
      assert.equal(rig.origin.sockets.length, 2);
    });
  });

  test('a reset of an idle connection is an error that says nothing had begun', async () => {
    let count = 0;
    const answering: Answering = (socket) => {
      count += 1;
      if (count === 2) socket.resetAndDestroy();
      else socket.write(HELLO);
    };
    await withRig(answering, async (rig) => {
      await rig.ask();
      const heard = await rig.ask();
      assert.deepEqual(heard.heard, ['start', 'error']);
      assert.match(heard.error?.code ?? '', GONE);
      assert.equal((await rig.ask()).body, 'hello');
    });
  });
});
