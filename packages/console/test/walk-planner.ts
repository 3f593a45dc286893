// Walks docs/walk-planner.md over a real start in an empty folder, as a procurement lead would who has never seen the planner, and takes its
// pictures into docs/screenshots: `node packages/console/test/walk-planner.ts`. Each step fails where the page does not show what the walk
// says. At the end it prints, task by task, how many presses it took, and how long somebody needs who reads two hundred words a minute.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { openBrowser, openPage } from './support/browser.ts';
import { startInstance } from './support/instance.ts';

const TARGET = join(import.meta.dirname, '../../../docs/screenshots');
const WORDS_A_MINUTE = 200;
/** To find and press what is named. */
const PRESS_S = 3;

const [instance, browser] = await Promise.all([startInstance(), openBrowser()]);
const options = { viewport: { width: 1440, height: 900 }, colorScheme: 'light', acceptDownloads: true } as const;
const page = await openPage(browser, { options, expected: [/503/] });
const tasks: { readonly task: string; presses: number; words: number }[] = [];
try {
  await page.goto(instance.link);
  await page.getByRole('heading', { name: /^No call crossed the scale/ }).waitFor();
  await walk();
  for (const { task, presses, words } of tasks)
    process.stdout.write(`${task}: ${presses} presses, ${words} words read\n`);
  const seconds = tasks.reduce((sum, { presses, words }) => sum + presses * PRESS_S + (words * 60) / WORDS_A_MINUTE, 0);
  process.stdout.write(`about ${Math.ceil(seconds / 60)} min for somebody who reads and presses\n`);
} finally {
  await browser.close();
  await instance.stop();
}

async function walk(): Promise<void> {
  await gigawatt();
  await tokens();
  await sent();
}

async function gigawatt(): Promise<void> {
  begin('chips of a gigawatt');
  await press(page.getByRole('link', { name: 'Planner' }));
  assert.match(await read('How many chips is that?'), /401 k chips \(344 k to 451 k\) if all of it is GB300 NVL72/);
  assert.match(await read('What does the count hang on?'), /On which power is meant, most of all/);
  await take('walk-planner-first');
  await press(page.getByRole('button', { name: 'How chips is computed' }));
  await page.getByRole('dialog', { name: 'How chips is computed' }).waitFor();
  await take('walk-planner-formula');
  await page.keyboard.press('Escape');

  begin('which power');
  assert.match(await read('Which power do they mean?'), /By the meaning alone .* 336 k chips to 529 k chips/);
  await press(page.getByRole('button', { name: /^Which power do they mean/ }));
  await choose('Which power is meant', 'critical_it');
  await press(page.getByRole('button', { name: 'Compare with as written' }));
  await page.getByRole('table', { name: 'In what they differ' }).getByText('critical IT').waitFor();
  assert.match(await read('How many chips is that?'), /473 k chips \(\d+ k to \d+ k\) if all of it is GB300 NVL72/);
  await take('walk-planner-critical');

  begin('when the second tranche serves');
  await press(page.getByRole('button', { name: 'Undo all changes' }));
  assert.match(await read('at worst?'), /second by 2030-03 \(due 2029-06: in time in 39 % of draws\)/);
  await press(page.getByRole('button', { name: /at worst\? dates/ }));
  await take('walk-planner-tranches');

  begin('Vera Rubin beside GB300');
  await choose('Racks of all', 'gb300-nvl72');
  await press(page.getByRole('button', { name: 'Keep this to compare' }));
  await choose('Racks of all', 'vera-rubin-nvl72');
  await page.getByRole('table', { name: 'In what they differ' }).getByText('GB300 NVL72').first().waitFor();
  await page.getByRole('heading', { name: 'What a buyer asks' }).evaluate((at) => at.scrollIntoView());
  await take('walk-planner-beside');
}

async function tokens(): Promise<void> {
  begin('a fair price');
  await choose('plan', 'own-or-buy');
  assert.match(await read('Is the price fair?'), /ask \$0\.732\/Mtok, and making them costs \$0\.134\/Mtok/);
  assert.match(await read('What margin do they make'), /low confidence/);
  await press(page.getByRole('button', { name: /^Is the price fair\?/ }));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('0.6');
  await press(null, 'Enter');
  await page.waitForURL(/prices\.output/);
  await settled();
  assert.match(await read('What margin do they make'), /^.*64\.6 % \(28\.8 % to 82\.5 %\)/);
  assert.match(await read('Is the price fair?'), /output cannot tell/);
  await page.evaluate(() => scrollTo(0, 0));
  await take('walk-planner-price');

  begin('own, rent or reserve');
  assert.match(await read('From which demand on'), /own chips from 751 bn tokens\/month .* \(so in 70 % of draws\)/);
  await press(page.getByRole('button', { name: /^From which demand on/ }));
  await take('walk-planner-demand');
}

async function sent(): Promise<void> {
  begin('send it, and come back');
  const headline = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  const report = page.getByRole('group', { name: 'Report' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    press(report.getByRole('button', { name: 'HTML' })),
  ]);
  const file = await download.path();
  assert.ok(readFileSync(file, 'utf8').includes(headline.slice(0, 40).replaceAll("'", '&#39;')));
  const paper = await openPage(browser, { options: { viewport: { width: 1100, height: 900 } } });
  await paper.setContent(readFileSync(file, 'utf8'));
  await takeOf(paper, 'walk-planner-report');
  await paper.context().close();
  await press(page.getByRole('button', { name: 'Saved views' }));
  await page.getByRole('textbox', { name: 'Save what is shown now as' }).fill('Their offer at 0.60');
  await press(null, 'Enter');
  await page.getByRole('link', { name: 'Their offer at 0.60' }).waitFor();
}

function begin(task: string): void {
  tasks.push({ task, presses: 0, words: 0 });
}

function last(): (typeof tasks)[number] {
  return tasks.at(-1)!;
}

async function settled(): Promise<void> {
  await page.locator('.planner[aria-busy=false]').waitFor();
  await page.getByRole('status').filter({ hasText: '4,000 draws, seed' }).waitFor();
}

async function press(what: Locator | null, key?: string): Promise<void> {
  last().presses += 1;
  if (what !== null) await what.click();
  if (key !== undefined) await page.keyboard.press(key);
  await settled();
}

async function choose(label: string, value: string): Promise<void> {
  last().presses += 2;
  await page.getByRole('combobox', { name: label, exact: true }).selectOption(value);
  await page.waitForURL(new RegExp(value));
  await settled();
}

/** What stands beside a question, read word for word. */
async function read(asks: string): Promise<string> {
  const row = page.locator('.plan-asked dl > div').filter({ hasText: asks });
  const text = ((await row.textContent()) ?? '').replaceAll('\u00a0', ' ');
  last().words += text.split(/\s+/).length;
  return text;
}

async function take(name: string): Promise<void> {
  await takeOf(page, name);
}

async function takeOf(on: Page, name: string): Promise<void> {
  await on.evaluate('document.fonts.ready');
  const session = await on.context().newCDPSession(on);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 58 });
  writeFileSync(join(TARGET, `${name}.webp`), Buffer.from(data, 'base64'));
}
