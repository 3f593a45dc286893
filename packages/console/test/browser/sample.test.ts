// The sample organisation as a new user meets it: the link of a start opens on it, marked as what it is; the spike is on the
// first page; from there to one's own calls and back; and it goes by a click, asked once, while the instance runs.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findings } from '../support/axe.ts';
import { missingBrowser, openBrowser, openPage } from '../support/browser.ts';
import { startInstance, type Instance } from '../support/instance.ts';

const CALLS = 3_000;

describe('the sample organisation on screen', { skip: missingBrowser() }, () => {
  let instance: Instance;
  let browser: Browser;
  let page: Page;
  before(async () => {
    [instance, browser] = await Promise.all([startInstance({ sample: CALLS }), openBrowser()]);
    page = await openPage(browser, { expected: [/503/, /404/] });
  });
  after(async () => {
    await browser.close();
    await instance.stop();
  });
  const origin = (): string => new URL(instance.link).origin;

  test('is what the link of the start opens, once its tables are there, and says on every page what it is', async () => {
    await page.goto(instance.link);
    await page.getByRole('heading', { name: /spent in the last 7 days/ }).waitFor({ timeout: 60_000 });
    assert.equal(new URL(page.url()).pathname, '/sample/console/');
    assert.match((await page.locator('.environment').first().textContent()) ?? '', /Sample\s+simulated/);
    for (const path of ['', 'calls', 'spend', 'deployments', 'routes', 'journal', 'settings']) {
      await page.goto(`${origin()}/sample/console/${path}`);
      await page.locator('h1:not(:has(.skeleton))').waitFor();
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
      await page.getByText('This is a sample: invented calls').waitFor();
      assert.deepEqual(await findings(page), [], path);
    }
  });

  test('holds the spike: the dearest team, and a click from it the calls behind it', async () => {
    await page.goto(`${origin()}/sample/console/?by=team`);
    const dearest = page.locator('tbody tr').first();
    await dearest.getByText('web', { exact: true }).waitFor();
    await dearest.getByRole('link').first().click();
    await page.getByRole('heading', { name: /calls? that match/ }).waitFor();
    assert.match(new URL(page.url()).search, /team:web/);
  });

  test('proves a call in the page, against its own log', async () => {
    await page.goto(`${origin()}/sample/console/calls`);
    const row = page.locator('tbody tr').first();
    await row.click();
    await page.getByRole('link', { name: /Open the call/ }).click();
    await page.getByText('Proven', { exact: true }).first().waitFor();
    assert.match(page.url(), /\/sample\/console\/calls\//);
  });

  test('is apart from the own calls, one click away in both directions', async () => {
    await page.getByRole('link', { name: /^Open your own calls/ }).click();
    await page.getByRole('heading', { name: /^No call crossed the scale/ }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/console/');
    await instance.call();
    await page.getByRole('heading', { name: /^\$0\.\d+ spent/ }).waitFor({ timeout: 20_000 });
    assert.equal(await page.locator('.sample-banner').count(), 0);
    await page.getByRole('link', { name: 'Sample organisation' }).click();
    await page.getByRole('link', { name: 'Open your own calls (1)' }).waitFor();
  });

  test('offers nothing that would change it', async () => {
    await page.goto(`${origin()}/sample/console/settings`);
    await page.getByRole('heading', { name: /is in force/ }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Make the key' }).count(), 0);
    await page.goto(`${origin()}/sample/console/routes`);
    await page.getByRole('heading', { name: /routes are configured/ }).waitFor();
    assert.equal(await page.getByText('What would a request do now?').count(), 0);
    await page.goto(`${origin()}/sample/console/contracts?show=enter`);
    await page.getByRole('heading', { name: /contracts? stands?/ }).waitFor();
    assert.equal(await page.getByLabel('Contract (YAML)').count(), 0);
    const own = page.getByRole('link', { name: 'Enter one in your own log' });
    assert.equal(await own.getAttribute('href'), '/console/contracts');
    assert.deepEqual(await findings(page), []);
    await page.goto(`${origin()}/sample/console/commitments`);
    await page.getByRole('heading', { name: /drawn of .* committed/ }).waitFor();
    assert.deepEqual(await findings(page), []);
  });

  test('goes by a click, asked once; its address offers to make it again', async () => {
    const root = join(instance.folder, '.weighbridge', 'sample');
    await page.goto(`${origin()}/sample/console/`);
    await page.getByRole('button', { name: 'Remove the sample' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Remove the sample' }).click();
    assert.ok(existsSync(root));
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.waitForURL(`${origin()}/console/`);
    assert.equal(existsSync(root), false);
    await page.getByRole('heading', { name: /^\$0\.\d+ spent/ }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Sample organisation' }).count(), 0);
    await page.goto(`${origin()}/sample/console/calls`);
    await page.getByRole('button', { name: 'Make the sample organisation' }).waitFor();
    assert.deepEqual(await findings(page), []);
    const { text } = instance.cli(['sample', 'make', '--calls', '1000']);
    assert.match(text, /made a month of invented calls/);
    await page.getByRole('heading', { name: /calls? in the last 7 days/ }).waitFor({ timeout: 60_000 });
    assert.match(instance.cli(['sample', 'remove']).text, /nothing of the sample is left/);
    assert.equal(existsSync(root), false);
  });
});
