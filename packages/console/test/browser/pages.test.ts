// The console itself in a real Chromium: pages over the made-up organisation, calls sealed in a real journal, and proofs
// that the page checks against the log as it is served; then a byte of a tile is changed, and the page says so.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findings, soundPage } from '../support/axe.ts';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';
import { makeLog, type TestLog } from '../support/journal.ts';
import { openSampleApi, SHOWN, type SampleApi } from '../support/sample-api.ts';
import { NOW } from '../support/sample-organisation.ts';
import { DIFFERING, through } from '../support/sample-windows.ts';

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
      extra: (path, body, method) => {
        if (path.startsWith('/log/')) return fetcher(`http://log${path.slice('/log'.length)}`);
        return api.answer(path, body, method);
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
    ['spend', () => '/console/spend?t=30d'],
    ['deployments', () => '/console/deployments?sel=haiku-swedencentral'],
    ['routes', () => '/console/routes?key=search-app&model=sonnet&replay=sonnet&under=sticky'],
    ['clients', () => '/console/clients?tool=claude-code&key=search-app'],
    ['playground', () => '/console/playground?models=sonnet,haiku,gpt'],
    ['limits', () => '/console/limits?sel=each-team-month'],
    ['capacity', () => '/console/capacity?sel=gpt-swedencentral'],
    ['coverage', () => '/console/coverage?t=30d'],
    ['coverage with a window', () => `/console/coverage?t=30d&window=${DIFFERING}`],
    ['keys', () => '/console/settings?sel=wb_cccccccccc'],
    ['configuration', () => '/console/settings?show=configuration'],
    ['history', () => '/console/settings?show=history'],
    ['sessions', () => '/console/settings?show=sessions'],
  ] as const) {
    for (const width of [1440, 320]) {
      test(`${name} at ${width} px: axe finds nothing serious, nothing is wider than the screen, simulated is said`, async () => {
        const page = await soundPage(site, { path: path(), width });
        assert.match((await page.locator('.environment').first().textContent()) ?? '', /Sample\s+simulated/);
        await page.context().close();
      });
    }
  }

  test('from the spend of a team to the calls behind it, to one call, to its proof: three clicks', async () => {
    const page = await site.open('/console/?t=30d');
    assert.match(
      (await page.getByRole('heading', { level: 1 }).textContent()) ?? '',
      /^\$[\d,]+ spent in the last 30 days, [\d.]+\s% (?:more|less)/,
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

  test('spend by two dimensions: the address holds them, a cell leads to its calls, and the chart is a table as well', async () => {
    const page = await site.open('/console/spend?t=30d');
    await page.locator('.page[aria-busy=false]').waitFor();
    assert.match((await page.getByRole('heading', { level: 1 }).textContent()) ?? '', /spent in the last 30 days/);
    assert.match((await page.locator('.page-head p').textContent()) ?? '', /calls have no price and are in no sum/);
    await page.getByRole('combobox', { name: 'by', exact: true }).selectOption('model');
    await page.waitForURL(/by=model&and=team/);
    await page.getByRole('combobox', { name: 'and' }).selectOption('cloud');
    await page.waitForURL(/by=model&and=cloud/);
    await page.locator('.page[aria-busy=false]').waitFor();
    const matrix = page.locator('figure', { hasText: 'Where it went, by model and cloud' });
    await matrix.getByRole('button', { name: 'Show as table' }).click();
    assert.equal(await matrix.getByRole('columnheader').first().textContent(), 'model');
    await matrix.getByRole('button', { name: 'Show as chart' }).click();
    await matrix.locator('tbody a').first().click();
    await page.waitForURL(/\/console\/calls\?t=30d&q=model:claude-opus-4-1\+cloud:vertex$/);
    await page.context().close();
  });

  test('what a request would do now is asked by a form, and stands in the address', async () => {
    const page = await site.open('/console/routes');
    await page.getByLabel('Model asked for').fill('sonnet');
    await page.keyboard.press('Enter');
    await page.waitForURL(/key=search-app&model=sonnet/);
    await page.getByText('It would go to sonnet-direct first.').waitFor();
    await page.getByLabel('Model asked for').fill('nothing');
    await page.keyboard.press('Enter');
    await page.getByText(/It would be refused with MODEL_UNKNOWN/).waitFor();
    assert.match(page.url(), /model=nothing$/);
    const strategies = page.getByRole('combobox', { name: 'Strategy' });
    await strategies.selectOption('cheapest');
    await strategies.focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/replay=sonnet&under=cheapest/);
    await page.getByText(/as if its strategy had been cheapest/).waitFor();
    await page.context().close();
  });

  test('up to three models are asked the same thing by keys alone; each answer has its receipt, and what is asked stands in no address', async () => {
    const page = await site.open('/console/playground?models=sonnet,nothing&max=200');
    await page.getByRole('heading', { level: 1, name: /^Ask up to three models the same thing/ }).waitFor();
    await page.getByRole('button', { name: 'Another model' }).click();
    await page.waitForURL(/models=sonnet,nothing,claude-sonnet-4-5&max=200$/);
    await page.getByRole('combobox', { name: 'Model 3' }).selectOption('haiku');
    await page.waitForURL(/models=sonnet,nothing,haiku&max=200$/);
    await page.getByLabel('Prompt', { exact: true }).fill('When is a claim closed?');
    await page.keyboard.press('Control+Enter');
    const answer = page.getByRole('article', { name: 'sonnet' });
    await answer.getByText(/^A claim is closed ninety days/).waitFor();
    await page.getByRole('article', { name: 'nothing' }).getByText('no route serves "nothing"').waitFor();
    await page.getByRole('heading', { level: 1, name: /^haiku began first.* cost least, / }).waitFor();
    assert.doesNotMatch(page.url(), /claim/);
    assert.deepEqual(await findings(page), []);
    await page.getByText('The first of them from your own code').click();
    await page
      .getByText(/"content":"When is a claim closed\?"/)
      .first()
      .waitFor();
    await answer.getByRole('link', { name: 'Receipt and proof' }).click();
    await page.getByText('Proven', { exact: true }).first().waitFor();
    await page.goBack();
    await answer.getByText(/^A claim is closed ninety days/).waitFor();
    await page.context().close();
  });

  test('while calls go through a bypass every page says so; its window opens by keys, and gives the focus back', async () => {
    through.now = true;
    const page = await site.open('/console/?t=30d');
    const notice = page.getByRole('alert', { name: 'Calls without a receipt' });
    await notice.getByText(/^Calls go through the bypass “keep-support-up” without a receipt since/).waitFor();
    await notice.getByRole('link', { name: 'See the window' }).press('Enter');
    await page.waitForURL(/\/console\/coverage\?.*window=keep-support-up@/);
    const panel = page.getByRole('complementary', { name: /^keep-support-up@/ });
    await panel.getByText('open now').waitFor();
    assert.deepEqual(await findings(page), []);
    through.now = false;
    await page.getByRole('link', { name: '2026-11-02 14:23:07 UTC' }).press('Enter');
    await panel.getByText("sellers' records: differs").waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H2');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), '2026-11-02 14:23:07 UTC');
    await page.context().close();
  });

  test('a list of calls goes on where it ends, and its saved views are a click away', async () => {
    const page = await site.open('/console/calls?t=30d');
    const table = page.getByRole('grid', { name: 'Calls' });
    await page.getByRole('heading', { name: /^The newest 500 calls/ }).waitFor();
    await table.focus();
    await page.keyboard.press('End');
    await page.getByRole('heading', { name: /^600 calls in the last 30 days\./ }).waitFor();
    await page.keyboard.press('End');
    await table.locator('[data-row="599"][data-active]').waitFor();
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('link', { name: 'Failed today' }).click();
    await page.waitForURL(/\/console\/calls\?t=today&q=outcome:error,cut$/);
    await page.getByRole('button', { name: 'Saved views: Failed today' }).waitFor();
    assert.deepEqual(await page.locator('.chips code').allTextContents(), ['outcome:error,cut']);
    await page.context().close();
  });

  test('a key is made with its pair, both shown once; one is revoked only after it was asked for twice', async () => {
    const page = await site.open('/console/settings?sel=wb_cccccccccc');
    await page.getByLabel('Name of a new key').fill('search-app');
    await page.getByLabel('With a pair that signs').check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText(/Its pair, shown only now/).waitFor();
    await page.getByText('WBMADEUP0000', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Revoke this key' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Revoke this key' }).click();
    await page.getByLabel('Reason').fill('lost');
    await page.getByRole('button', { name: 'Revoke coding-agents' }).click();
    const panel = page.getByRole('complementary', { name: 'Key coding-agents' });
    await panel.getByText('revoked', { exact: true }).waitFor();
    assert.equal(await panel.getByRole('button', { name: 'Revoke this key' }).count(), 0);
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
