// What hangs on whom, on the page Planner over a running instance of the lab, by the keyboard alone: the instance's own estate before and
// after a call crossed, an exit plan read and saved, the seller to leave chosen, and what is said while the tables are away.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findings } from '../support/axe.ts';
import { missingBrowser, openBrowser, openPage } from '../support/browser.ts';
import { startInstance, type Instance } from '../support/instance.ts';

/** More than there are controls on the page. */
const TABS_MOST = 200;

describe('exposure on the page Planner', { skip: missingBrowser() }, () => {
  let instance: Instance;
  let browser: Browser;
  let page: Page;

  before(async () => {
    [instance, browser] = await Promise.all([startInstance(), openBrowser()]);
    const options = { acceptDownloads: true, viewport: { width: 320, height: 900 } };
    page = await openPage(browser, { options, expected: [/503/] });
    await page.goto(instance.link);
    await page.getByRole('heading', { name: /^No call crossed the scale/ }).waitFor();
  });
  after(async () => {
    await browser.close();
    await instance.stop();
  });

  const settled = async (): Promise<void> => {
    await page.locator('.planner[aria-busy=false]').waitFor();
    await page.getByRole('status').filter({ hasText: '4,000 draws, seed' }).waitFor();
  };
  const open = async (query: string): Promise<void> => {
    await page.goto(new URL(`/console/planner?${query}`, instance.link).href);
    await settled();
    await page.locator('#content').focus();
  };
  const tabTo = async (wanted: string): Promise<void> => {
    for (let press = 0; press < TABS_MOST; press += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => document.activeElement?.textContent ?? '');
      if (at.trim() === wanted) return;
    }
    assert.fail(`${wanted} is not reached within ${TABS_MOST} presses`);
  };
  const saved = async (): Promise<{ readonly name: string; readonly text: string }> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  };
  const fits = async (): Promise<void> =>
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  const unknown = async (): Promise<string> => (await page.locator('.plan-estate ul').textContent()) ?? '';

  test('an exit plan is read and saved at 320 px; nothing scrolls sideways', async () => {
    await open('run=two-makers&pick=exit:north');
    const paper = page.getByRole('region', { name: 'Exit plan: north', exact: true });
    for (const part of ['What hangs on it', 'What the contract gives', 'Open'])
      await paper.getByRole('heading', { name: part, exact: true }).waitFor();
    await tabTo('read it');
    await page.keyboard.press('Enter');
    assert.equal(await paper.evaluate((section) => section === document.activeElement), true);
    await tabTo('Save as Markdown');
    const { name, text } = await saved();
    assert.equal(name, 'two-makers-exit-north.md');
    assert.match(text, /^# Exit plan: north\n\nAs of \d{4}-\d\d-\d\d\. .*simulated/);
    const line = (await paper.getByRole('cell').first().textContent()) ?? '';
    assert.ok(text.includes(`- ${line}. Why: `), line);
    await fits();
    assert.deepEqual(await findings(page), []);
  });

  test('of nobody: a line leads to the choice, and the choice makes the plan', async () => {
    await open('run=two-makers&pick=exit:none');
    await page.getByRole('region', { name: 'Exit plan', exact: true }).waitFor();
    await tabTo('Choose the seller to leave');
    await page.keyboard.press('Enter');
    assert.equal(
      await page.evaluate(() => document.activeElement?.closest('label')?.textContent?.slice(0, 12)),
      'Exit plan of',
    );
    await page.keyboard.type('west');
    await page.keyboard.press('Enter');
    await page.waitForURL(/pick=exit:west/);
    const paper = page.getByRole('region', { name: 'Exit plan: west', exact: true });
    await paper.getByRole('heading', { name: 'What hangs on it', exact: true }).waitFor();
  });

  test('the tables are away: that is said, with the way on, and nothing is opened', async () => {
    await open('run=two-makers');
    const error = { code: 'DATABASE_UNAVAILABLE', message: 'the tables start', next: 'ask again', request_id: 'r1' };
    await page.route('**/plans/own-estate', (route) => route.fulfill({ status: 503, json: { error } }));
    await tabTo('Your own estate');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The tables of this instance are away').waitFor();
    assert.match((await page.getByRole('alert').textContent()) ?? '', /the tables start.*ask again/s);
    assert.doesNotMatch(page.url(), /run=own/);
    await fits();
    await page.unroute('**/plans/own-estate');
  });

  test('nothing has crossed: the estate says so, and is opened', async () => {
    await open('run=two-makers');
    await tabTo('Your own estate');
    await page.keyboard.press('Enter');
    await page.waitForURL(/run=own/);
    await settled();
    assert.match(await unknown(), /nothing crossed from .* so all tokens stand at 0/);
    assert.match((await page.getByRole('status', { name: 'Your own estate' }).textContent()) ?? '', /simulated/);
    await fits();
  });

  test('a call crossed: the estate has its tokens, says what is not known, and its file is that of the command line', async () => {
    await page.goto(new URL('/console/', instance.link).href);
    await instance.call();
    await page.locator('h1:not(:has(.skeleton))').filter({ hasNotText: 'No call crossed' }).waitFor();
    await open('run=two-makers');
    await tabTo('Your own estate');
    await page.keyboard.press('Enter');
    await page.waitForURL(/run=own/);
    await settled();
    assert.doesNotMatch(await unknown(), /all tokens stand at 0/);
    assert.match(await unknown(), /how much each deployment carries: nobody has tried/);
    const cautions = (await page.locator('.plan-cautions').textContent()) ?? '';
    assert.match(cautions, /nobody has tried/);
    await page.locator('#content').focus();
    await tabTo('Save its file');
    const { name, text } = await saved();
    assert.equal(name, 'own-estate.yaml');
    // The day of the two need not be the same at midnight; what was found is.
    const found = text.slice(text.indexOf('deployments:')).trim();
    assert.match(found, /tokens_per_month: \{ input: [1-9]/);
    assert.ok(instance.cli(['plan', 'estate']).text.includes(found));
    assert.deepEqual(await findings(page), []);
    await fits();
  });
});
