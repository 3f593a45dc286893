// Opens every page of a running instance's console in a real browser and prints, as one JSON line, how long each took until
// it could be used, how long changes of what is asked took until they were answered, and what was loaded for the first.
// Used by the campaign on millions of receipts: node packages/console/test/measure-pages.ts LINK CALL_ID
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { openBrowser, openPage } from './support/browser.ts';

/** As campaign/scale/pages-measured.ts reads it. */
interface PagesMeasured {
  /** Compressed, as it came over the wire, until the first page could be used. */
  readonly first_load: { readonly ms: number; readonly javascript_bytes: number };
  /** Each opened anew, its files in the browser's cache. */
  readonly pages: readonly { readonly page: string; readonly ms: number }[];
  /** From the change of the address until the answer is on screen, the browser's own work included; of three, the middle. */
  readonly interactions: readonly { readonly what: string; readonly ms: number; readonly max_ms: number }[];
  /** A word that no call has: everything is looked through, page by page. */
  readonly search: { readonly first_progress_ms: number; readonly text: string };
}

const [link = '', call = ''] = process.argv.slice(2);
const READY_MS = 60_000;
/** Of each change: the one in the middle counts. */
const CHANGE_TRIES = 3;
/** Below the console's base, as its pages stand in its address; the overview is the base itself. */
const PAGES = [
  '?t=24h',
  '?t=7d',
  '?t=30d',
  'spend?t=7d',
  'spend?t=30d',
  'calls?t=7d',
  'deployments',
  'routes',
  'journal',
  'settings',
] as const;

/**
 * Something is written and folded, so that no answer is remembered from before the page is opened: a view is saved and
 * removed, as a page does it.
 */
const NEWS = `(async () => {
  const ask = async (method, path, body) => {
    const headers = { 'content-type': 'application/json', 'weighbridge-token': localStorage.getItem('weighbridge-token') };
    const answer = await fetch('/control/v1' + path, { method, headers, body });
    if (!answer.ok) throw new Error(method + ' ' + path + ': ' + (await answer.text()));
    return answer.json();
  };
  const { journal: { size } } = await ask('GET', '/status');
  const { id } = await ask('POST', '/views', JSON.stringify({ name: 'measured', path: '/spend', query: '' }));
  await ask('DELETE', '/views/' + id);
  for (;;) {
    const { journal, projections } = await ask('GET', '/status');
    if (journal.size >= size + 2 && projections.projections.every((one) => one.lag_entries === 0)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
})()`;

/**
 * Resolves once the heading stands and nothing says that answers are on their way, with the instant at which that was
 * painted. Looked at in the page, at each of its frames: from outside it would be seen a tenth of a second late. What was
 * asked is on its way, and says so, once the page has drawn.
 */
const READY = `(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const deadline = performance.now() + ${READY_MS};
  const ready = () => {
    const headings = [...document.querySelectorAll('h1')];
    return headings.some((one) => one.querySelector('.skeleton') === null) && document.querySelector('[aria-busy=true]') === null;
  };
  await frame();
  do {
    if (performance.now() > deadline) throw new Error(location.href + ' is not ready');
    await frame();
  } while (!ready());
  await frame();
  return performance.now();
})()`;

const browser = await openBrowser();
const page = await openPage(browser, { expected: [/./] });
try {
  process.stdout.write(`${JSON.stringify(await measure(page))}\n`);
} finally {
  await browser.close();
}

async function measure(on: Page): Promise<PagesMeasured> {
  const session = await on.context().newCDPSession(on);
  await session.send('Network.enable');
  const scripts = new Set<string>();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, type }) => void (type === 'Script' && scripts.add(requestId)));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  const first = await timed(() => on.goto(link), on);
  assert.ok(scripts.size > 0, 'the console is built');
  const firstLoad = { ms: first, javascript_bytes: bytes };
  const base = new URL('.', on.url()).href;
  const pages: { page: string; ms: number }[] = [];
  for (const path of [...PAGES, `calls/${call}`])
    pages.push({ page: nameOf(path), ms: await timed(() => on.goto(base + path), on) });
  return { first_load: firstLoad, pages, interactions: await interactions(on, base), search: await search(on, base) };
}

function nameOf(path: string): string {
  return path.startsWith('?') ? `overview${path}` : path.replace(call, 'ID');
}

/** Until the page has loaded and says that it is ready. */
async function timed(act: () => Promise<unknown>, on: Page): Promise<number> {
  const began = performance.now();
  await act();
  await on.evaluate(READY);
  await isPage(on);
  return Math.round(performance.now() - began);
}

async function isPage(on: Page): Promise<void> {
  assert.equal(await on.getByText('There is no such page.').count(), 0, `${on.url()} is a page`);
}

async function interactions(on: Page, base: string): Promise<PagesMeasured['interactions']> {
  const found: PagesMeasured['interactions'][number][] = [];
  for (const start of ['?t=7d', '?t=30d', 'spend?t=7d', 'spend?t=30d'])
    for (const by of ['model', 'region', 'team']) {
      const tries: number[] = [];
      for (let i = 0; i < CHANGE_TRIES; i += 1) tries.push(await change(on, base, start, by));
      const [fastest = 0, median = 0, slowest = 0] = tries.toSorted((a, b) => a - b);
      assert.ok(fastest > 0, 'a change takes time');
      found.push({ what: `${nameOf(start)} → by ${by}`, ms: median, max_ms: slowest });
    }
  return found;
}

/** From another dimension, nothing of it asked since the last news. */
async function change(on: Page, base: string, start: string, by: string): Promise<number> {
  await on.evaluate(NEWS);
  await timed(() => on.goto(`${base}${start}&by=${by === 'team' ? 'model' : 'team'}`), on);
  const { pathname, search: query } = new URL(`${base}${start}&by=${by}`);
  const before = await asked(on);
  // As a click on the choice does it: the address changes, and the page asks anew.
  const ms = await on.evaluate<number>(`(async () => {
    const began = performance.now();
    history.pushState(null, '', ${JSON.stringify(pathname + query)});
    dispatchEvent(new PopStateEvent('popstate'));
    return Math.round((await ${READY}) - began);
  })()`);
  await isPage(on);
  assert.ok((await asked(on)) >= before + 2, `${start} by ${by} asks for a series and a split`);
  return ms;
}

/** Answers that the page has had from the control API since it was opened. */
function asked(on: Page): Promise<number> {
  return on.evaluate(
    "performance.getEntriesByType('resource').filter(({ name }) => /control\\/v1\\/(series|breakdown)$/.test(name)).length",
  );
}

async function search(on: Page, base: string): Promise<PagesMeasured['search']> {
  const began = performance.now();
  await on.goto(`${base}calls?t=30d&q=no-call-has-this-word`);
  const told = on.getByText(/were looked through|No call matches/).first();
  await told.waitFor({ timeout: READY_MS }).catch(async (error: unknown) => {
    throw new Error(`the search says nothing of itself:\n${await on.locator('main').innerText()}`, { cause: error });
  });
  return { first_progress_ms: Math.round(performance.now() - began), text: (await told.textContent()) ?? '' };
}
