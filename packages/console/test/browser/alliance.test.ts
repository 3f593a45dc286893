// The page Alliance in a real Chromium, over runs of the simulator itself: a first picture of few paths, the whole in its place
// without anything moving, switches by the keyboard, two sides, and a run that is refused.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { findings, soundPage } from '../support/axe.ts';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';
import { makeLog } from '../support/journal.ts';
import { openSampleApi, type SampleApi } from '../support/sample-api.ts';
import { NOW } from '../support/sample-organisation.ts';
import { scenarioText } from '../support/sample-scenarios.ts';

const RUN = '/control/v1/scenarios/run';
const MID_SIZE = scenarioText('mid-size');
const WHOLE = /^simulated 1,000 paths, seed 1$/;

describe('the page Alliance', { skip: missingBrowser() }, () => {
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
        const instead = path === RUN && body.includes('"paths":1000') ? await hold : null;
        return instead ?? api.answer(path, body, method);
      },
    });
  });
  after(async () => {
    await site.close();
    for (const ending of endings) await ending();
  });

  const settled = async (page: Page): Promise<void> => {
    await page.locator('.alliance[aria-busy=false]').waitFor();
    await page.getByRole('status').filter({ hasText: '1,000 paths, seed' }).waitFor();
  };

  for (const query of ['', '?with=price-war,grid-delay&vs=alliance&year=2027']) {
    for (const width of [1440, 320]) {
      test(`"${query}" at ${width} px: axe finds nothing serious, nothing is wider than the screen, simulated is said`, async () => {
        const page = await soundPage(site, { path: `/console/alliance${query}`, width, ready: settled });
        const sections = page.locator('.alliance-section > h2');
        assert.equal(await sections.filter({ hasText: 'simulated' }).count(), await sections.count());
        await page.context().close();
      });
    }
  }

  test('few paths are shown at once, and all of them in their place without anything moving', async () => {
    for (const width of [1440, 320]) {
      const held = Promise.withResolvers<null>();
      hold = held.promise;
      const page = await site.open('/console/calls', { viewport: { width, height: 900 } });
      await page.evaluate(() => {
        history.pushState(null, '', '/console/alliance?with=grid-delay');
        dispatchEvent(new PopStateEvent('popstate'));
      });
      await page.getByRole('status').filter({ hasText: '100 of 1,000 paths so far' }).waitFor();
      const places = () =>
        page.evaluate(() =>
          [...document.querySelectorAll('.alliance :is(h1, h2, h3, .bands-plot, .plain, .flow)')].map((element) => {
            const { top, height } = element.getBoundingClientRect();
            return [element.textContent?.slice(0, 20), Math.round(top + scrollY), Math.round(height)];
          }),
        );
      const before = (await places()).map(([, ...place]) => place);
      assert.ok(before.length > 20);
      held.resolve(null);
      await settled(page);
      assert.deepEqual(
        (await places()).map(([, ...place]) => place),
        before,
        `at ${width} px`,
      );
      assert.match(((await page.locator('.alliance-status').textContent()) ?? '').trim(), WHOLE);
      await page.context().close();
    }
  });

  test('the keyboard alone: to the page, a switch thrown, why it moves what it moves, a month read, and back', async () => {
    const page = await site.open('/console/');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL(/\/console\/alliance/);
    await settled(page);
    const headline = await page.getByRole('heading', { level: 1 }).textContent();
    assert.match(headline ?? '', /^In [\d.]+\s% of the simulated paths one gigawatt is energised by December 2029/);
    await page.getByRole('checkbox', { name: 'Grid delay' }).focus();
    await page.keyboard.press('Space');
    await page.waitForURL(/with=grid-delay/);
    await settled(page);
    assert.match(
      (await page.getByRole('heading', { level: 1 }).textContent()) ?? '',
      /^In none of the simulated paths/,
    );
    const why = page.getByRole('table', { name: 'Grid delay: what theory says, and what came' });
    assert.match(
      (await why.getByRole('row').nth(1).textContent()) ?? '',
      /^Energisedfallsa site's power.*MWas claimed$/,
    );
    await page.getByRole('slider', { name: /How much is energised/ }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('PageUp');
    const heads = await page.locator('.bands-legend .legend-head').allTextContents();
    assert.deepEqual([...new Set(heads)], ['2027-01: median (tenth to ninetieth per cent)'], 'in all four charts');
    await page.goBack();
    await settled(page);
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), headline);
    await page.context().close();
  });

  test('two side by side: each has its own switches, the address holds them, and flows are a table as well', async () => {
    const page = await site.open('/console/alliance');
    await page.getByRole('combobox', { name: 'side by side with' }).selectOption('mid-size');
    await page.waitForURL(/vs=mid-size/);
    await page.getByRole('checkbox', { name: 'Price war, in the second' }).check();
    await page.waitForURL(/vs=mid-size&vswith=price-war/);
    await settled(page);
    const beside = page.getByRole('region', { name: 'Side by side' });
    assert.match((await beside.textContent()) ?? '', /1st: alliance as written\. 2nd: mid-size with: price war\./);
    assert.equal(await beside.getByRole('row').count(), 20);
    await page.getByRole('group', { name: 'Year' }).getByRole('button', { name: '2026' }).click();
    await page.waitForURL(/year=2026/);
    const flows = page.locator('figure', { hasText: 'Who pays whom in 2026? 1st' });
    await flows.getByRole('button', { name: 'Show as table' }).click();
    const table = flows.getByRole('region');
    assert.match((await table.textContent()) ?? '', /NVIDIA → Anthropic, investment/);
    const address = page.url();
    const again = await site.open(address.slice(site.origin.length));
    await settled(again);
    const head = (one: Page) => one.getByRole('heading', { level: 1 }).textContent();
    assert.equal(await head(again), await head(page));
    await again.context().close();
    await page.context().close();
  });

  test('a run that is refused leaves the first picture, says why, and can be asked for again', async () => {
    const error = { code: 'OVERLOADED', message: '8 runs wait already', next: 'ask again', request_id: 'r1' };
    hold = Promise.resolve(Response.json({ error }, { status: 503 }));
    const page = await site.open('/console/alliance?with=energy-shock', {}, [/Failed to load resource/]);
    await page.getByRole('alert').getByText('8 runs wait already').waitFor();
    assert.match((await page.getByRole('heading', { level: 1 }).textContent()) ?? '', /simulated paths/);
    hold = Promise.resolve(null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await settled(page);
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.context().close();
  });

  test('a file of ones own is read, run and set beside another; one with a fault is told line by line; the file stays in its tab', async () => {
    const page = await site.open('/console/alliance', { viewport: { width: 1440, height: 900 } });
    await settled(page);
    const drop = page.getByLabel(/^Drop the file of a scenario here/);
    const put = async (name: string, text: string): Promise<void> => {
      await drop.setInputFiles({ name, mimeType: 'text/yaml', buffer: Buffer.from(text) });
    };
    await page.getByText('A scenario of your own', { exact: true }).click();
    await put('broken.yaml', MID_SIZE.replace('seller: large-cloud', 'seller: large-clowd'));
    await page.getByText('broken.yaml is not run: one thing is to be mended.').waitFor();
    const [fault] = await page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem').allTextContents();
    assert.match(
      fault ?? '',
      /^line \d+ "large-clowd" is not a cloud of this scenario\. Mend: did you mean large-cloud\?/,
    );
    assert.deepEqual(await findings(page), []);
    assert.doesNotMatch(page.url(), /run=own/);
    await put('mine.yaml', MID_SIZE);
    await page.waitForURL(/run=own/);
    await settled(page);
    await page.getByText('mine.yaml.', { exact: true }).waitFor();
    await page.getByText('deal scenario run mine.yaml').first().waitFor({ state: 'attached' });
    await page.getByLabel('side by side with').selectOption('alliance');
    await settled(page);
    assert.match(page.url(), /run=own.*vs=alliance|vs=alliance.*run=own/);
    await page.reload();
    await settled(page);
    await page.context().close();
    const elsewhere = await site.open('/console/alliance?run=own', { viewport: { width: 320, height: 900 } });
    await elsewhere.getByText('the file is not in this tab').waitFor();
    assert.equal(await elsewhere.evaluate(() => document.documentElement.scrollWidth), 320);
    await elsewhere.context().close();
  });
});
