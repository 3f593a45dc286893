// The page Brief in a real Chromium: on paper one page of A4 without the frame, by the keyboard, and a file behind each button.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { soundPage } from '../support/axe.ts';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';
import { makeLog } from '../support/journal.ts';
import { openSampleApi } from '../support/sample-api.ts';
import { NOW } from '../support/sample-organisation.ts';

describe('the brief', { skip: missingBrowser() }, () => {
  const endings: (() => unknown)[] = [];
  const prepared: string[] = [];
  let site: Site;
  before(async () => {
    const log = makeLog({ after: (ending) => void endings.push(ending as () => unknown) });
    const api = await openSampleApi(log, 5);
    site = await openSite('index.html', {
      now: NOW,
      extra: (path, body, method) => {
        if (path.endsWith('/exports') && method === 'POST') {
          prepared.push(body);
          return Response.json({ path: '/console/brief', file: 'weighbridge-brief.pdf', expires: NOW + 60_000 });
        }
        return api.answer(path, body, method);
      },
    });
  });
  after(async () => {
    await site.close();
    for (const ending of endings) await ending();
  });

  for (const width of [1440, 320]) {
    test(`at ${width} px: axe finds nothing serious, nothing is wider than the screen, simulated is said`, async () => {
      const page = await soundPage(site, {
        path: '/console/brief',
        width,
        ready: (shown) => shown.getByRole('heading', { name: /6 decisions are due/ }).waitFor(),
      });
      assert.equal(await page.locator('.brief .tag').textContent(), 'simulated');
      await page.context().close();
    });
  }

  test('prints on one page of A4: the sheet without the frame, none of it cut off', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await site.open('/console/brief', { colorScheme });
      await page.getByRole('heading', { name: 'Decisions due next' }).waitFor();
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      assert.equal((pdf.match(/\/Type\s*\/Page(?![a-z])/gi) ?? []).length, 1);
      assert.match(pdf, /\/MediaBox \[0 0 59[45](?:\.\d+)? 84[12](?:\.\d+)?\]/);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false);
      assert.equal(await page.getByRole('navigation').first().isVisible(), false);
      const { over, room, ground } = await page.evaluate(() => {
        const sheet = document.querySelector('.brief');
        const foot = document.querySelector('.brief-foot');
        const last = [...document.querySelectorAll('.brief-section')].at(-1);
        if (sheet === null || foot === null || last === undefined) throw new Error('the sheet is not there');
        return {
          over: sheet.scrollHeight - sheet.clientHeight,
          room: foot.getBoundingClientRect().top - last.getBoundingClientRect().bottom,
          ground: getComputedStyle(document.body).backgroundColor,
        };
      });
      assert.ok(over <= 0 && room >= 0, `over ${over}, room ${room}`);
      assert.equal(ground, 'rgb(255, 255, 255)');
      await page.context().close();
    }
  });

  test('by the keyboard: a day into the address, and back to now', async () => {
    const page = await site.open('/console/brief');
    await page.getByRole('heading', { name: /6 decisions are due/ }).waitFor();
    await page.getByLabel('As it is at the end of').fill('2027-11-15');
    await page.waitForURL(/at=2027-11-15/);
    await page.getByText('as of 2027-11-15 23:59 UTC').first().waitFor();
    const now = page.getByRole('button', { name: 'Back to now' });
    await now.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.search.includes('at='));
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.waitForURL(/\/console\/?(\?|$)/);
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.waitForURL(/\/console\/brief/);
    assert.ok(await page.getByRole('heading', { name: 'Decisions due next' }).isVisible());
    await page.context().close();
  });

  test('the buttons prepare the file of what is shown, and a figure leads to its page', async () => {
    const page = await site.open('/console/brief?at=2027-11-15');
    await page.getByRole('heading', { name: 'Decisions due next' }).waitFor();
    for (const name of ['PDF', 'HTML']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.waitForURL(/\/console\/brief$/);
      await page.goto(`${site.origin}/console/brief?at=2027-11-15`);
      await page.getByRole('heading', { name: 'Decisions due next' }).waitFor();
    }
    assert.deepEqual(prepared, [
      '{"of":"brief","format":"pdf","at":"2027-11-15"}',
      '{"of":"brief","format":"html","at":"2027-11-15"}',
    ]);
    const figure = page.getByRole('table', { name: 'Concentration of spend' }).getByRole('link').first();
    assert.match((await figure.getAttribute('href')) ?? '', /\/console\/spend/);
    await figure.click();
    await page.waitForURL(/\/console\/spend/);
    await page.context().close();
  });
});
