// Every part in a real Chromium, under the console's own content security policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { soundPage } from '../support/axe.ts';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';

const URL_PATH = '/console/gallery.html';

/** The row that a focused grid names to a screen reader; null when it names none, or has no focus. */
const activeRow = (grid: Locator): Promise<number | null> =>
  grid.evaluate((element) => {
    const row = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
    return row === null || document.activeElement !== element ? null : Number(row.dataset['row']);
  });

describe('the gallery of parts', { skip: missingBrowser() }, () => {
  let site: Site;
  before(async () => {
    site = await openSite('gallery.html');
  });
  after(() => site.close());

  for (const width of [1440, 320]) {
    test(`axe finds nothing serious at ${width} px, and nothing is wider than the screen`, async () => {
      const page = await soundPage(site, { path: URL_PATH, width });
      assert.equal(await page.locator('main').count(), 1);
      await page.context().close();
    });
  }

  test('both typefaces are served from here and used', async () => {
    const page = await site.open(URL_PATH);
    const loaded = await page.evaluate(() =>
      [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family.replaceAll('"', '')),
    );
    assert.deepEqual([...new Set(loaded)].toSorted(), ['Inter', 'JetBrains Mono']);
    const small = await page.evaluate(
      () =>
        [...document.querySelectorAll('body *')].filter(
          (element) => element.childNodes.length > 0 && Number.parseFloat(getComputedStyle(element).fontSize) < 11.9,
        ).length,
    );
    assert.equal(small, 0, 'no text is below 12 px, mono apart, which is drawn larger');
    await page.context().close();
  });

  test('the keyboard alone: skip link first, then pages; keys go, find and help, and the focus comes back', async () => {
    const page = await site.open(URL_PATH);
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to content');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Weighbridge');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Overview');
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('link', { name: 'Calls', exact: true }).and(page.locator('[aria-current=page]')).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('jour');
    await page.keyboard.press('Enter');
    await page.locator('[aria-current=page]', { hasText: 'Journal' }).waitFor();
    assert.match(page.url(), /page=\/journal/);
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => (document.activeElement as HTMLInputElement).dataset['filter']), 'true');
    await page.context().close();
  });

  test('an id typed into the palette opens the call', async () => {
    const page = await site.open(URL_PATH);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('01kb3v8y2qh9n6w4t0xzj5rcem');
    await page.getByRole('option', { name: /Open call 01KB3V8Y2QH9N6W4T0XZJ5RCEM/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/page=\/calls\/01KB3V8Y2QH9N6W4T0XZJ5RCEM/);
    assert.ok(true, 'the address is that of the call');
    await page.context().close();
  });

  test('the rail is a sheet on a phone, and closes behind whoever goes somewhere', async () => {
    const page = await site.open(URL_PATH, { viewport: { width: 320, height: 640 } });
    await page.getByRole('button', { name: 'Open the menu' }).click();
    const sheet = page.getByRole('dialog', { name: 'Menu' });
    await sheet.getByRole('link', { name: 'Spend', exact: true }).click();
    await sheet.waitFor({ state: 'hidden' });
    assert.match(page.url(), /page=\/spend/);
    await page.context().close();
  });

  test('the time range is typed, understood while one types, and applied', async () => {
    const page = await site.open(URL_PATH);
    await page.keyboard.press('t');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('soon');
    await page.getByText('"soon" is not a time range.').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('2026-11-01..2026-11-15');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.bar .time-button').textContent(), '1 Nov 2026 – 15 Nov 2026');
    await page.context().close();
  });

  test('the filter completes by keys, applies on Enter, and loses a term by its cross', async () => {
    const page = await site.open(URL_PATH);
    const field = page.getByRole('combobox', { name: 'Filter calls' });
    await field.fill('');
    await field.pressSequentially('out');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await field.inputValue(), 'outcome:');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await field.inputValue(), 'outcome:error ');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    const tags = await page.locator('[data-row] .tag').allTextContents();
    assert.ok(tags.length > 5 && tags.every((text) => text === 'error'));
    await page.getByRole('button', { name: 'Remove outcome:error' }).click();
    assert.equal(await field.inputValue(), '');
    await field.fill('colour:red');
    await page.keyboard.press('Escape');
    await page.getByText(/There is no key "colour"/).waitFor();
    await page.context().close();
  });

  test('a table sorts by its heads, is walked by arrows, opens beside itself and gives the focus back', async () => {
    const page = await site.open(URL_PATH);
    const table = page.getByRole('grid', { name: 'Calls' });
    await table.getByRole('columnheader', { name: /Cost/ }).getByRole('button').click();
    assert.equal(await table.getByRole('columnheader', { name: /Cost/ }).getAttribute('aria-sort'), 'descending');
    await table.focus();
    assert.equal(await activeRow(table), 0);
    // One key right after the other, wherever the rows are: the grid keeps the focus, so none of them is lost.
    for (const key of ['End', 'Home', 'PageDown', 'End', 'ArrowUp', 'Home', 'ArrowDown', 'ArrowDown', 'ArrowUp'])
      await page.keyboard.press(key);
    await table.locator('[data-row="1"][data-active]').waitFor();
    assert.equal(await activeRow(table), 1);
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary');
    await panel.waitFor();
    assert.equal(await table.locator('[data-row="1"]').getAttribute('aria-selected'), 'true');
    await page.locator('h2:focus').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await page.locator('table:focus').waitFor();
    assert.equal(await activeRow(table), 1);
    await page.context().close();
  });

  test('an export holds the shown columns, and no text that a spreadsheet would run', async () => {
    const page = await site.open(URL_PATH);
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).first().click(),
    ]);
    assert.equal(download.suggestedFilename(), 'calls.csv');
    const csv = readFileSync(await download.path(), 'utf8').split('\r\n');
    assert.equal(csv[0], 'Time (UTC),Team,Model,Region,Outcome,Tokens,TTFT,Cost (USD),Call');
    assert.equal(csv.length, 2_002);
    assert.ok(csv.some((line) => line.includes(`"'=HYPERLINK(""http://x"")"`)));
    await page.context().close();
  });

  test('a million rows are a few dozen elements, and the last is one key away', async () => {
    const page = await site.open(`${URL_PATH}?only=million`);
    const table = page.getByRole('grid', { name: 'Million' });
    await table.focus();
    for (const _ of [1, 2]) {
      await page.keyboard.press('End');
      await table.locator('[data-row="999999"][data-active]').waitFor();
      assert.equal(await activeRow(table), 999_999);
      await page.keyboard.press('Home');
      await table.locator('[data-row="0"][data-active]').waitFor();
      assert.equal(await activeRow(table), 0);
    }
    await page.keyboard.press('End');
    await table.locator('[data-row="999999"][data-active]').waitFor();
    assert.match((await table.locator('[data-row="999999"]').textContent()) ?? '', /^999,999/);
    const hidden = await table.evaluate((grid) => {
      const [view, row] = [grid.parentElement, grid.querySelector('[data-row="999999"]')].map((element) =>
        element?.getBoundingClientRect(),
      );
      return (row?.bottom ?? 0) - (view?.bottom ?? 0);
    });
    assert.ok(hidden <= 1, 'the last row is wholly in view');
    assert.ok((await table.locator('[data-row]').count()) < 60);
    assert.equal(await table.getAttribute('aria-rowcount'), '1000001');
    await page.context().close();
  });

  test('a chart is walked by arrows, read aloud, shown as a table, and filters by its legend', async () => {
    const page = await site.open(URL_PATH);
    const chart = page.locator('figure', { hasText: 'Spend doubled on 15 November' });
    const slider = chart.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const spoken = (await slider.getAttribute('aria-valuetext')) ?? '';
    assert.match(spoken, /^2026-11-21: all \$[\d,.]+, search \$[\d.]+/);
    assert.match((await chart.locator('.legend-head').textContent()) ?? '', /^2026-11-21\$/);
    await chart.getByRole('button', { name: 'Show as table' }).click();
    const cells = await chart.locator('tbody tr').nth(28).locator('th, td').allTextContents();
    for (const text of cells.slice(1)) assert.ok(spoken.includes(text), `${text} in ${spoken}`);
    await chart.getByRole('button', { name: 'Show as chart' }).click();
    await chart.getByRole('button', { name: /^coding/ }).click();
    assert.equal(await page.locator('.gallery-picked').textContent(), '{"series":"coding","bucket":null}');
    const box = await chart.locator('.u-over').boundingBox();
    assert.ok(box !== null);
    await page.mouse.click(box.x + box.width * 0.76, box.y + box.height - 8);
    assert.match(
      (await page.locator('.gallery-picked').textContent()) ?? '',
      /^\{"series":"search","bucket":\{"from":\d+,"until":\d+\}\}$/,
    );
    await page.context().close();
  });

  test('what a grade of evidence means is there on focus, and goes by Escape', async () => {
    const page = await site.open(URL_PATH);
    const grade = page.getByRole('button', { name: 'grade 0', exact: false }).first();
    await grade.focus();
    const hint = page.getByRole('tooltip').filter({ hasText: "Grade 0: seller's claim." }).first();
    await hint.waitFor();
    await page.keyboard.press('Escape');
    await hint.waitFor({ state: 'hidden' });
    assert.equal(
      await grade.evaluate((element) =>
        document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent?.startsWith('Grade 0'),
      ),
      true,
    );
    await page.context().close();
  });

  test('the chosen colours stay chosen', async () => {
    const page = await site.open(URL_PATH);
    await page.getByText('Dark', { exact: true }).click();
    assert.equal(await page.evaluate(() => document.documentElement.dataset['theme']), 'dark');
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset['theme']), 'dark');
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
    await page.context().close();
  });

  test('whatever is not live is marked simulated, and a lag is said', async () => {
    const page = await site.open(`${URL_PATH}?log=lab&lag=95000`);
    assert.match((await page.locator('.environment').first().textContent()) ?? '', /Lab\s+simulated/);
    assert.match((await page.locator('.bar-freshness').first().textContent()) ?? '', /1.min 35.s behind/);
    await page.context().close();
    const live = await site.open(`${URL_PATH}?log=live`);
    assert.equal(await live.locator('.strip').count(), 0);
    await live.context().close();
  });

  test('fields have a name, what they are for and what is wrong with them; a file is chosen by the keyboard', async () => {
    const page = await site.open(URL_PATH);
    const forms = page.locator('#forms');
    const refused = forms.getByLabel('Shown by, refused');
    assert.equal(await refused.getAttribute('aria-invalid'), 'true');
    const described = await refused.evaluate((element) =>
      (element.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? 'nothing')
        .join(''),
    );
    assert.equal(described, 'Name what shows it: a ticket, a receipt, a document.');
    await forms.getByLabel('Shown by', { exact: true }).fill('OPS-18');
    assert.equal(await refused.inputValue(), 'OPS-18');
    await forms.getByLabel('What it is', { exact: true }).selectOption('receipt');
    await forms.getByLabel('Serious').check();
    await forms
      .getByLabel(/^Drop a file here/)
      .setInputFiles({ name: 'mine.yaml', mimeType: 'text/yaml', buffer: Buffer.from('version: 1') });
    await forms.getByText('mine.yaml').first().waitFor();
    assert.equal(await forms.getByRole('list', { name: 'What is wrong' }).getByRole('listitem').count(), 2);
    await page.context().close();
  });
});
