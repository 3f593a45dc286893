// Takes pictures of every page of the sample organisation, light and dark, wide and 320 px, into docs/screenshots, as a new
// user meets them: `node packages/console/test/sample-pictures.ts [name …]`. What fits on one screen, as WebP, since there are
// many; with PICTURES=FOLDER they go there, whole pages as PNG, to be looked at. The figures are of the month that ends now.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage } from './support/browser.ts';
import { startInstance } from './support/instance.ts';

const FOLDER = process.env['PICTURES'];
const TARGET = FOLDER ?? join(import.meta.dirname, '../../../docs/screenshots');
const CALLS = 200_000;
const QUALITY = 44;
const PAGES: Readonly<Record<string, string>> = {
  overview: '',
  spend: 'spend?t=31d',
  calls: 'calls',
  call: 'calls?t=31d&q=team:web+cost:>1',
  contracts: 'contracts',
  commitments: 'commitments',
  deployments: 'deployments?sel=azure-gpt-5',
  routes: 'routes',
  journal: 'journal',
  settings: 'settings',
  'settings-configuration': 'settings?show=configuration',
  'settings-history': 'settings?show=history',
};

const wanted = process.argv.slice(2);
mkdirSync(TARGET, { recursive: true });
const [instance, browser] = await Promise.all([startInstance({ sample: CALLS }), openBrowser()]);
try {
  await takeAll(browser, await signedIn(browser));
} finally {
  await browser.close();
  await instance.stop();
}

type Signed = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

async function signedIn(on: Browser): Promise<Signed> {
  const page = await openPage(on, { expected: [/503/, /404/] });
  await page.goto(instance.link);
  await page.getByRole('heading', { name: /spent in the last 7 days/ }).waitFor({ timeout: 120_000 });
  return page.context().storageState();
}

async function takeAll(on: Browser, storageState: Signed): Promise<void> {
  for (const [name, path] of Object.entries(PAGES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 320]) {
        const page = await openPage(on, { options: { viewport: { width, height: 900 }, colorScheme, storageState } });
        await page.goto(`${new URL(instance.link).origin}/sample/console/${path}`);
        // The page that is there while the sample opens has a title as well.
        await page.locator('.sample-banner').waitFor();
        if (name === 'call') await openFirst(page);
        await take(page, `sample-${name}-${colorScheme}-${width}`);
        await page.context().close();
      }
    }
  }
}

async function openFirst(page: Page): Promise<void> {
  await page.locator('tbody tr').first().click();
  await page.getByRole('link', { name: 'Open the call and its proof' }).click();
  await page.getByText('Proven', { exact: true }).first().waitFor();
}

async function take(page: Page, name: string): Promise<void> {
  await page.locator('.content h1:not(:has(.skeleton))').waitFor();
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready');
  // What was drawn last is on the screen a frame later.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  if (FOLDER !== undefined) {
    await page.screenshot({ path: join(TARGET, `${name}.png`), fullPage: true });
    return;
  }
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(join(TARGET, `${name}.webp`), Buffer.from(data, 'base64'));
}
