// The report of a plan, from the page to a file on disk, over a running instance: what is downloaded holds the sentence and the figures that
// stand on the page, with what was changed and what stands beside it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { missingBrowser, openBrowser, openPage } from '../support/browser.ts';
import { startInstance, type Instance } from '../support/instance.ts';

const shown = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

describe('the report of a plan', { skip: missingBrowser() }, () => {
  let instance: Instance;
  let browser: Browser;
  let page: Page;

  before(async () => {
    [instance, browser] = await Promise.all([startInstance(), openBrowser()]);
    page = await openPage(browser, { options: { acceptDownloads: true }, expected: [/503/] });
    await page.goto(instance.link);
    await page.locator('h1:not(:has(.skeleton))').waitFor();
  });
  after(async () => {
    await browser.close();
    await instance.stop();
  });

  const open = async (query: string): Promise<string> => {
    await page.goto(new URL(`/console/planner?${query}`, instance.link).href);
    await page.getByRole('status').filter({ hasText: '4,000 draws, seed' }).waitFor();
    return (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  };
  const report = async (format: 'PDF' | 'HTML'): Promise<{ readonly name: string; readonly bytes: Buffer }> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('group', { name: 'Report' }).getByRole('button', { name: format }).press('Enter'),
    ]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };

  test('HTML holds the headline of the page, its figures, and what was changed beside what is written', async () => {
    const headline = await open('run=own-or-buy&pick=rack:vera-rubin-nvl72&vs=written');
    const { name, bytes } = await report('HTML');
    assert.match(name, /^weighbridge-plan-own-or-buy-\d{4}-\d\d-\d\d\.html$/);
    const text = shown(bytes.toString('utf8'));
    assert.match(headline, /Vera Rubin NVL72/);
    for (const words of [headline, 'estimate, simulated', '4,000 draws under seed 1', 'In what the two differ'])
      assert.ok(text.includes(words), words);
    const chips = await page
      .getByRole('row')
      .filter({ hasText: 'Margin on a million tokens of the mix' })
      .getByRole('cell')
      .nth(1)
      .textContent();
    assert.match(chips ?? '', /68/);
    assert.match(text, /margin on a million tokens of the mix 68\.\d %/i);
  });

  test('HTML reads as a page of its own: nothing is fetched, and it prints', async () => {
    await open('run=one-gigawatt');
    const { bytes } = await report('HTML');
    const alone = await browser.newPage();
    const asked: string[] = [];
    alone.on('request', (request) => asked.push(request.url()));
    await alone.setContent(bytes.toString('utf8'));
    assert.deepEqual(asked, []);
    assert.match((await alone.locator('.says').textContent()) ?? '', /^Up to 1 GW of facility power comes to \d+,000/);
    assert.equal((await alone.pdf()).subarray(0, 5).toString('latin1'), '%PDF-');
    await alone.close();
  });

  test('PDF is one, named after the plan and the day', async () => {
    await open('run=serve-open-model');
    const { name, bytes } = await report('PDF');
    assert.match(name, /^weighbridge-plan-serve-open-model-\d{4}-\d\d-\d\d\.pdf$/);
    assert.equal(bytes.subarray(0, 5).toString('latin1'), '%PDF-');
    assert.ok(bytes.length > 10_000);
  });

  test('a view that was saved is there again, with its changes', async () => {
    const headline = await open('run=one-gigawatt&pick=power.of:critical_it');
    await page.getByRole('button', { name: 'Saved views' }).press('Enter');
    await page.getByRole('textbox', { name: 'Save what is shown now as' }).fill('As critical IT');
    await page.keyboard.press('Enter');
    await open('run=own-or-buy');
    await page.getByRole('button', { name: /^Saved views/ }).press('Enter');
    await page.getByRole('link', { name: 'As critical IT' }).press('Enter');
    await page.waitForURL(/power\.of:critical_it/);
    await page.getByRole('status').filter({ hasText: '4,000 draws, seed' }).waitFor();
    await page.getByRole('heading', { level: 1, name: headline }).waitFor();
    assert.match(headline, /critical IT/);
  });
});
