// What whoever asked can do with an exchange: hold it back, end it, let its rest go; and what becomes of an owner that
// throws.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BOUNDS } from '../../src/pipeline/bounds.ts';
import { until } from '../support/fixture.ts';
import { HELLO, Listener, saying, withRig, type Event } from './origin.ts';

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const LAST = '0\r\n\r\n';
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('pause', () => {
  test('holds back what was already read, in order, and the end of the answer with it', async () => {
    await withRig(saying(CHUNKED + chunk('a') + chunk('b') + chunk('c') + LAST), async (rig) => {
      const { exchange, heard } = rig.send();
      heard.on = (event) => event === 'data' && exchange.pause();
      for (const body of ['a', 'ab', 'abc']) {
        await until(() => heard.body === body, body);
        await turns(5);
        assert.equal(heard.body, body, 'nothing comes while it is paused');
        assert.ok(!heard.heard.includes('end'));
        exchange.resume();
      }
      await heard.over;
      assert.deepEqual(heard.heard, ['start', 'answer', 'data', 'data', 'data', 'end']);
      assert.equal((await rig.ask()).body, 'abc');
      assert.equal(rig.origin.sockets.length, 1, 'the connection goes on');
    });
  });

  test('holds the origin back', async () => {
    const MORE = 64 * 1024 * 1024;
    let written = 0;
    await withRig(saying(CHUNKED + chunk('a')), async (rig) => {
      const { exchange, heard } = rig.send();
      heard.on = (event) => event === 'data' && exchange.pause();
      await until(() => heard.body === 'a', 'the first piece');
      const [socket] = rig.origin.sockets;
      const piece = chunk('x'.repeat(1024 * 1024));
      while (written < MORE && socket?.write(piece) === true) written += piece.length;
      await until(() => socket?.writableNeedDrain === true, 'the origin waits');
      await turns(20);
      assert.ok((socket?.writableLength ?? 0) > 0, 'what it writes is not taken');
      assert.equal(heard.body, 'a');
      exchange.abort();
    });
  });

  test('within the same piece as resume changes nothing', async () => {
    await withRig(saying(CHUNKED + chunk('a') + chunk('b') + LAST), async (rig) => {
      const { exchange, heard } = rig.send();
      heard.on = (event) => {
        if (event !== 'data') return;
        exchange.pause();
        exchange.resume();
      };
      assert.equal((await heard.over).body, 'ab');
    });
  });

  test('does not hide that the connection broke: what had come is handed over, then the error', async () => {
    await withRig(saying(CHUNKED + chunk('a') + chunk('b')), async (rig) => {
      const { exchange, heard } = rig.send();
      heard.on = (event) => event === 'data' && exchange.pause();
      await until(() => heard.body === 'a', 'the first piece');
      rig.origin.sockets[0]?.resetAndDestroy();
      await heard.over;
      assert.deepEqual([heard.body, heard.heard.at(-1)], ['ab', 'error']);
    });
  });

  test('keeps an answer whose connection has ended in order', async () => {
    const answering = (socket: { end(text: string): void }): void => socket.end('HTTP/1.1 200 OK\r\n\r\nhello');
    await withRig(answering, async (rig) => {
      const { exchange, heard } = rig.send();
      heard.on = (event) => event === 'answer' && exchange.pause();
      await until(() => heard.heard.includes('answer'), 'the head');
      await turns(20);
      exchange.resume();
      await heard.over;
      assert.deepEqual([heard.body, heard.error], ['hello', null]);
    });
  });
});

describe('abort', () => {
  /** Over how many connections it and the next call went. */
  const abortedAt = async (when: Event): Promise<number> => {
    let count = 0;
    await withRig(saying(CHUNKED + chunk('a')), async (rig) => {
      const { exchange, heard } = rig.send();
      heard.on = (event) => event === when && exchange.abort();
      await until(() => heard.heard.includes(when), when);
      if (when !== 'start') await until(() => rig.origin.sockets[0]?.destroyed === true, 'the connection is cut');
      await turns(5);
      assert.equal(heard.heard.at(-1), when, 'nothing is heard after it');
      if (when === 'start') assert.equal(rig.origin.requests.length, 0, 'nothing was sent');
      rig.origin.answering = saying(HELLO);
      assert.equal((await rig.ask()).body, 'hello');
      count = rig.origin.sockets.length;
    });
    return count;
  };
  test('as it goes out: nothing is sent, and the connection is used for the next', async () => {
    assert.equal(await abortedAt('start'), 1);
  });
  test('as the answer begins: the connection is cut', async () => {
    assert.equal(await abortedAt('answer'), 2);
  });
  test('within the answer: the connection is cut', async () => {
    assert.equal(await abortedAt('data'), 2);
  });

  test('after the end changes nothing: the connection is used again', async () => {
    await withRig(saying(HELLO), async (rig) => {
      const { exchange, heard } = rig.send();
      heard.on = (event) => event === 'end' && exchange.abort();
      await heard.over;
      exchange.abort();
      exchange.pause();
      exchange.resume();
      await rig.ask();
      assert.equal(rig.origin.sockets.length, 1);
    });
  });
});

describe('what is let go', () => {
  test('is read to its end, unheard, and the connection is used again', async () => {
    await withRig(saying(CHUNKED + chunk('a') + chunk('b')), async (rig) => {
      const { exchange, heard } = rig.send();
      heard.on = (event) => {
        if (event !== 'data') return;
        exchange.pause();
        exchange.letGo();
      };
      await until(() => heard.body === 'a', 'the first piece');
      rig.origin.sockets[0]?.write(chunk('c') + LAST);
      rig.origin.answering = saying(HELLO);
      await turns(20);
      assert.equal((await rig.ask()).body, 'hello');
      assert.deepEqual([heard.body, rig.origin.sockets.length], ['a', 1]);
    });
  });

  test('has a while to end by itself', async () => {
    let now = 0;
    let looks = 0;
    const monotonic = (): number => {
      looks += 1;
      return now;
    };
    await withRig(
      saying(CHUNKED + chunk('a')),
      async (rig) => {
        const { exchange, heard } = rig.send();
        heard.on = (event) => event === 'data' && exchange.letGo();
        await until(() => heard.body === 'a', 'the first piece');
        now = BOUNDS.linger_ms - 1;
        const before = looks;
        await until(() => looks > before + 1, 'it was looked at');
        assert.equal(rig.origin.sockets[0]?.destroyed, false);
        now = BOUNDS.linger_ms;
        await until(() => rig.origin.sockets[0]?.destroyed === true, 'the connection is cut');
      },
      { clock: { wall: monotonic, monotonic } },
    );
  });
});

describe('an owner that throws', () => {
  for (const when of ['start', 'answer', 'data', 'end'] as const) {
    test(`at "${when}" hears its own error, and its connection is used no more`, async () => {
      await withRig(saying(HELLO), async (rig) => {
        const { heard } = rig.send();
        heard.on = (event) => {
          if (event === when) throw new RangeError('of the owner');
        };
        await until(() => heard.error !== null, 'it hears of it');
        assert.equal(heard.error?.message, 'of the owner');
        assert.equal((await rig.ask()).body, 'hello');
        assert.equal(rig.origin.sockets.length, when === 'start' ? 1 : 2);
      });
    });
  }

  test('even at its own error is named in a warning, and takes nothing down', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    await withRig(
      (socket) => void socket.destroy(),
      async (rig) => {
        const listener = new Listener();
        listener.on = (event) => {
          if (event === 'error') throw new RangeError('of the owner');
        };
        rig.send({}, listener);
        assert.match((await warned).message, /of the owner/);
        rig.origin.answering = saying(HELLO);
        assert.equal((await rig.ask()).body, 'hello');
      },
    );
  });
});
