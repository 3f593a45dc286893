// What a page says when it cannot show what was asked for: without a session, of what is not there, while a server is away or
// breaks. Each time: what happened, and what to do next. Every test here has a site of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findings } from '../support/axe.ts';
import { missingBrowser, openSite } from '../support/browser.ts';
import { NOW } from '../support/sample-organisation.ts';

/** As much of a status as the frame shows. */
const STATUS = {
  organisation: 'Acme',
  log: 'live',
  vkey: '',
  up_to: null,
  currency: 'USD',
  windows: [],
  projections: { state: 'running', projections: [] },
};

describe('a console without a session', { skip: missingBrowser() }, () => {
  test('says how a link is made, takes one that is pasted, says why one opens nothing, and shows the page asked for', async () => {
    let open = false;
    const refusal = (code: string, message: string): Response =>
      Response.json({ error: { code, message, next: 'make another', request_id: 'r1' } }, { status: 401 });
    const opened = { id: '01KB3V8Y2QH9N6W4T0XZJ5RCEM', opened: 1, idle_until: 2, expires: 3, own: true };
    const site = await openSite('index.html', {
      now: NOW,
      extra: (path, body, method) => {
        if (`${method} ${path}` === 'POST /control/v1/session') {
          open = body.includes('right');
          return open
            ? Response.json({ session: opened, token: 'new' })
            : refusal('LINK_INVALID', 'this link opens nothing');
        }
        if (!open) return refusal('SESSION_MISSING', 'no session is open');
        return Response.json(path.endsWith('/status') ? STATUS : { at: 1, rows: [] });
      },
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await site.open('/console/deployments', { colorScheme, viewport: { width: 320, height: 640 } }, [
        /Failed to load resource/,
      ]);
      await page.getByRole('heading', { name: 'This console opens by a link.' }).waitFor();
      assert.deepEqual(await findings(page), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
      await page.context().close();
    }
    const page = await site.open('/console/deployments', {}, [/Failed to load resource/]);
    const field = page.getByLabel('Or paste the link here');
    await field.fill('no link');
    await page.getByText(/There is no link in this text/).waitFor();
    await field.fill('http://127.0.0.1:7412/console/#link=wrong-wrong-wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('this link opens nothing').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await page.getByLabel('Or paste the link here').fill('#link=right-right-right');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No deployment is configured.' }).waitFor();
    assert.match(page.url(), /\/console\/deployments$/);
    await page.context().close();
    await site.close();
  });
});

const NO_CALLS = { rows: [], next: null, scanned: 0, kept: { calls: 0, oldest: null, all: true } };

describe('what is not there', { skip: missingBrowser() }, () => {
  test('an id that names no call, a page that does not exist, a server that is gone, and a page that breaks, each say what to do next', async () => {
    let [odd, opened] = [false, false];
    const site = await openSite('index.html', {
      now: NOW,
      extra: (path) => {
        if (!path.startsWith('/control/')) return null;
        if (path.endsWith('/session')) return Response.json({});
        if (path.endsWith('/views')) return Response.json(odd ? { rows: {} } : { rows: [] });
        if (path.endsWith('/status')) return Response.json(STATUS);
        if (opened && path.endsWith('/calls')) return Response.json(NO_CALLS);
        const receipt = path.startsWith('/control/v1/calls/');
        const error = receipt
          ? { code: 'RECEIPT_UNKNOWN', message: 'No receipt has this id.', next: 'check the id', request_id: 'r-1' }
          : {
              code: 'DATABASE_UNAVAILABLE',
              message: 'The tables are being rebuilt.',
              next: 'wait a moment',
              request_id: 'r-2',
            };
        return Response.json({ error }, { status: receipt ? 404 : 503 });
      },
    });
    const open = async (path: string) => site.open(path, {}, [/Failed to load resource/, /is not a function/]);
    const call = await open('/console/calls/01KB3V8Y2QH9N6W4T0XZJ5RCEM');
    assert.match(
      (await call.getByRole('alert').textContent()) ?? '',
      /No receipt has this id\.Next: check the idRECEIPT_UNKNOWN request r-1/,
    );
    await call.context().close();
    const calls = await open('/console/calls');
    assert.match((await calls.getByRole('alert').textContent()) ?? '', /The tables are being rebuilt.*Try again/);
    assert.equal(await calls.locator('.bar-freshness').first().textContent(), 'no data yet');
    opened = true;
    await calls.getByRole('alert').waitFor({ state: 'detached' });
    await calls.context().close();
    const none = await open('/console/nowhere');
    assert.equal(await none.getByRole('heading', { level: 1 }).textContent(), 'There is no such page.');
    await none.context().close();
    odd = true;
    const broken = await open('/console/calls');
    await broken.getByRole('alert').getByText('PAGE_FAULT').waitFor();
    await broken.context().close();
    await site.close();
  });
});
