// The connections of one origin and what waits for them: how many there are, which is used, when an idle one is ended, and
// what becomes of what waits when a connection cannot be made, or when all ends.
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { isAppError, type Clock } from '@weighbridge/kernel';
import { buildConnector } from 'undici';
import { until } from '../support/fixture.ts';
import { HELLO, POST, saying, withRig, type Answering, type Rig } from './origin.ts';

const say = (rig: Rig, at: number): void => void rig.origin.sockets[at]?.write(HELLO);
const silent: Answering = () => undefined;

class HandClock implements Clock {
  now = 1_000;
  looks = 0;
  wall(): number {
    return this.now;
  }
  monotonic(): number {
    this.looks += 1;
    return this.now;
  }
  /** Moves on, and waits until it was looked at twice by whoever looks by itself. */
  async move(ms: number): Promise<void> {
    this.now += ms;
    const before = this.looks;
    await until(() => this.looks > before + 1, 'idle connections were looked at');
  }
}

describe('connections', () => {
  test('are as many as needed at once, and no more than the bound: the rest waits in its order', async () => {
    await withRig(
      silent,
      async (rig) => {
        const sent = Array.from({ length: 5 }, (_, at) => rig.send({ path: `/${at}` }));
        await until(() => rig.origin.requests.length === 2, 'two go out');
        for (let at = 0; at < 3; at += 1) {
          say(rig, 0);
          await until(() => rig.origin.requests.length === at + 3, 'the next goes out');
        }
        assert.deepEqual(rig.origin.requests.map((request) => request[6]).toSorted(), ['0', '1', '2', '3', '4']);
        assert.deepEqual(
          rig.origin.requests.slice(2).map((request) => request[6]),
          ['2', '3', '4'],
        );
        say(rig, 0);
        say(rig, 1);
        for (const { heard } of sent) assert.equal((await heard.over).body, 'hello');
        assert.equal(rig.origin.sockets.length, 2);
      },
      { connections: 2 },
    );
  });

  test('that were used last are used first', async () => {
    const ports: number[] = [];
    const answering: Answering = (socket) => {
      ports.push(socket.remotePort ?? 0);
      socket.write(HELLO);
    };
    await withRig(answering, async (rig) => {
      await Promise.all([rig.ask(), rig.ask(), rig.ask()]);
      for (let at = 0; at < 6; at += 1) {
        // One that has answered in this turn rests until the next.
        await new Promise((resolve) => setTimeout(resolve, 1));
        await rig.ask();
      }
      assert.equal(rig.origin.sockets.length, 3);
      assert.deepEqual(new Set(ports.slice(4)), new Set(ports.slice(3, 4)));
    });
  });

  test('are ended when they have been idle for long', async () => {
    const clock = new HandClock();
    await withRig(
      saying(HELLO),
      async (rig) => {
        await rig.ask();
        await clock.move(29_999);
        assert.equal(rig.origin.sockets[0]?.destroyed, false);
        clock.now += 1;
        await until(() => rig.origin.sockets[0]?.destroyed === true, 'it is ended');
        assert.equal((await rig.ask()).body, 'hello');
        assert.equal(rig.origin.sockets.length, 2);
      },
      { clock },
    );
  });

  test('are not used beyond what the server said, less a margin; a long word of it is believed, a short one ends them', async () => {
    const clock = new HandClock();
    const hinting = (seconds: number): Answering =>
      saying(HELLO.replace('\r\n', `\r\nkeep-alive: timeout=${seconds}\r\n`));
    await withRig(
      hinting(5),
      async (rig) => {
        const count = async (): Promise<number> => {
          assert.equal((await rig.ask()).body, 'hello');
          return rig.origin.sockets.length;
        };
        await rig.ask();
        clock.now += 2_999;
        assert.equal(await count(), 1);
        clock.now += 3_000;
        assert.equal(await count(), 2);
        rig.origin.answering = hinting(60);
        await count();
        clock.now += 57_999;
        assert.equal(await count(), 2);
        clock.now += 58_000;
        assert.equal(await count(), 3);
        rig.origin.answering = hinting(2);
        await count();
        assert.equal(await count(), 4);
      },
      { clock },
    );
  });

  test('that their server ends while idle are not used', async () => {
    await withRig(saying(HELLO), async (rig) => {
      for (let at = 1; at <= 3; at += 1) {
        assert.equal((await rig.ask()).body, 'hello');
        rig.origin.sockets[at - 1]?.end();
        await until(() => rig.origin.sockets[at - 1]?.destroyed === true, 'it is closed');
      }
      assert.equal(rig.origin.sockets.length, 3);
    });
  });

  test('that end with their answer without a word are not used either', async () => {
    await withRig(
      (socket) => void socket.end(HELLO),
      async (rig) => {
        for (let at = 0; at < 20; at += 1) assert.equal((await rig.ask()).body, 'hello');
        assert.equal(rig.origin.sockets.length, 20);
      },
    );
  });

  test('that cannot be made fail what waits for them, each its own', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const real = buildConnector({ allowH2: false });
    await withRig(
      silent,
      async (rig) => {
        const [first, second] = await Promise.all([rig.ask(), rig.ask()]);
        for (const heard of [first, second]) {
          assert.deepEqual(heard?.heard, ['error']);
          assert.equal(heard?.error?.code, 'ECONNREFUSED');
        }
      },
      { connect: (to, back) => real({ ...to, port: String(port) }, back), connections: 1 },
    );
  });
});

describe('a connector of the test', () => {
  /** Connects when it is told to. */
  const byHand = (): { connect: buildConnector.connector; go: ((error?: Error) => void)[] } => {
    const real = buildConnector({ allowH2: false });
    const go: ((error?: Error) => void)[] = [];
    return { go, connect: (to, back) => void go.push((error) => (error ? back(error, null) : real(to, back))) };
  };

  test('what is aborted while it waits is not sent, and the next does not wait for its connection', async () => {
    const { connect, go } = byHand();
    await withRig(
      saying(HELLO),
      async (rig) => {
        const stuck = rig.send({ path: '/stuck' });
        await until(() => go.length === 1, 'a connection is begun');
        stuck.exchange.abort();
        const next = rig.send({ path: '/next' });
        await until(() => go.length === 2, 'another is begun');
        go[1]?.();
        assert.equal((await next.heard.over).body, 'hello');
        // The first comes about after all, and is used.
        go[0]?.();
        await until(() => rig.origin.sockets.length === 2, 'it is there');
        assert.deepEqual(stuck.heard.heard, []);
        assert.equal((await rig.ask()).body, 'hello');
        assert.equal(go.length, 2);
        assert.ok(!rig.origin.requests.some((request) => request.includes('/stuck')));
      },
      { connect },
    );
  });

  test('what was served by another is not failed by the connection that was begun for it', async () => {
    const { connect, go } = byHand();
    await withRig(
      silent,
      async (rig) => {
        const first = rig.send();
        await until(() => go.length === 1, 'a connection is begun');
        go[0]?.();
        await until(() => rig.origin.requests.length === 1, 'it carries the first');
        const second = rig.send();
        await until(() => go.length === 2, 'another is begun');
        say(rig, 0);
        await first.heard.over;
        await until(() => rig.origin.requests.length === 2, 'the second goes over the first');
        go[1]?.(Object.assign(new Error('no way'), { code: 'EHOSTUNREACH' }));
        say(rig, 0);
        assert.equal((await second.heard.over).body, 'hello');
      },
      { connect },
    );
  });

  test('that throws fails what waits', async () => {
    const connect = (): never => {
      throw new RangeError('of the connector');
    };
    await withRig(
      silent,
      async (rig) => {
        const heard = await rig.ask();
        assert.deepEqual([heard.heard, heard.error?.message], [['error'], 'of the connector']);
      },
      { connect },
    );
  });
});

test('beyond its bound the line takes no more, and those who have left it hold no place', async () => {
  await withRig(
    silent,
    async (rig) => {
      const busy = rig.send();
      await until(() => rig.origin.requests.length === 1, 'the connection is busy');
      const waiting = [rig.send(), rig.send()];
      assert.throws(
        () => rig.send(),
        (error) => isAppError(error) && error.code === 'OVERLOADED' && /2 calls wait/.test(error.message),
      );
      waiting[0]?.exchange.abort();
      const last = rig.send();
      for (const [at, { heard }] of [busy, waiting[1], last].filter((one) => one !== undefined).entries()) {
        await until(() => rig.origin.requests.length === at + 1, 'it is carried');
        say(rig, 0);
        assert.equal((await heard.over).body, 'hello');
      }
      assert.equal(rig.origin.requests.length, 3);
    },
    { connections: 1, waiting: 2 },
  );
});

test('a request that cannot be put on the wire throws, and takes no place', async () => {
  await withRig(
    saying(HELLO),
    async (rig) => {
      const bad = { ...POST, headers: ['a', 'b\r\nc: d'] };
      for (let at = 0; at < 5; at += 1)
        assert.throws(
          () => rig.send(bad),
          (error) => isAppError(error) && error.code === 'UPSTREAM_UNREACHABLE',
        );
      assert.equal((await rig.ask()).body, 'hello');
    },
    { waiting: 2 },
  );
});

test('closing ends what is carried and what waits, each with an error, and takes nothing more', async () => {
  await withRig(
    silent,
    async (rig) => {
      const carried = rig.send();
      await until(() => rig.origin.requests.length === 1, 'it is carried');
      const waits = rig.send();
      await rig.wire?.close();
      assert.deepEqual([carried.heard.heard, waits.heard.heard], [['start', 'error'], ['error']]);
      assert.deepEqual([carried.heard.error?.code, waits.heard.error?.code], ['WIRE_DOWN', 'WIRE_DOWN']);
      await until(() => rig.origin.sockets[0]?.destroyed === true, 'the connection is closed');
      assert.throws(
        () => rig.send(),
        (error) => isAppError(error) && error.code === 'DRAINING',
      );
    },
    { connections: 1 },
  );
});

test('a thousand exchanges over few connections each get their own answer', async () => {
  const answering: Answering = (socket, request) => {
    const path = /^POST (\S+)/.exec(request)?.[1] ?? '';
    const text = `HTTP/1.1 200 OK\r\ncontent-length: ${path.length}\r\n\r\n${path}`;
    // In two pieces, some of them at once.
    socket.write(text.slice(0, 20));
    setImmediate(() => socket.write(text.slice(20)));
  };
  await withRig(
    answering,
    async (rig) => {
      const sent = Array.from({ length: 1_000 }, (_, at) => rig.send({ path: `/${at}` }));
      for (const [at, { exchange }] of sent.entries()) if (at % 10 === 3) exchange.abort();
      for (const [at, { heard }] of sent.entries()) {
        if (at % 10 !== 3) assert.equal((await heard.over).body, `/${at}`);
      }
      assert.ok(rig.origin.sockets.length <= 8);
      assert.equal(rig.origin.requests.length, 900);
    },
    { connections: 8 },
  );
});
