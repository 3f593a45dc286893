// Takes pictures of Claims, Duties and Playbook, light and dark, wide and 320 px, into docs/screenshots: `node packages/console/
// test/register-pictures.ts [name …]`. Before a real instance of the lab, into which evidence, an incident and attestations are
// entered by commands. WebP of what fits on one screen; with PICTURES=FOLDER whole pages as PNG, to be looked at.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, openPage } from './support/browser.ts';
import { startInstance } from './support/instance.ts';

const FOLDER = process.env['PICTURES'];
const TARGET = FOLDER ?? join(import.meta.dirname, '../../../docs/screenshots');
const BUYER = join(import.meta.dirname, '../../ledger/data/contracts/mid-size-buyer.yaml');
const QUALITY = 44;
const PAGES: Readonly<Record<string, string>> = {
  claims: 'claims',
  'claims-panel': 'claims?sel=azure-compute-30bn',
  'claims-fit': 'claims?show=fit',
  'claims-answers': 'claims?show=answers',
  duties: 'duties?of=claude-foundry-by-anthropic',
  'duties-own': 'duties?sel=data_leak',
  'duties-incidents': 'duties?show=incidents',
  'duties-watch': 'duties?show=watch',
  playbook: 'playbook',
  'playbook-item': 'playbook?sel=exit-rights',
};
const DAY_MS = 86_400_000;
const dayFrom = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

const wanted = process.argv.slice(2);
mkdirSync(TARGET, { recursive: true });
const [instance, browser] = await Promise.all([startInstance(), openBrowser()]);
try {
  const incident = enterAll();
  const page = await openPage(browser, { expected: [/503/, /404/] });
  await page.goto(instance.link);
  await page.getByRole('heading', { name: /^No call crossed the scale/ }).waitFor();
  const storageState = await page.context().storageState();
  for (const [name, path] of [
    ...Object.entries(PAGES),
    ['duties-incident', `duties?show=incidents&sel=${incident}`],
  ] as const) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 320]) {
        const own = await openPage(browser, {
          options: { viewport: { width, height: 900 }, colorScheme, storageState },
        });
        await own.goto(`${new URL(instance.link).origin}/console/${path}`);
        if (name === 'claims-panel') await own.getByRole('button', { name: 'Bring evidence' }).click();
        await take(own, `${name}-${colorScheme}-${width}`);
        await own.context().close();
      }
    }
  }
} finally {
  await browser.close();
  await instance.stop();
}

function say(...words: readonly string[]): string {
  const done = instance.cli(words);
  assert.equal(done.code, 0, done.text);
  return done.text;
}

/** What the pages are to show; the id of the incident. */
function enterAll(): string {
  const piece = (name: string, more: string): string => {
    const path = join(instance.folder, name);
    const digest = Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
    const times = `period: { from: ${dayFrom(-90)}, until: ${dayFrom(-30)} }\nvalid_until: ${dayFrom(60)}`;
    writeFileSync(path, `digest: ${digest}\n${times}\n${more}\n`);
    return path;
  };
  say('deal', 'import', BUYER);
  say(
    'deal',
    'evidence',
    'azure-compute-30bn',
    piece('a.yaml', 'kind: contract_term\nauthor: ourselves\nresult: supports\nmethod: read in the signed text'),
  );
  say(
    'deal',
    'evidence',
    'azure-compute-30bn',
    piece(
      'b.yaml',
      'kind: vendor_assertion\nauthor: { party: microsoft }\nresult: supports\nmethod: a slide of the seller',
    ),
  );
  say(
    'deal',
    'evidence',
    'valuation-350bn',
    piece(
      'c.yaml',
      'kind: independent_report\nauthor: { outsider: An audit firm }\nresult: contradicts\nmethod: an audited statement',
    ),
  );
  say('deal', 'attest', 'exit_drill_at', dayFrom(-20), '--proof', 'document:exit-drill.pdf');
  say('deal', 'attest', 'trial_count', '2', '--proof', 'ticket:OPS-3');
  const opened = say(
    'deal',
    'incident',
    'open',
    'claude-foundry-by-anthropic',
    'data_leak',
    '--proof',
    'ticket:OPS-17',
    '--json',
  );
  const { id } = JSON.parse(opened) as { readonly id: string };
  say('deal', 'incident', 'step', id, 'acknowledged', '--proof', 'ticket:OPS-17');
  return id;
}

async function take(page: Page, name: string): Promise<void> {
  await page.locator('.content h1:not(:has(.skeleton))').waitFor();
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  // What was drawn last is on the screen a frame later.
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
  if (FOLDER !== undefined) {
    await page.screenshot({ path: join(TARGET, `${name}.png`), fullPage: true });
    return;
  }
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(join(TARGET, `${name}.webp`), Buffer.from(data, 'base64'));
}
