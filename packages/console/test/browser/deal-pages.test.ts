// Every page of contracts and commitments in a real Chromium, wide and narrow, light and dark: nothing that axe finds serious,
// nothing wider than the screen.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { soundPage } from '../support/axe.ts';
import { missingBrowser } from '../support/browser.ts';
import { openDealSite, type DealSite } from '../support/deal-site.ts';
import { BUYER_ID } from '../support/sample-deal.ts';

describe('the pages of the deal', { skip: missingBrowser() }, () => {
  let site: DealSite;
  before(async () => void (site = await openDealSite()));
  after(() => site.close());

  for (const [name, path] of [
    ['contracts', '/console/contracts'],
    ['contracts of a past day', '/console/contracts?at=2026-03-03'],
    ['one of a past day', `/console/contracts/${BUYER_ID}?at=2026-03-03`],
    ['commitments of a past day', '/console/commitments?at=2026-03-03'],
    ['entering', '/console/contracts?show=enter'],
    ['a new version', `/console/contracts?show=enter&of=${BUYER_ID}`],
    ['what one says', `/console/contracts/${BUYER_ID}`],
    ['its gaps', '/console/contracts/alliance-compute?show=gaps'],
    ['its questions', `/console/contracts/${BUYER_ID}?show=questions`],
    ['its text', `/console/contracts/${BUYER_ID}?show=text`],
    ['its versions', `/console/contracts/${BUYER_ID}?show=versions`],
    ['commitments', '/console/commitments'],
    ['what drew one', '/console/commitments?growth=0.05&sel=cloud-2026/spend/q4'],
  ] as const)
    for (const width of [1440, 320])
      test(`${name} at ${width} px: axe finds nothing serious, and nothing is wider than the screen`, async () => {
        const page = await soundPage(site, { path, width });
        assert.equal(await page.locator('main').count(), 1);
        await page.context().close();
      });
});
