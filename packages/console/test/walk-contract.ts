// Walks docs/walk-contract.md over a real start in an empty folder, as a procurement lead would who has never seen the product and
// has made no call, and takes its pictures into docs/screenshots: `node packages/console/test/walk-contract.ts`. Each step fails
// where the page does not show what the walk says. At the end it prints how long the product took, and how long somebody needs who
// types five letters a second and reads two hundred words a minute. With PICTURES=FOLDER every page is taken there as well, as PNG,
// wide and narrow, light and dark.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage } from './support/browser.ts';
import { startInstance } from './support/instance.ts';

const LOOKED = process.env['PICTURES'];
const TARGET = join(import.meta.dirname, '../../../docs/screenshots');
const LETTERS_A_SECOND = 5;
const WORDS_A_MINUTE = 200;
/** To find and press what is named. */
const PRESS_S = 3;

const begun = performance.now();
const [instance, browser] = await Promise.all([startInstance(), openBrowser()]);
const origin = new URL(instance.link).origin;
const person = { seconds: 0 };
const options = { viewport: { width: 1440, height: 900 }, colorScheme: 'light', acceptDownloads: true } as const;
const page = await openPage(browser, { options, expected: [/503/] });
try {
  await walk(page);
  const product = (performance.now() - begun) / 1000;
  process.stdout.write(
    `${Math.round(product)} s by this script, pictures included; about ${Math.ceil(person.seconds / 60)} min for somebody who reads and types\n`,
  );
  if (LOOKED !== undefined) await lookAll(browser, page, LOOKED);
} finally {
  await browser.close();
  await instance.stop();
}

async function walk(on: Page): Promise<void> {
  await on.goto(instance.link);
  await on.getByRole('heading', { name: /^No call crossed the scale/ }).waitFor();
  await press(on, () => on.getByRole('link', { name: 'Contracts' }).click());
  await on.getByRole('heading', { name: 'No contract stands in this log.' }).waitFor();
  await take(on, 'walk-contract-empty');

  await press(on, () => on.getByRole('link', { name: 'Enter a contract' }).click());
  await press(on, () => on.getByRole('button', { name: 'A small one' }).click());
  await on.getByText('It is sound.').waitFor();
  await own(on);
  await on.getByText('Northwind Ltd would owe $300,000').waitFor();
  await read(on, '.entry-reading > p, .entry-reading .answers, .entry-reading .plain');
  await take(on, 'walk-contract-says');

  await fault(on);
  await take(on, 'walk-contract-fault');
  await write(on, 'with: clowd', 'with: cloud');
  await on.getByText('It is sound.').waitFor();

  await press(on, () => on.getByRole('button', { name: 'Enter this contract' }).click());
  await on.getByRole('heading', { name: 'Northwind buys models' }).waitFor();
  await read(on, '.page-head, .answers');
  await take(on, 'walk-contract-entered');
  await press(on, () => on.getByRole('link', { name: /^Gaps/ }).click());
  await on.getByRole('heading', { name: /^Serious/ }).waitFor();
  await read(on, '.findings details[open] > summary, .findings details[open] > p');
  await take(on, 'walk-contract-gaps');
  await press(on, () => on.getByRole('link', { name: 'Questions to the seller' }).click());
  const [download] = await Promise.all([
    on.waitForEvent('download'),
    press(on, () => on.getByRole('button', { name: 'Save as a file' }).click()),
  ]);
  assert.match(readFileSync(await download.path(), 'utf8'), /^# Questions to the seller: Northwind buys models/);
  await press(on, () => on.getByRole('link', { name: 'What is drawn of it' }).click());
  await on.getByRole('heading', { name: /^Nothing that is signed commits: one commitment is drafted/ }).waitFor();
  await read(on, '.page-head, .commitment .plain, .exits');
  await take(on, 'walk-contract-commitments');
}

/** What one changes first: names and amounts. */
async function own(on: Page): Promise<void> {
  await write(on, 'We buy models from a cloud', 'Northwind buys models');
  await write(on, 'name: Our company', 'name: Northwind Ltd');
  await write(on, '"150000.00"', '"200000.00"');
}

/** A party that nobody is: said with its line, and a click leads there. */
async function fault(on: Page): Promise<void> {
  await write(on, 'with: cloud', 'with: clowd');
  await on.getByText('It cannot be entered yet: 1 thing is to be mended.').waitFor();
  await press(on, () => on.getByRole('button', { name: /"clowd" is no party of this contract/ }).click());
  const at = await on.getByLabel('Contract (YAML)').evaluate((field) => {
    const { value, selectionStart: start, selectionEnd: end } = field as HTMLTextAreaElement;
    return value.slice(start, end);
  });
  assert.equal(at, 'clowd');
}

/** Types over a part of the text, as one would. */
async function write(on: Page, before: string, after: string): Promise<void> {
  const field = on.getByLabel('Contract (YAML)');
  await field.evaluate((element, part) => {
    const area = element as HTMLTextAreaElement;
    const start = area.value.indexOf(part);
    area.focus();
    area.setSelectionRange(start, start + part.length);
  }, before);
  await on.keyboard.insertText(after);
  await on.keyboard.press('Home');
  person.seconds += PRESS_S + after.length / LETTERS_A_SECOND;
}

async function press(on: Page, act: () => Promise<void>): Promise<void> {
  person.seconds += PRESS_S;
  await act();
  await on.locator('h1:not(:has(.skeleton))').waitFor();
}

/** Word for word, what stands in these places. */
async function read(on: Page, places: string): Promise<void> {
  const words = (await on.locator(places).allInnerTexts()).join(' ').split(/\s+/).length;
  person.seconds += (words * 60) / WORDS_A_MINUTE;
}

async function take(on: Page, name: string): Promise<void> {
  await on.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  await on.evaluate('document.fonts.ready');
  const session = await on.context().newCDPSession(on);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 58 });
  writeFileSync(join(TARGET, `${name}.webp`), Buffer.from(data, 'base64'));
}

async function lookAll(on: Browser, signed: Page, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const storageState = await signed.context().storageState();
  const id = /contracts\/([a-z0-9-]+)/.exec(await firstHref(signed))?.[1] ?? '';
  const paths = {
    list: 'contracts',
    enter: 'contracts?show=enter',
    'new-version': `contracts?show=enter&of=${id}`,
    says: `contracts/${id}`,
    gaps: `contracts/${id}?show=gaps`,
    questions: `contracts/${id}?show=questions`,
    text: `contracts/${id}?show=text`,
    versions: `contracts/${id}?show=versions`,
    commitments: 'commitments',
  };
  for (const [name, path] of Object.entries(paths))
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1440, 320]) {
        const one = await openPage(on, { options: { viewport: { width, height: 900 }, colorScheme, storageState } });
        await one.goto(`${origin}/console/${path}`);
        await one.locator('h1:not(:has(.skeleton))').waitFor();
        await one.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
        if (name === 'new-version') await one.locator('.entry-verdict[data-state=sound]').waitFor();
        await one.evaluate('document.fonts.ready');
        await one.screenshot({ path: join(folder, `contracts-${name}-${colorScheme}-${width}.png`), fullPage: true });
        await one.context().close();
      }
}

async function firstHref(on: Page): Promise<string> {
  return (await on.locator('.commitment h2 a').first().getAttribute('href')) ?? '';
}
