// The console itself in a real Chromium: pages over the made-up organisation, calls sealed in a real journal, and proofs
// that the page checks against the log as it is served; then a byte of a tile is changed, and the page says so.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findings } from '../support/axe.ts';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';
import { makeLog, type TestLog } from '../support/journal.ts';
import { openSampleApi, SHOWN, type SampleApi } from '../support/sample-api.ts';
import { NOW } from '../support/sample-organisation.ts';

/** Changes one byte of a file in place; what is returned changes it back. */
function flipByte(path: string, at: number): () => void {
  const flip = (): void => {
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };
  flip();
  return flip;
}

type Change = (path: string, body: Buffer) => Buffer | null;

describe('the pages', { skip: missingBrowser() }, () => {
  const endings: (() => unknown)[] = [];
  let site: Site;
  let log: TestLog;
  let api: SampleApi;
  let change: Change = (_, body) => body;

  before(async () => {
    log = makeLog({ after: (ending) => void endings.push(ending as () => unknown) });
    api = await openSampleApi(log);
    const fetcher = log.fetcher((path, body) => change(path, body));
    site = await openSite('index.html', {
      now: NOW,
      extra: (path, body) => {
        if (path.startsWith('/log/')) return fetcher(`http://log${path.slice('/log'.length)}`);
        return api.answer(path, body);
      },
    });
  });
  after(async () => {
    await site.close();
    for (const ending of endings) await ending();
  });

  const callPath = (at: number): string => `/console/calls/${api.rows[at]?.id ?? ''}`;

  for (const [name, path] of [
    ['overview', () => '/console/?t=30d'],
    ['calls', () => `/console/calls?t=30d&sel=${api.rows[1]?.id ?? ''}`],
    ['call', () => callPath(SHOWN.fallback)],
    ['journal', () => '/console/journal'],
  ] as const) {
    for (const width of [1440, 320]) {
      test(`${name} at ${width} px: axe finds nothing serious, nothing is wider than the screen, simulated is said`, async () => {
        for (const colorScheme of ['light', 'dark'] as const) {
          const page = await site.open(path(), { viewport: { width, height: 900 }, colorScheme });
          assert.deepEqual(await findings(page), []);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
          assert.match((await page.locator('.environment').first().textContent()) ?? '', /Sample\s+simulated/);
          await page.context().close();
        }
      });
    }
  }

  test('from the spend of a team to the calls behind it, to one call, to its proof: three clicks', async () => {
    const page = await site.open('/console/?t=30d');
    assert.match(
      (await page.getByRole('heading', { level: 1 }).textContent()) ?? '',
      /^\$[\d,]+ spent in the last 30 days, \d+\s% more/,
    );
    await page.getByRole('grid').getByRole('link', { name: 'claims' }).click();
    await page.waitForURL(/\/console\/calls\?t=30d&q=team:claims$/);
    const table = page.getByRole('grid', { name: 'Calls' });
    await table.locator('[data-row="1"]').click({ position: { x: 40, y: 10 } });
    await page.getByRole('link', { name: 'Open the call and its proof' }).click();
    await page.waitForURL(/\/console\/calls\/[0-9A-Z]{26}\?t=30d/);
    await page.getByText('Proven', { exact: true }).first().waitFor();
    assert.equal(await page.locator('.proof-steps li').count(), 6);
    await page.goBack();
    await table.locator('[aria-selected=true]').waitFor();
    assert.match(page.url(), /sel=/, 'going back shows what was there');
    await page.context().close();
  });

  test('what is seen can be sent: filter, grouping, columns and sort live in the address', async () => {
    const page = await site.open('/console/?t=30d');
    await page.getByRole('combobox', { name: 'by' }).selectOption('deployment');
    await page.getByRole('columnheader', { name: 'Calls' }).getByRole('button').click();
    await page.getByRole('combobox', { name: 'Filter the overview' }).fill('team:coding');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=team:coding/);
    const address = page.url();
    assert.match(address, /by=deployment&q=team:coding&sort=-calls$/);
    await page.locator('.page[aria-busy=false]').waitFor();
    const text = await page.getByRole('grid').textContent();
    const again = await site.open(address.slice(site.origin.length));
    await again.locator('.page[aria-busy=false]').waitFor();
    assert.equal(await again.getByRole('grid').textContent(), text);
    await again.context().close();
    await page.context().close();
  });

  test('a click on a series filters by it, and the range goes along', async () => {
    const page = await site.open('/console/?t=30d');
    await page
      .locator('.legend')
      .first()
      .getByRole('button', { name: /^coding/ })
      .click();
    await page.waitForURL(/q=team:coding/);
    assert.match(page.url(), /t=30d/);
    assert.deepEqual(await page.locator('.chips code').allTextContents(), ['team:coding']);
    await page.context().close();
  });

  test('a call served elsewhere than configured says so in red', async () => {
    const page = await site.open(callPath(SHOWN.elsewhere));
    await page
      .getByText('The seller reported region us-east-1; the deployment is configured for eu-central-1.')
      .waitFor();
    assert.equal(await page.locator('.remarks [data-tone=bad]').count(), 1);
    await page.context().close();
  });

  test('a byte of a tile is changed on the disk: the page says so, at once and on checking again', async () => {
    const page = await site.open(callPath(SHOWN.fallback));
    await page.getByText('Proven', { exact: true }).first().waitFor();
    const putBack = flipByte(join(log.folder, 'log', 'tile', '0', '0'), 17_000);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('Broken', { exact: true }).first().waitFor();
    await page
      .getByText(/do not lead to the signed root|not the one whose hash its tile holds/)
      .first()
      .waitFor();
    putBack();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('Proven', { exact: true }).first().waitFor();
    const memory = await page.evaluate(() =>
      Object.keys(localStorage).filter((key) => key.startsWith('weighbridge.log.')),
    );
    assert.deepEqual(memory, ['weighbridge.log.acme.example/lab/node-1']);
    await page.context().close();
  });

  test('a receipt file is proven in the page, and refused with a byte changed; what it says is shown only when it holds', async () => {
    const page = await site.open('/console/journal');
    await page.getByRole('heading', { level: 1, name: /^601 entries, sealed and signed\.$/ }).waitFor();
    const id = api.rows[0]?.id ?? '';
    const receipt = log.journal.receiptFor(id, { groups: ['public'] });
    const give = async (name: string, text: string): Promise<void> =>
      page
        .getByLabel('Drop a receipt file here')
        .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
    await give('receipt.json', receipt);
    await page.getByRole('heading', { name: `Receipt of call ${id}` }).waitFor();
    assert.match(
      (await page.getByRole('region', { name: 'The public group' }).textContent()) ?? '',
      /"outcome": "completed"/,
    );
    await give('changed.json', receipt.replace('completed', 'refunded_'));
    await page.getByRole('heading', { name: 'changed.json' }).waitFor();
    await page.getByText('Broken', { exact: true }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'The public group' }).count(), 0);
    await page.context().close();
  });

  test('a log that was cut back since is found by the memory of the browser', async () => {
    const page = await site.open(callPath(SHOWN.fallback));
    await page.getByText('Proven', { exact: true }).first().waitFor();
    const before = log.journal.checkpoint().text;
    await log.grow(3);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText(/still holds all 601 entries/).waitFor();
    change = (path, body) => (path === '/checkpoint' ? Buffer.from(before) : body);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText(/seen 604 entries of this log, and now there are 601: it was cut back/).waitFor();
    assert.equal(await page.locator('.badge[data-tone=bad]').count(), 2);
    change = (_, body) => body;
    await page.context().close();
  });
});

describe('what is not there', { skip: missingBrowser() }, () => {
  test('an id that names no call, a page that does not exist, and a server that is gone, each say what to do next', async () => {
    const site = await openSite('index.html', {
      now: NOW,
      extra: (path) => {
        if (!path.startsWith('/control/')) return null;
        if (path.endsWith('/status'))
          return Response.json({ organisation: 'Acme', log: 'live', vkey: '', up_to: null, currency: 'USD' });
        const error = path.endsWith('/receipt')
          ? { code: 'RECEIPT_UNKNOWN', message: 'No receipt has this id.', next: 'check the id', request_id: 'r-1' }
          : {
              code: 'STORE_UNAVAILABLE',
              message: 'The tables are being rebuilt.',
              next: 'wait a moment',
              request_id: 'r-2',
            };
        return Response.json({ error }, { status: path.endsWith('/receipt') ? 404 : 503 });
      },
    });
    const open = async (path: string) => site.open(path, {}, [/Failed to load resource/]);
    const call = await open('/console/calls/01KB3V8Y2QH9N6W4T0XZJ5RCEM');
    assert.match(
      (await call.getByRole('alert').textContent()) ?? '',
      /No receipt has this id\.Next: check the idRECEIPT_UNKNOWN request r-1/,
    );
    await call.context().close();
    const calls = await open('/console/calls');
    assert.match((await calls.getByRole('alert').textContent()) ?? '', /The tables are being rebuilt.*Try again/);
    assert.equal(await calls.locator('.bar-freshness').first().textContent(), 'no data yet');
    await calls.context().close();
    const none = await open('/console/nowhere');
    assert.equal(await none.getByRole('heading', { level: 1 }).textContent(), 'There is no such page.');
    await none.context().close();
    await site.close();
  });
});
