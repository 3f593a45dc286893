// The page Planner in a real Chromium, over runs of the planner itself: few draws at once and the whole in their place, assumptions moved
// by the keyboard, a field that refuses, racks chosen, two plans side by side, and a file of one's own.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { PLAN_NAMES } from '@weighbridge/protocol';
import { findings, soundPage } from '../support/axe.ts';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';
import { makeLog } from '../support/journal.ts';
import { openSampleApi, type SampleApi } from '../support/sample-api.ts';
import { NOW } from '../support/sample-organisation.ts';
import { planText } from '../support/sample-plans.ts';

const RUN = '/control/v1/plans/run';
/** A target reaches this far past what is drawn of it. */
const AROUND = 4;

describe('the page Planner', { skip: missingBrowser() }, () => {
  const endings: (() => unknown)[] = [];
  let site: Site;
  let api: SampleApi;
  /** Whole runs are answered once it is resolved; what it resolves with is answered instead. */
  let hold: Promise<Response | null> = Promise.resolve(null);

  before(async () => {
    const log = makeLog({ after: (ending) => void endings.push(ending as () => unknown) });
    api = await openSampleApi(log, 20);
    site = await openSite('index.html', {
      now: NOW,
      extra: async (path, body, method) => {
        const instead = path === RUN && body.includes('"draws":4000') ? await hold : null;
        return instead ?? api.answer(path, body, method);
      },
    });
  });
  after(async () => {
    await site.close();
    for (const ending of endings) await ending();
  });

  const settled = async (page: Page): Promise<void> => {
    await page.locator('.planner[aria-busy=false]').waitFor();
    await page.getByRole('status').filter({ hasText: '4,000 draws, seed' }).waitFor();
  };
  const figure = async (page: Page, title: string): Promise<string> =>
    (await page.getByRole('row').filter({ hasText: title }).first().textContent()) ?? '';
  /** Tables that are wider than the room they have: they would lie over what stands beside them. */
  const overflowing = (page: Page): Promise<(string | null)[]> =>
    page.evaluate(
      (around) =>
        [...document.querySelectorAll('.planner .plain')]
          .filter((box) => box.scrollWidth > box.clientWidth + around)
          .map((box) => box.querySelector('table')!.getAttribute('aria-label')),
      AROUND,
    );
  const heading = async (page: Page): Promise<string> =>
    (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';

  const compared = '?run=own-or-buy&vs=written&set=utilisation:0.5,0.6,0.7&pick=grid:france';
  const kept = '?vs=kept&vpick=power.of:critical_it&pick=tranches.first.rack:vera-rubin-nvl72';
  for (const query of [...PLAN_NAMES.map((name) => `?run=${name}`), compared, kept]) {
    for (const width of [1440, 320]) {
      test(`"${query}" at ${width} px: axe finds nothing serious, nothing is wider than the screen, simulated is said`, async () => {
        const page = await soundPage(site, { path: `/console/planner${query}`, width, ready: settled });
        assert.deepEqual(await overflowing(page), []);
        assert.match((await page.locator('.planner-status').textContent()) ?? '', /^simulated/);
        await page.context().close();
      });
    }
  }

  test('few draws are shown at once, and all of them in their place', async () => {
    const held = Promise.withResolvers<null>();
    hold = held.promise;
    // From another page: opening one waits until nothing is asked any more.
    const page = await site.open('/console/calls');
    await page.evaluate(() => {
      history.pushState(null, '', '/console/planner?seed=2');
      dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.getByRole('status').filter({ hasText: '500 of 4,000 draws so far' }).waitFor();
    const count = await page.locator('.planner :is(h1, h2, h3, tr)').count();
    held.resolve(null);
    await settled(page);
    assert.equal(await page.locator('.planner :is(h1, h2, h3, tr)').count(), count);
    await page.context().close();
  });

  test('the keyboard alone: to the page, a slider moved, a field that refuses, racks chosen, and back', async () => {
    const page = await site.open('/console/');
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.waitForURL(/\/console\/planner/);
    await settled(page);
    assert.match(await heading(page), /^Up to 1 GW of facility power comes to/);
    const written = await figure(page, 'Levelised cost of an hour that a chip can be used');
    await page.getByRole('slider', { name: 'Price of power, likely value' }).focus();
    for (let press = 0; press < 5; press += 1) await page.keyboard.press('ArrowRight');
    await page.waitForURL(/set=power_price/);
    await settled(page);
    const moved = await figure(page, 'Levelised cost of an hour that a chip can be used');
    assert.notEqual(moved, written);
    const field = page.getByRole('textbox', { name: 'PUE that the site is sized on, low' });
    await field.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('0.5');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('write 1 or more').waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    assert.doesNotMatch(page.url(), /pue:0/);
    await field.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1.05');
    await page.keyboard.press('Enter');
    await page.waitForURL(/pue:1\.05/);
    await settled(page);
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.getByRole('combobox', { name: 'Racks of first' }).selectOption('gb200-nvl72');
    await page.waitForURL(/pick=tranches\.first\.rack:gb200-nvl72/);
    await settled(page);
    const address = page.url();
    const chosen = await heading(page);
    const again = await site.open(address.slice(site.origin.length));
    await settled(again);
    assert.equal(await heading(again), chosen);
    await again.context().close();
    await page.goBack();
    await settled(page);
    assert.notEqual(await heading(page), chosen);
    await page.getByRole('button', { name: 'As written', exact: true }).focus();
    await page.keyboard.press('Enter');
    await settled(page);
    assert.doesNotMatch(page.url(), /set=|pick=/);
    assert.equal(await figure(page, 'Levelised cost of an hour that a chip can be used'), written);
    await page.context().close();
  });

  test('every figure opens its formula and the sources of what it hangs on', async () => {
    const page = await site.open('/console/planner?run=own-or-buy');
    await settled(page);
    const row = page.getByRole('row').filter({ hasText: 'Cost of a million output tokens' });
    await row.getByRole('button').click();
    const why = page.getByRole('dialog', { name: 'How cost of a million output' });
    await why.getByText('hour of useful work ÷ (throughput × 3,600) × 1,000,000').waitFor();
    assert.match((await why.textContent()) ?? '', /MLPerf v6\.0.*low confidence/s);
    await page.context().close();
  });

  test('what to reserve, by the keyboard alone: growth moved, one term allowed, a number of tokens set, every figure explained', async () => {
    const page = await site.open('/console/planner?run=reserve-or-on-demand', {
      viewport: { width: 320, height: 900 },
    });
    await settled(page);
    assert.match(await heading(page), /^Buy 48 GSU for 12 months now: 12 months cost \$/);
    const written = await figure(page, 'Cost of the mix over 12 months');
    await page.getByRole('slider', { name: 'Growth of chat a month, likely value' }).focus();
    for (let press = 0; press < 8; press += 1) await page.keyboard.press('ArrowRight');
    await page.waitForURL(/set=chat\.growth/);
    await settled(page);
    assert.notEqual(await figure(page, 'Cost of the mix over 12 months'), written);
    const field = page.getByRole('textbox', { name: 'Output tokens of a request of chat, the median, low' });
    const answer = page.getByRole('textbox', { name: /^Output tokens of a request of chat, the median/ });
    await ((await field.count()) > 0 ? field : answer).first().focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('0');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/write 1/)
      .first()
      .waitFor();
    await page.getByRole('combobox', { name: 'Terms that may be bought' }).selectOption('month');
    await page.waitForURL(/pick=terms:month/);
    await settled(page);
    assert.match(await heading(page), /^Buy no GSU now/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.deepEqual(await overflowing(page), []);
    const row = page.getByRole('row').filter({ hasText: 'Use above which a GSU of offer month pays' });
    await row.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('price of a unit an hour ÷').waitFor();
    await page.context().close();
  });

  test('what decides another figure can be asked; the chart is a table as well', async () => {
    const page = await site.open('/console/planner');
    await settled(page);
    const decides = page.getByRole('region', { name: 'What decides it' });
    const first = await decides.getByRole('listitem').first().textContent();
    await decides.getByRole('combobox').selectOption('energy');
    await page.waitForURL(/about=energy/);
    await settled(page);
    assert.notEqual(await decides.getByRole('listitem').first().textContent(), first);
    const chart = page.locator('figure', { hasText: 'Chips that serve, month by month' });
    await chart.getByRole('button', { name: 'Show as table' }).click();
    assert.match((await chart.getByRole('region').textContent()) ?? '', /2032-12.*chips/s);
    await page.context().close();
  });

  test('side by side with itself as written: both figures and what lies between them', async () => {
    const page = await site.open('/console/planner?run=own-or-buy');
    await settled(page);
    await page.getByRole('combobox', { name: 'Rack', exact: true }).selectOption('gb200-nvl72');
    await page.waitForURL(/pick=rack:gb200-nvl72/);
    await page.getByRole('combobox', { name: 'side by side with' }).selectOption('written');
    await page.waitForURL(/vs=written/);
    await settled(page);
    const cells = await page
      .getByRole('row')
      .filter({ hasText: 'An hour of the clock, used or not' })
      .getByRole('cell')
      .allTextContents();
    for (const text of cells.slice(1)) assert.match(text, /^[+−]?\$/);
    const differ = page.getByRole('table', { name: 'In what they differ' }).getByRole('row');
    assert.match((await differ.nth(1).textContent()) ?? '', /^Rack.*GB200.*GB300/);
    assert.equal(cells.length, 4);
    await page.getByText('plan run own-or-buy --choose rack=gb200-nvl72').first().waitFor();
    await page.getByRole('combobox', { name: 'side by side with' }).selectOption('one-gigawatt');
    await page.getByText('They are of different kinds').waitFor();
    await page.context().close();
  });

  test('a run that is refused leaves the first picture, says why, and can be asked for again', async () => {
    const error = { code: 'OVERLOADED', message: '8 runs wait already', next: 'ask again', request_id: 'r1' };
    hold = Promise.resolve(Response.json({ error }, { status: 503 }));
    const page = await site.open('/console/planner?seed=3', {}, [/Failed to load resource/]);
    await page.getByRole('alert').getByText('8 runs wait already').waitFor();
    assert.match(await heading(page), /GW/);
    hold = Promise.resolve(null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await settled(page);
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.context().close();
  });

  test('an address with what is no assumption says so, and the way back is there', async () => {
    const page = await site.open('/console/planner?set=nothing:1', {}, [/Failed to load resource/]);
    const said = page.getByRole('alert').getByText('no assumption "nothing"').first();
    await said.waitFor();
    assert.match((await said.textContent()) ?? '', /nothing/);
    await page.context().close();
  });

  test('a file of ones own is read, run and set beside another; one with a fault is told line by line; the file stays in its tab', async () => {
    const page = await site.open('/console/planner', { viewport: { width: 1440, height: 900 } });
    await settled(page);
    const drop = page.getByLabel(/^Drop the file of a plan here/);
    const put = async (name: string, text: string): Promise<void> => {
      await drop.setInputFiles({ name, mimeType: 'text/yaml', buffer: Buffer.from(text) });
    };
    await page.getByText('A plan of your own', { exact: true }).click();
    await put('broken.yaml', planText('own-or-buy').replace('rack: gb300-nvl72', 'rack: gb300-nvl27'));
    await page.getByText('broken.yaml is not run: one thing is to be mended.').waitFor();
    const [fault] = await page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem').allTextContents();
    assert.match(fault ?? '', /^line \d+ .*gb300-nvl27.*gb300-nvl72/);
    assert.deepEqual(await findings(page), []);
    assert.doesNotMatch(page.url(), /run=own/);
    await put('mine.yaml', planText('own-or-buy').replace('grid: us', 'grid: france'));
    await page.waitForURL(/run=own/);
    await settled(page);
    await page.getByText('plan run mine.yaml').first().waitFor({ state: 'attached' });
    await page.getByRole('combobox', { name: 'side by side with' }).selectOption('own-or-buy');
    await settled(page);
    assert.match(page.url(), /run=own.*vs=own-or-buy|vs=own-or-buy.*run=own/);
    await page.reload();
    await settled(page);
    await page.context().close();
    const elsewhere = await site.open('/console/planner?run=own', { viewport: { width: 320, height: 900 } });
    await elsewhere.getByText('the file is not in this tab').waitFor();
    assert.equal(await elsewhere.evaluate(() => document.documentElement.scrollWidth), 320);
    await elsewhere.context().close();
  });
});
