// Contracts and commitments in a real Chromium: entered by hand, by file and by example, held against the product's own reading of
// them; a fault is gone to, a version that came in between is not written over, a milestone leads to its calls.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { findings } from '../support/axe.ts';
import { missingBrowser, openSite, type Site } from '../support/browser.ts';
import { openDealSite, type DealSite } from '../support/deal-site.ts';
import { BUYER, BUYER_ID, sampleDeal, tranche } from '../support/sample-deal.ts';
import { NOW } from '../support/sample-organisation.ts';

const SMALL = BUYER.replace(BUYER_ID, 'a-small-one').replace('title: Northwind', 'title: Somebody');

describe('the deal', { skip: missingBrowser() }, () => {
  let site: DealSite;
  before(async () => void (site = await openDealSite()));
  after(() => site.close());

  const field = (page: Page) => page.getByLabel('Contract (YAML)');

  test('by keys alone: to the page, to an example, to a fault and back, into the log', async () => {
    const page = await site.open('/console/');
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: /^2 contracts stand/ }).waitFor();
    await page.getByRole('link', { name: 'Enter a contract' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'A small one' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('It is sound.').waitFor();
    await page.getByText('Our company would owe $250,000').waitFor();

    await field(page).focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('nonsense: true\n');
    await page.getByText('It cannot be entered yet: 1 thing is to be mended.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Enter this contract' }).count(), 0);
    const fault = page.getByRole('list', { name: 'What is wrong' }).getByRole('button');
    await fault.focus();
    await page.keyboard.press('Enter');
    const at = await field(page).evaluate((element) => {
      const { value, selectionStart } = element as HTMLTextAreaElement;
      return [
        document.activeElement === element,
        value.slice(0, selectionStart).split('\n').length,
        value.split('\n').length,
      ];
    });
    assert.deepEqual([at[0], at[1]], [true, Number(at[2]) - 1]);
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Delete');
    await page.getByText('It is sound.').waitFor();
    await page.getByRole('button', { name: 'Enter this contract' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/console\/contracts\/cloud-2027/);
    await page.getByRole('heading', { name: 'We buy models from a cloud' }).waitFor();
    await page.context().close();
  });

  test('a file is chosen or dropped, and what cannot be a contract is not read', async () => {
    const page = await site.open('/console/contracts?show=enter');
    await page
      .getByLabel('File of a contract')
      .setInputFiles({ name: 'a.yaml', mimeType: 'text/yaml', buffer: Buffer.from(SMALL) });
    await page.getByRole('heading', { name: 'Somebody buys models' }).waitFor();
    await page.getByRole('button', { name: 'Empty the text' }).click();
    const drop = (name: string, size: number): Promise<void> =>
      page.locator('.editor').evaluate(
        (element, [text, given]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], given));
          element.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
        },
        [size === 0 ? SMALL : 'x'.repeat(size), name] as const,
      );
    await drop('film.yaml', 200_000);
    await page.getByText(/^film\.yaml is too large to be a contract/).waitFor();
    assert.equal(await field(page).inputValue(), '');
    await drop('dropped.yaml', 0);
    await page.getByText('It is sound.').waitFor();
    assert.equal(await field(page).inputValue(), SMALL);
    await page.context().close();
  });

  test('a version that came in between is not written over: it is said, looked at, and the choice made anew', async () => {
    const page = await site.open(`/console/contracts?show=enter&of=${BUYER_ID}`, {}, [/409/]);
    await page.getByRole('button', { name: 'Enter as the new version' }).waitFor();
    await page.getByText(/takes the place of northwind-models-2027 as entered 2026-11-21/).waitFor();
    const error = { code: 'CONTRACT_CHANGED', message: 'contract x stands already', next: 'look', request_id: 'r-1' };
    site.instead((path, method) =>
      method === 'POST' && path === '/control/v1/contracts' ? Response.json({ error }, { status: 409 }) : null,
    );
    await page.getByRole('button', { name: 'Enter as the new version' }).click();
    await page.getByRole('alert').getByText('Nothing was written: somebody else entered it while you wrote.').waitFor();
    site.instead(null);
    await page.getByRole('button', { name: 'Look at what stands now' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Enter as the new version' }).click();
    await page.waitForURL(new RegExp(`/console/contracts/${BUYER_ID}`));
    await page.getByText('version 3.').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.context().close();
  });

  test('what is asked of the seller is saved as a file, and a clause is copied', async () => {
    const page = await site.open(`/console/contracts/${BUYER_ID}?show=questions`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as a file' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), `${BUYER_ID}-questions.md`);
    await page.goto(`${site.origin}/console/contracts/alliance-compute?show=gaps`);
    await page.getByRole('button', { name: 'Copy the clause' }).first().click();
    await page.getByText('Copied').waitFor();
    assert.ok((await page.evaluate(() => navigator.clipboard.readText())).length > 20);
    await page.context().close();
  });

  test('a contract is taken out only after it was asked for twice', async () => {
    const page = await site.open('/console/contracts/alliance-compute');
    await page.getByRole('button', { name: 'Take it out' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Take it out' }).click();
    await page.getByRole('button', { name: 'Take out alliance-compute' }).click();
    await page.waitForURL(/\/console\/contracts(\?|$)/);
    await page.getByRole('grid', { name: 'Contracts' }).waitFor();
    assert.equal(await page.getByText('Anthropic buys Azure compute').count(), 0);
    await page.context().close();
  });

  test('growth stands in the address and moves what is to be expected; a drawn figure leads to its calls', async () => {
    const page = await site.open('/console/commitments');
    await page
      .getByText(/on course to be short by \$5,200 to \$10,900, P50 \$8,050 \(met in 0 of 400 paths\)$/)
      .waitFor();
    await page.getByLabel('Usage grows from month to month by, in %').fill('5');
    await page.keyboard.press('Enter');
    await page.waitForURL(/growth=0\.05/);
    await page.getByText('on course to be met (311 of 400 paths); short by $4,900 at P90').first().waitFor();
    await page.getByRole('slider', { name: /^Is spend on course/ }).focus();
    await page.keyboard.press('End');
    await page
      .getByText(/^2026-12-31, end of q4: \$260,000 committed by then; to be expected \$253,100 to \$258,000/)
      .waitFor();
    await page.getByRole('link', { name: '41,207.25', exact: true }).click();
    await page.waitForURL(/sel=cloud-2026\/spend\/q4/);
    const panel = page.getByRole('complementary', { name: 'What drew q4 of spend' });
    await panel.getByRole('link', { name: '2026-11-22' }).click();
    await page.waitForURL(/\/console\/calls\?t=2026-11-22&q=deployment:sonnet-direct\+region:none$/);
    await page.goBack();
    await panel.waitFor();
    await panel.getByRole('button', { name: 'Close the panel' }).press('Enter');
    await panel.waitFor({ state: 'detached' });
    assert.match(page.url(), /growth=0\.05$/);
    await page.context().close();
  });

  for (const width of [1440, 320])
    test(`what was drawn before metering stands as not known, what is stated as stated, at ${width} px`, async () => {
      site.instead((path) => (path === '/control/v1/commitments' ? Response.json(beforeMetering()) : null));
      const page = await site.open('/console/commitments', { viewport: { width, height: 1_600 } });
      await page.getByRole('heading', { name: /^At least \$12,345 drawn of/ }).waitFor({ timeout: 10_000 });
      await page
        .getByText(/^Metered since 2026-11-10\. What was drawn from 2026-01-01 to 2026-11-09 is not known/)
        .waitFor();
      await page.getByText('$12,345.00 of it stated, not metered: drawn until 2026-11-09, by invoice 4711.').waitFor();
      await page
        .getByText(/^How much of \$120,000 was drawn by 2026-11-22 is not known\. Nothing is foretold/)
        .waitFor();
      await page.getByText('nothing known from 2026-01-01 to 2026-11-09').first().waitFor();
      assert.deepEqual(await findings(page), []);
      await page.context().close();
      site.instead(null);
    });
});

const STATED_BURN = ['2026-11-09', '2026-11-22'].map((day) => ({ day, drawn: '12345' }));

/** One commitment of which nothing is known before its tenth month, and one of which a statement says it. */
function beforeMetering(): ReturnType<typeof sampleDeal.commitments> {
  const found = sampleDeal.commitments({ growth: '0', seed: 1 });
  const [spend] = found.rows;
  assert.ok(spend !== undefined);
  const dark = {
    unknown: { from: '2026-01-01', until: '2026-11-09' },
    forecast: { verdict: 'not known', days: 12, projected: null },
    drawn: '0',
    charges: 0,
  } as const;
  const over = tranche({ ...dark, tranche: 'h1', expired: '60000', shortfall: null });
  const open = tranche({
    ...dark,
    tranche: 'h2',
    state: 'open',
    from: '2026-04-01',
    until: '2026-12-31',
    remaining: '60000',
  });
  const stated = { amount: '12345', until: '2026-11-09', source: 'invoice 4711' };
  const one = tranche({ state: 'open', until: '2026-12-31', drawn: '12345', stated: '12345', remaining: '47655' });
  return {
    ...found,
    rows: [
      { ...spend, drawn: '0', burn: [{ day: '2026-11-22', drawn: '0' }], tranches: [over, open] },
      { ...spend, contract: 'stated-2026', drawn: '12345', stated, burn: STATED_BURN, tranches: [one] },
    ],
    charges: { ...found.charges, metered_since: '2026-11-10' },
  };
}

describe('where no contract stands', { skip: missingBrowser() }, () => {
  const NOTHING: Readonly<Record<string, unknown>> = {
    '/contracts/list': { at: '2026-11-22', rows: [], unreadable: [] },
    '/commitments': {
      at: NOW,
      growth: '0',
      rows: [],
      unreadable: [],
      possibilities: [],
      charges: {
        period: null,
        metered_since: null,
        days: 0,
        count: 0,
        money: [],
        unpriced: 0,
        unknown: null,
        earlier: null,
      },
    },
    '/views': { rows: [] },
    '/session': {},
    '/status': {
      organisation: 'Acme',
      log: 'live',
      vkey: '',
      up_to: null,
      projections: { state: 'running', projections: [] },
      windows: [],
    },
  };
  let site: Site;
  before(async () => {
    site = await openSite('index.html', {
      now: NOW,
      extra: (path) => {
        const answer = NOTHING[path.replace('/control/v1', '')];
        return answer === undefined ? null : Response.json(answer);
      },
    });
  });
  after(() => site.close());

  for (const width of [1440, 320])
    test(`the pages name the button and the command, at ${width} px`, async () => {
      const page = await site.open('/console/contracts', { viewport: { width, height: 900 } }, [/404/]);
      await page.getByRole('heading', { name: 'No contract stands in this log.' }).waitFor({ timeout: 10_000 });
      await page.getByRole('link', { name: 'Enter a contract' }).waitFor();
      await page.getByText('weighbridge deal import FILE').waitFor();
      assert.deepEqual(await findings(page), []);
      await page.goto(`${site.origin}/console/commitments`);
      await page.getByRole('heading', { name: 'No commitment stands in this log.' }).waitFor({ timeout: 10_000 });
      assert.deepEqual(await findings(page), []);
      await page.context().close();
    });
});
