// The whole way of a new user, in a real browser before a real instance, by the keyboard alone: the link of the start, the
// first call, the overview that moves by itself, the call, its proof, the files one takes away; and then a byte of the log
// is changed on the disk, and the page and the command line both say so.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findings } from '../support/axe.ts';
import { missingBrowser, openBrowser, openPage } from '../support/browser.ts';
import { startInstance, type Instance } from '../support/instance.ts';

/** A byte of a hash in a tile: what the checkpoint was signed over. */
const AT = 40;

describe('from the start to a broken log', { skip: missingBrowser() }, () => {
  let instance: Instance;
  let browser: Browser;
  let page: Page;
  let id = '';
  before(async () => {
    [instance, browser] = await Promise.all([startInstance(), openBrowser()]);
    page = await openPage(browser, { expected: [/503/] });
  });
  after(async () => {
    await browser.close();
    await instance.stop();
  });

  /** Tab by tab until the wanted thing has the focus, as somebody without a mouse would. */
  async function tabTo(name: RegExp): Promise<void> {
    for (let tabs = 0; tabs < 60; tabs += 1) {
      const text = await page.evaluate(() => {
        const { activeElement: focused } = document;
        return `${focused?.tagName ?? ''} ${focused?.getAttribute('aria-label') ?? focused?.textContent ?? ''}`;
      });
      if (name.test(text)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`nothing named ${name.source} takes the focus`);
  }

  test('the link of the start opens the console, once, and leaves no trace in the address', async () => {
    await page.goto(instance.link);
    await page.getByRole('heading', { name: /^No call crossed the scale in the last 7 days/ }).waitFor();
    assert.equal(new URL(page.url()).hash, '');
    assert.match((await page.locator('.environment').first().textContent()) ?? '', /Lab\s+simulated/);
    await page.getByText('weighbridge lab load --requests 100').waitFor();
    const stranger = await openPage(browser, { expected: [/401/] });
    await stranger.goto(instance.link);
    await stranger.getByRole('alert').getByText('LINK_INVALID').waitFor();
    await stranger.context().close();
    await page.reload();
    await page.getByRole('heading', { name: /^No call crossed/ }).waitFor();
  });

  test('after the first call the overview moves by itself', async () => {
    id = await instance.call();
    await page.getByRole('heading', { name: /^\$0\.\d+ spent in the last 7 days/ }).waitFor({ timeout: 20_000 });
    assert.equal(await page.locator('.figures li:nth-child(2) .figure-value').textContent(), '1');
  });

  test('by keys alone: to the calls, to the one call, to its proof', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: /^1 call in the last 7 days/ }).waitFor();
    const second = await instance.call();
    await page.getByRole('heading', { name: /^2 calls in the last 7 days/ }).waitFor({ timeout: 20_000 });
    await tabTo(/^TABLE Calls$/);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`sel=${id}`));
    await tabTo(/^A Open the call and its proof$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/console/calls/${id}`));
    await page.getByText('Proven', { exact: true }).first().waitFor();
    assert.ok(second > id, 'ids sort by their time');
    assert.deepEqual(await findings(page), []);
  });

  test('what is taken away convinces whoever has the key', async () => {
    await tabTo(/^BUTTON Save the receipt$/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    assert.equal(download.suggestedFilename(), `${id}.receipt.json`);
    const file = join(instance.folder, 'receipt.json');
    await download.saveAs(file);
    const verified = instance.cli(['verify', file, '--key', instance.vkey]);
    assert.equal(verified.code, 0, verified.text);
    await page.goBack();
    await page.getByRole('heading', { name: /^2 calls in the last 7 days/ }).waitFor();
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    const lines = readFileSync(await csv.path(), 'utf8')
      .trim()
      .split('\r\n');
    assert.equal(lines.length, 3);
    assert.ok(lines.some((line) => line.includes(id)));
  });

  test('every page is without a serious finding, over what a real instance answers', async () => {
    for (const path of ['', 'spend', 'deployments', 'routes', 'journal', 'settings', 'settings?show=history']) {
      await page.goto(`${new URL(instance.link).origin}/console/${path}`);
      await page.locator('h1:not(:has(.skeleton))').waitFor();
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
      assert.deepEqual(await findings(page), [], path);
    }
    await page.getByText('First in force', { exact: false }).waitFor();
  });

  test('a byte of a tile is changed on the disk: the page says so, and so does the command line', async () => {
    await page.goto(`${new URL(instance.link).origin}/console/calls/${id}`);
    await page.getByText('Proven', { exact: true }).first().waitFor();
    const tile = join(instance.journal, 'log', 'tile', '0', '0');
    const bytes = readFileSync(tile);
    bytes[AT] = (bytes[AT] ?? 0) ^ 1;
    writeFileSync(tile, bytes);
    await tabTo(/^BUTTON Check again$/);
    await page.keyboard.press('Enter');
    await page.getByText('Broken', { exact: true }).first().waitFor();
    const verified = instance.cli(['verify', instance.journal, '--key', instance.vkey]);
    assert.equal(verified.code, 3, verified.text);
    assert.match(verified.text, /^NOT good: \/tile\/0\//);
  });
});
