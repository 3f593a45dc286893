// The scale fails while calls pass: they go through the bypass of their route, the window is told of at once, and every one
// of them is in the log afterwards. After a kill in the middle of a window the next start says what is lost.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openJournal, verifyUrl } from '@weighbridge/journal';
import type { CallCommercial } from '@weighbridge/protocol';
import { end, start } from './support/killed.ts';
import { call, openBench, until, type Bench, type Raw } from './support/server.ts';
import { bypassesIn, mendLog, sealing, stopLog } from './support/stopped-log.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const BYPASS = { owner: 'platform', reason: 'support has to answer' };
const bypassed = (raw: Raw, spill?: string): void => {
  raw['bypasses'] = { noted: { ...BYPASS, ...(spill === undefined ? {} : { spill_file: spill }) }, bare: BYPASS };
  raw['routes']['claude-sonnet-4-5'].when_unsealed = { bypass: 'noted' };
  raw['routes']['claude-haiku-4-5'].when_unsealed = { bypass: 'bare' };
};

describe('a window', () => {
  test('is told of at once, outside too, and closes with every call sealed', async (context) => {
    const posted: { alert: string; message: string }[] = [];
    const channel = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      request.on('end', () => {
        posted.push(JSON.parse(text) as (typeof posted)[number]);
        response.end();
      });
    });
    await new Promise<void>((resolve) => channel.listen(0, '127.0.0.1', resolve));
    context.after(() => channel.close());
    const { server, said } = await bench.start({
      name: 'window',
      lanes: 2,
      change: (raw) => {
        bypassed(raw);
        const { port } = channel.address() as AddressInfo;
        raw['alerts'] = {
          channels: { ops: { kind: 'webhook', url: `http://127.0.0.1:${port}/`, allow_private: true } },
        };
      },
    });
    const { origin, home, administration } = server;
    const { key } = await administration.createKey({ name: 'lab' });
    const sealed = await call(origin, key);
    await stopLog(origin, home.journal);
    const through = await Promise.all(Array.from({ length: 7 }, () => call(origin, key)));
    assert.deepEqual(new Set(through.map(({ status }) => status)), new Set([200]));
    await until('the channel hears of it', 5_000, () => posted.find(({ alert }) => alert === 'bypass'));
    assert.match(posted[0]?.message ?? '', /through the bypass "noted" without a receipt since/);
    const [open] = (await server.status()).windows;
    assert.deepEqual([open?.bypass, open?.closed, open?.calls, open?.owner], ['noted', null, 7, 'platform']);
    mendLog(home.journal);
    const { windows, late } = await until('the window is closed', 10_000, () => {
      const told = bypassesIn(home.journal, home.vault);
      return told.windows.some(({ action }) => action === 'close') ? told : undefined;
    });
    const opened = windows[0]?.opened ?? 0;
    const [, closed] = windows;
    assert.ok(closed?.action === 'close' && closed.closed >= opened);
    const { closed: at, ...rest } = closed;
    const counts = { calls: 7, sealed: 7, lost: 0, refused: 0, ended: 'sealing' };
    assert.deepEqual(rest, { action: 'close', bypass: 'noted', opened, ...counts });
    assert.ok(at > opened);
    assert.deepEqual(new Set(late.map(({ id }) => id)), new Set(through.map(({ receipt }) => receipt)));
    assert.ok(!late.some(({ id }) => id === sealed.receipt));
    assert.ok(late.every((one) => one.late?.opened === opened && one.usage?.source === 'reported'));
    assert.ok(said.some((line) => /is closed after \d+ s: 7 calls, 7 sealed afterwards, 0 lost, 0 refused/.test(line)));
    const { windows: none } = await server.status();
    assert.deepEqual(none, []);
    const result = await verifyUrl(`${origin}/log`, { vkey: server.vkey, fetch });
    assert.equal(result.outcome, 'TRUNCATION_NOT_EXCLUDED');
    const charged = lateCosts(home.journal, home.vault);
    assert.ok(charged.length === 7 && charged.every((status) => status === 'exact'));
    assert.ok(await sealing(origin));
  });
});

function lateCosts(journal: string, vault: string): string[] {
  const log = openJournal(journal, { vault });
  try {
    return [...log.entries({ kinds: ['call'] })].flatMap(({ index }) => {
      const { public: open, commercial } = log.groups(index, ['public', 'commercial']);
      if (open?.text.includes('"late":') !== true) return [];
      return [(JSON.parse(commercial?.text ?? '{}') as CallCommercial).cost.status];
    });
  } finally {
    log.close();
  }
}

describe('a kill in the middle of a window', () => {
  test('loses nothing that another disk held, and says how many calls are lost that it did not', async () => {
    const spill = join(bench.folder, 'other-disk.ndjson');
    const file = join(bench.folder, 'killed.json');
    const raw: Raw = structuredClone(bench.configuration);
    bypassed(raw, spill);
    writeFileSync(file, JSON.stringify(raw));
    const home = join(bench.folder, 'killed');
    const journal = join(home, 'lab', 'journal');
    const first = await start(file, home, bench.lab.endpoints.caFile);
    const key = first.key ?? '';
    await stopLog(first.origin, journal);
    const noted = await Promise.all(Array.from({ length: 3 }, () => call(first.origin, key)));
    const bare = await Promise.all(
      Array.from({ length: 2 }, () => call(first.origin, key, { model: 'claude-haiku-4-5' })),
    );
    const body = { model: 'claude-sonnet-4-5', max_tokens: 2_000, stream: true };
    const open = await fetch(`${first.origin}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    assert.equal(statSync(spill).mode & 0o777, 0o600);
    const halfway = open.headers.get('weighbridge-receipt') ?? '';
    await end(first, 'SIGKILL');
    await open.text().catch(() => undefined);
    mendLog(journal);

    const second = await start(file, home, bench.lab.endpoints.caFile);
    const vault = join(home, 'lab', 'vault');
    const { windows, late } = await until('both windows are closed', 5_000, () => {
      const told = bypassesIn(journal, vault);
      return told.windows.filter(({ action }) => action === 'close').length === 2 ? told : undefined;
    });
    await end(second, 'SIGTERM');
    const closings = windows.flatMap((one) =>
      one.action === 'close' ? [[one.bypass, one.ended, one.calls, one.sealed, one.lost]] : [],
    );
    assert.deepEqual(
      closings.toSorted(),
      [
        ['bare', 'restart', 2, 0, 2],
        ['noted', 'restart', 4, 4, 0],
      ],
      'every call is told of',
    );
    const ids = [...noted.map(({ receipt }) => receipt), halfway];
    assert.deepEqual(new Set(late.map(({ id }) => id)), new Set(ids));
    assert.equal(late.find(({ id }) => id === halfway)?.outcome, 'interrupted');
    assert.ok(bare.every(({ receipt }) => !ids.includes(receipt)));
    assert.equal(readFileSync(spill, 'utf8'), '', 'nothing of it is kept once it is sealed');
    assert.ok(existsSync(join(home, 'lab', 'bypass.state')));
  });
});
