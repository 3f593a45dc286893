// The page Planner with a plan for serving, in a real Chromium over runs of the planner itself: the answer says in what it extrapolates, the
// first token is simulated, a limit is moved and the split given by the keyboard, and a screen of 320 px holds all of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { soundPage } from '../support/axe.ts';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';
import { makeLog } from '../support/journal.ts';
import { openSampleApi } from '../support/sample-api.ts';
import { NOW } from '../support/sample-organisation.ts';

const SERVING = '/console/planner?run=serve-open-model';

describe('the page Planner with a plan for serving', { skip: missingBrowser() }, () => {
  const endings: (() => unknown)[] = [];
  let site: Site;

  before(async () => {
    const log = makeLog({ after: (ending) => void endings.push(ending as () => unknown) });
    const api = await openSampleApi(log, 20);
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
  const heading = async (page: Page): Promise<string> =>
    (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  const tableText = async (page: Page, title: RegExp): Promise<string> =>
    (await page.getByRole('table', { name: title }).textContent()) ?? '';

  for (const width of [1440, 320])
    test(`at ${width} px: the answer says what was not measured, simulated is said, axe finds nothing serious, nothing is wider`, async () => {
      const page = await soundPage(site, { path: SERVING, width, ready: settled });
      assert.match(
        await heading(page),
        /^50 calls a second of DeepSeek-R1, on average, take .* chips of GB200 NVL72 at their peak/,
      );
      assert.match(await heading(page), /\(simulated\).*Extrapolated: not measured were .*chip \(gb200\)/);
      await page.getByText('Not all of it. Extrapolated: of calls in flight').waitFor();
      await page.context().close();
    });

  test('the first token stands simulated beside its closed form, three ways of the front are looked at, steps and contexts stand below', async () => {
    const page = await site.open(SERVING);
    await settled(page);
    const first = await tableText(page, /Time to the first token/);
    assert.match(first, /closed form.*simulated: [\d,]+ calls, 2 of 4 copies, seed 1.*what would be measured/s);
    await page
      .getByRole('region', { name: /Ways that none other beats/ })
      .getByText('Show all 12 rows')
      .click();
    const front = await tableText(page, /Ways that none other beats/);
    assert.equal(front.split('not simulated').length - 1, 9, 'of twelve three were');
    assert.match(front, /extrapolated/);
    assert.match(await tableText(page, /step of co-design/), /FP4 for FP8.*linked chips.*attention 20 % faster/s);
    assert.match(await tableText(page, /Long contexts/), /131\sk\stokens.*\/call.*160\sk\stokens/s);
    await page.context().close();
  });

  test('the keyboard alone: fewer milliseconds for the first token cost chips, a split is given, and back', async () => {
    const page = await site.open(SERVING);
    await settled(page);
    const written = await heading(page);
    const field = page.getByRole('textbox', { name: /^The first token may take.*likely/ });
    await field.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('285');
    await page.keyboard.press('Enter');
    await page.waitForURL(/set=ttft:285/);
    await settled(page);
    const strict = await heading(page);
    assert.notEqual(strict, written);
    assert.match(strict, /comes within \d+ ms \(simulated\), (?:no )?more than the 285 ms/);
    const split = page.getByRole('combobox', { name: 'Chips that share a layer' });
    await split.focus();
    await split.selectOption('16');
    await page.waitForURL(/pick=way\.tensor:16/);
    await settled(page);
    assert.match(await tableText(page, /The way that gives the most/), /16 chips a layer/);
    await page.getByRole('button', { name: 'Undo all changes' }).focus();
    await page.keyboard.press('Enter');
    await settled(page);
    assert.equal(await heading(page), written);
    assert.doesNotMatch(page.url(), /set=|pick=/);
    await page.context().close();
  });

  test('copies that cannot carry the load are refused in words, and the way back is there', async () => {
    const page = await site.open(`${SERVING}&pick=way.copies:1`, {}, [/Failed to load resource/]);
    await page.getByRole('alert').getByText('1 copy cannot carry the peak').first().waitFor();
    assert.equal(await page.locator('.planner').count(), 1);
    await page.context().close();
  });
});
