// What a buyer comes to the planner for, done by the keyboard alone as somebody would who has no manual: the chips of a gigawatt and what
// they hang on, a fair price, one rack beside another. Each step begins where the focus is; nothing is clicked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';
import { makeLog } from '../support/journal.ts';
import { openSampleApi, type SampleApi } from '../support/sample-api.ts';
import { NOW } from '../support/sample-organisation.ts';

/** More than there are controls before the tables. */
const TABS_MOST = 60;

describe('the page Planner by the keyboard alone', { skip: missingBrowser() }, () => {
  const endings: (() => unknown)[] = [];
  let site: Site;
  let api: SampleApi;

  before(async () => {
    const log = makeLog({ after: (ending) => void endings.push(ending as () => unknown) });
    api = await openSampleApi(log, 20);
    site = await openSite('index.html', { now: NOW, extra: (path, body, method) => api.answer(path, body, method) });
  });
  after(async () => {
    await site.close();
    for (const ending of endings) await ending();
  });

  const settled = async (page: Page): Promise<void> => {
    await page.locator('.planner[aria-busy=false]').waitFor();
    await page.getByRole('status').filter({ hasText: '4,000 draws, seed' }).waitFor();
  };
  const focused = (page: Page): Promise<string> =>
    page.evaluate(() => {
      const at = document.activeElement;
      return (
        at?.getAttribute('aria-label') ??
        (at instanceof HTMLSelectElement ? at.labels[0]?.textContent : at?.textContent) ??
        ''
      );
    });
  /** How many presses it took. */
  const tabTo = async (page: Page, wanted: RegExp): Promise<number> => {
    for (let press = 1; press <= TABS_MOST; press += 1) {
      await page.keyboard.press('Tab');
      if (wanted.test(await focused(page))) return press;
    }
    return assert.fail(`${String(wanted)} is not reached within ${TABS_MOST} presses`);
  };
  /** To the page: by its keys, which lead past the rail, or by its address and the link that skips it. */
  const arrive = async (query = ''): Promise<Page> => {
    const page = await site.open(query === '' ? '/console/' : `/console/planner${query}`);
    if (query === '') {
      await page.keyboard.press('g');
      await page.keyboard.press('w');
      await page.waitForURL(/\/console\/planner/);
      await settled(page);
      return page;
    }
    await settled(page);
    await page.keyboard.press('Tab');
    assert.match(await focused(page), /skip/i);
    await page.keyboard.press('Enter');
    return page;
  };
  const answerTo = async (page: Page, asks: string): Promise<string> =>
    ((await page.locator('.plan-asked div').filter({ hasText: asks }).locator('dd').textContent()) ?? '').replaceAll(
      '\u00a0',
      ' ',
    );
  /** The answer to what was changed, all draws of it: what is told as changed comes from the answer. */
  const changedTo = async (page: Page, words: string): Promise<void> => {
    await page.getByRole('group', { name: 'What you changed' }).locator('strong', { hasText: words }).first().waitFor();
    await settled(page);
  };
  /** In a list that has the focus. */
  const choose = async (page: Page, starts: string): Promise<void> => {
    await page.keyboard.type(starts);
    await page.keyboard.press('Enter');
  };

  test('one gigawatt: the chips stand there; what they hang on, a formula and its sources are a few presses away', async () => {
    const page = await arrive();
    assert.match(
      await answerTo(page, 'How many chips is that?'),
      /; \d+ k chips \(\d+ k to \d+ k\) if all of it is GB300 NVL72/,
    );
    await tabTo(page, /^What does the count hang on\?/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/about=chips/);
    await settled(page);
    const decides = page.getByRole('region', { name: 'What decides it' });
    assert.equal(await decides.evaluate((section) => section === document.activeElement), true);
    assert.match((await decides.getByRole('listitem').first().textContent()) ?? '', /k\schips at/);

    await page.locator('#content').focus();
    await tabTo(page, /^How chips is computed/);
    await page.keyboard.press('Enter');
    const why = page.getByRole('dialog', { name: 'How chips is computed' });
    await why.waitFor();
    const text = (await why.textContent()) ?? '';
    for (const part of [
      /racks × chips of a rack/,
      /PUE that the site is sized on/,
      /\d{4}-\d\d, (low|medium|high) confidence/,
      /PUE.*power of the whole site ÷ power of its IT/,
    ])
      assert.match(text, part);
    await page.keyboard.press('Escape');
    await why.waitFor({ state: 'hidden' });
    assert.match(await focused(page), /^How chips is computed/);
    await page.context().close();
  });

  test('which power: the question leads to the choice, and the count follows it', async () => {
    const page = await arrive();
    const before = await answerTo(page, 'How many chips is that?');
    await tabTo(page, /^Which power do they mean\?/);
    await page.keyboard.press('Enter');
    assert.match(await focused(page), /^Which power is meant/);
    await choose(page, 'crit');
    await changedTo(page, 'critical IT');
    assert.notEqual(await answerTo(page, 'How many chips is that?'), before);
    const changed = page.getByRole('group', { name: 'What you changed' });
    assert.match((await changed.textContent()) ?? '', /critical IT.*written: facility power/);
    await page.locator('#content').focus();
    await tabTo(page, /^Compare with as written/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/vs=written/);
    await settled(page);
    const differ = page.getByRole('table', { name: 'In what they differ' });
    assert.match((await differ.textContent()) ?? '', /Which power is meant.*critical IT.*facility power/);
    await page.context().close();
  });

  test('a fair price: the plan is chosen, the price they ask is entered, and margin and doubt follow', async () => {
    const page = await arrive();
    await tabTo(page, /^plan/);
    await choose(page, 'Fair');
    await page.waitForURL(/run=own-or-buy/);
    await settled(page);
    const before = await answerTo(page, 'What margin do they make');
    assert.match(before, /^[\d.]+ % \([\d.]+ % to [\d.]+ %\)\. It hangs most on .*, of low confidence\./);
    await tabTo(page, /^Is the price fair\?/);
    await page.keyboard.press('Enter');
    assert.match(await focused(page), /^The seller's price of output tokens, likely/);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('0.6');
    await page.keyboard.press('Enter');
    await changedTo(page, '$0.6/Mtok');
    assert.notEqual(await answerTo(page, 'What margin do they make'), before);
    assert.match(await answerTo(page, 'From which demand on'), /own chips from/);
    await page.context().close();
  });

  test('Vera Rubin beside GB300: all racks at once, kept, and the other beside it', async () => {
    const page = await arrive('?run=one-gigawatt');
    await tabTo(page, /^Which power do they mean\?/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^Racks of all/);
    await choose(page, 'GB300');
    await changedTo(page, 'GB300 NVL72');
    await page.locator('#content').focus();
    await tabTo(page, /^Keep this to compare/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/vs=kept/);
    await page.getByText('Nothing differs between the two yet').waitFor();
    await tabTo(page, /^Racks of all/);
    await choose(page, 'Vera');
    await changedTo(page, 'Vera Rubin NVL72');
    const differ = await page.getByRole('table', { name: 'In what they differ' }).getByRole('row').allTextContents();
    assert.match(differ[1] ?? '', /^Racks of first.*Vera Rubin NVL72.*GB300 NVL72/);
    const row = page
      .getByRole('table', { name: 'Figures of the plan' })
      .getByRole('row')
      .filter({ hasText: /^Chips \?/ });
    const [, first = '', second = '', between = ''] = await row.getByRole('cell').allTextContents();
    const number = (text: string): number => Number(/\d+/.exec(text)?.[0]);
    assert.ok(number(first) < number(second), `${first} and ${second}`);
    assert.match(between, /^\+\d+/);
    await page.context().close();
    const sent = await site.open(`/console/planner${new URL(page.url()).search}`);
    await settled(sent);
    assert.equal(await sent.getByRole('heading', { level: 2, name: 'Beside it: itself as it was kept' }).count(), 1);
    await sent.context().close();
  });
});
