// Walks the tour of docs/tour.md over a real start with the whole sample organisation, as its reader would, and takes its
// pictures into docs/screenshots: `node packages/console/test/tour.ts`. Each step fails where the page does not show what the
// tour says; the file that is taken away at the end is judged by the standalone verifier.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, openPage } from './support/browser.ts';
import { startInstance } from './support/instance.ts';

const TARGET = process.env['PICTURES'] ?? join(import.meta.dirname, '../../../docs/screenshots');
const CALLS = 200_000;

mkdirSync(TARGET, { recursive: true });
const [instance, browser] = await Promise.all([startInstance({ sample: CALLS }), openBrowser()]);
const options = { viewport: { width: 1440, height: 900 }, colorScheme: 'light', acceptDownloads: true } as const;
const page = await openPage(browser, { options, expected: [/503/] });
try {
  await walk(page);
} finally {
  await browser.close();
  await instance.stop();
}

async function walk(on: Page): Promise<void> {
  await on.goto(instance.link);
  await on.getByRole('heading', { name: /spent in the last 7 days/ }).waitFor({ timeout: 120_000 });
  await take(on, 'tour-overview');

  await on.getByRole('button', { name: 'Last 7 days' }).click();
  await on.getByRole('button', { name: 'Yesterday' }).click();
  await on.getByRole('heading', { name: /spent yesterday/ }).waitFor();
  await take(on, 'tour-yesterday');

  await open(on, 'spend?t=31d');
  await on.getByText('web · claude-opus-5-5').first().waitFor();
  await take(on, 'tour-spend');
  await open(on, 'calls?t=31d&q=team:web+cost:>1');
  await on.getByRole('heading', { name: /1 call that matches/ }).waitFor();
  await openFirstCall(on);
  await take(on, 'tour-spike');

  await open(on, 'calls?t=31d&q=team:claims+deployment:bedrock-sonnet-eu');
  await openFirstCall(on);
  await on.getByText('policy: the key may not use the region "global"').first().waitFor();
  await on.getByRole('heading', { name: 'Why it went there' }).scrollIntoViewIfNeeded();
  await take(on, 'tour-region');

  const button = on.getByRole('button', { name: 'Save the receipt' });
  await button.scrollIntoViewIfNeeded();
  await take(on, 'tour-proof');
  const [download] = await Promise.all([on.waitForEvent('download'), button.click()]);
  await download.saveAs(join(instance.folder, 'call.receipt.json'));
  await judge(on);
  await readTheDeal(on);
}

/** Of the deal behind the models: no calls are needed for it, and nothing of it is shown on the first day. */
async function readTheDeal(on: Page): Promise<void> {
  await open(on, 'claims');
  await on.getByRole('heading', { name: /^\d+ claims: 0 verified/ }).waitFor();
  await on.getByText('This log is only looked at', { exact: false }).waitFor();
  await on.getByRole('link', { name: 'Do they fit together?' }).click();
  await on.getByText(/= [\d.]+ to [\d.]+ gigawatt-years$/).waitFor();
  await open(on, 'duties');
  await on.getByRole('table', { name: 'Who answers when something fails' }).waitFor();
  await open(on, 'playbook');
  await on.getByRole('heading', { name: /items (?:is|are) shown to be done/ }).waitFor();
}

/** What the third party does, with nothing of ours but a file to read. */
async function judge(on: Page): Promise<void> {
  const vkey = (await (await on.request.get(`${new URL(instance.link).origin}/sample/log/key`)).text()).trim();
  const written = instance.cli(['verifier']);
  assert.equal(written.code, 0, written.text);
  const verdict = (key: string) =>
    spawnSync('node', ['verify-receipt.mjs', 'call.receipt.json', '--key', key], {
      cwd: instance.folder,
      encoding: 'utf8',
    });
  const good = verdict(vkey);
  assert.equal(good.status, 0, good.stdout + good.stderr);
  process.stdout.write(good.stdout);
  assert.notEqual(verdict(instance.vkey).status, 0, 'the key of another log opens nothing');
}

async function open(on: Page, path: string): Promise<void> {
  await on.goto(`${new URL(instance.link).origin}/sample/console/${path}`);
  await on.locator('h1:not(:has(.skeleton))').waitFor();
}

async function openFirstCall(on: Page): Promise<void> {
  await on.locator('tbody tr').first().click();
  await on.getByRole('link', { name: 'Open the call and its proof' }).click();
  await on.getByText('Proven', { exact: true }).first().waitFor();
}

async function take(on: Page, name: string): Promise<void> {
  await on.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  await on.evaluate('document.fonts.ready');
  const session = await on.context().newCDPSession(on);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 58 });
  writeFileSync(join(TARGET, `${name}.webp`), Buffer.from(data, 'base64'));
}
