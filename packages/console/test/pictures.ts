// Takes pictures of every page, light and dark, wide and 320 px, into docs/screenshots: `node packages/console/test/
// pictures.ts [name …]`. The organisation is made up, the clock stands still, the journal and its proofs are real. WebP, to
// keep them small; with PICTURES=FOLDER they go there, as PNG.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openSite } from './support/browser.ts';
import { makeLog } from './support/journal.ts';
import { openSampleApi, SHOWN } from './support/sample-api.ts';
import { NOW } from './support/sample-organisation.ts';
import { DIFFERING, through } from './support/sample-windows.ts';

const FOLDER = process.env['PICTURES'];
const TARGET = FOLDER ?? join(import.meta.dirname, '../../../docs/screenshots');
const wanted = process.argv.slice(2);
const endings: (() => unknown)[] = [];
const log = makeLog({ after: (ending) => void endings.push(ending as () => unknown) });
const api = await openSampleApi(log);
const fetcher = log.fetcher();
const site = await openSite('index.html', {
  now: NOW,
  extra: (path, body, method) =>
    path.startsWith('/log/') ? fetcher(`http://log${path.slice('/log'.length)}`) : api.answer(path, body, method),
});
const call = (at: number): string => `/console/calls/${api.rows[at]?.id ?? ''}`;
const PAGES: Readonly<Record<string, string>> = {
  overview: '/console/?t=30d',
  calls: `/console/calls?t=30d&sel=${api.rows[SHOWN.elsewhere]?.id ?? ''}`,
  call: call(SHOWN.fallback),
  'call-elsewhere': call(SHOWN.elsewhere),
  journal: '/console/journal',
  spend: '/console/spend?t=30d',
  contracts: '/console/contracts',
  contract: '/console/contracts/northwind-models-2027',
  commitments: '/console/commitments?growth=0.02',
  'commitments-drawn': '/console/commitments?sel=cloud-2026/spend/q4',
  deployments: '/console/deployments?sel=haiku-swedencentral',
  routes: '/console/routes?key=search-app&model=sonnet&replay=sonnet&under=sticky',
  limits: '/console/limits?sel=each-team-month',
  capacity: '/console/capacity?sel=gpt-swedencentral',
  coverage: '/console/coverage?t=30d',
  'coverage-window': `/console/coverage?t=30d&window=${DIFFERING}`,
  clients: '/console/clients?tool=claude-code&key=search-app',
  playground: '/console/playground?as=search-app&models=sonnet,haiku,gpt&max=200',
  alliance: '/console/alliance',
  planner: '/console/planner',
  'planner-tokens': '/console/planner?run=own-or-buy&vs=written&set=utilisation:0.5,0.6,0.7&pick=grid:france',
  'planner-exposure': '/console/planner?run=two-makers',
  'planner-serving': '/console/planner?run=serve-open-model',
  'planner-reserve': '/console/planner?run=reserve-or-on-demand',
  brief: '/console/brief',
  settings: '/console/settings',
  'settings-configuration': '/console/settings?show=configuration',
  'settings-history': '/console/settings?show=history',
  'settings-key': '/console/settings?sel=wb_cccccccccc',
};

/** Pictures in which calls go through a bypass now; in all others none does. */
const THROUGH = new Set(['coverage-window']);

/** What somebody does first, where a page shows more then. */
const DONE: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  playground: async (page) => {
    await page.getByLabel('System prompt').fill('You answer for an insurer, in two sentences.');
    await page.getByLabel('Prompt', { exact: true }).fill('When is a claim closed, and what happens to its file?');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('link', { name: 'Receipt and proof' }).nth(2).waitFor();
  },
};

/** Whether a panel lies over the whole page, as on a phone: then the picture is of all of it, and of nothing beneath. */
async function overAll(page: Page): Promise<boolean> {
  const height = await page.evaluate(() => {
    const [panel, body] = ['.panel', '.panel-body'].map((one) => document.querySelector(one));
    if (panel === null || body === null || panel === undefined || body === undefined) return 0;
    if (getComputedStyle(panel).position !== 'fixed') return 0;
    return panel.clientHeight - body.clientHeight + body.scrollHeight;
  });
  const size = page.viewportSize();
  if (height > 0 && size !== null) await page.setViewportSize({ ...size, height });
  return height > 0;
}

async function take(page: Page, name: string): Promise<void> {
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  const over = await overAll(page);
  if (FOLDER !== undefined) {
    await page.screenshot({ path: join(TARGET, `${name}.png`), fullPage: !over });
    return;
  }
  const session = await page.context().newCDPSession(page);
  const { cssContentSize, cssLayoutViewport } = await session.send('Page.getLayoutMetrics');
  const size = over ? { width: cssLayoutViewport.clientWidth, height: cssLayoutViewport.clientHeight } : cssContentSize;
  const clip = { x: 0, y: 0, width: size.width, height: size.height, scale: 1 };
  const options = { format: 'webp', quality: 58, captureBeyondViewport: true, clip } as const;
  const { data } = await session.send('Page.captureScreenshot', options);
  writeFileSync(join(TARGET, `${name}.webp`), Buffer.from(data, 'base64'));
}

mkdirSync(TARGET, { recursive: true });
for (const [name, path] of Object.entries(PAGES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  through.now = THROUGH.has(name);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 320]) {
      const page = await site.open(path, { viewport: { width, height: 900 }, colorScheme });
      await DONE[name]?.(page);
      await take(page, `${name}-${colorScheme}-${width}`);
      await page.context().close();
    }
  }
}
await site.close();
for (const ending of endings) await ending();
