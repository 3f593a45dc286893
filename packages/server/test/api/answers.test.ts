import { after, before, test } from 'node:test';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';
import { openBrowser, type Browser } from '../support/console.ts';

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ lanes: 2 });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

  test('y', async () => {
    const { key } = await started.server.administration.createKey({ name: 'lab' });
    console.log(JSON.stringify(await call(started.server.origin, key)).slice(0,300));
    let last = '';
    const t0 = performance.now();
    await until('the tables', 60000, async () => {
      const r = await browser.ask('calls', {});
      const s = JSON.stringify(await started.server.projections.state());
      if (s + r.status !== last) { last = s + r.status; console.log(Math.round(performance.now() - t0), r.status, r.text.slice(0, 200), s, started.said.join('|')); }
      return r.status === 200 && performance.now() - t0 > 22000 ? true : undefined;
    });
  });
test('z', async () => {
  const e = JSON.parse((await browser.ask('entries', {})).text);
  console.log(JSON.stringify(e.rows.map((r: any) => [r.entry, r.kind])));
  console.log((await browser.ask('overview', { since: 0, until: 1e12 })).text.slice(0, 300), (await browser.ask('overview', { since: Date.now() - 3600_000, until: Date.now() })).text.slice(0, 300));
  console.log((await browser.ask('receipt', { id: e.rows.find((r: any) => r.kind === 'call').id })).text.slice(0, 3000));
  console.log((await browser.ask('foresee', { key: 'lab', model: 'claude-sonnet-4-5' })).text.slice(0, 3000));
  console.log((await browser.ask('journal', { since: 0, until: Date.now() })).text.slice(0, 1000));
});
test('c', async () => {
  console.log((await browser.ask('calls', {})).text.slice(0, 300));
  console.log(JSON.stringify(await started.server.projections.ask('calls', {})).slice(0, 300));
  console.log(JSON.stringify(await started.server.projections.ask('tail', {filters: [], after: 0, limit: 10})).slice(0, 300));
});
