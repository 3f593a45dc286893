// Claims, duties and the playbook in a real browser before a real instance: evidence is brought and moves a claim, a seller's
// answers come in, an incident runs through its steps, a fact is attested; each entry is found again in the journal. What is
// only looked at has no forms, and says why.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findings, mustBeSound } from '../support/axe.ts';
import { missingBrowser, openBrowser, openPage } from '../support/browser.ts';
import { startInstance, type Instance } from '../support/instance.ts';

const BUYER = join(import.meta.dirname, '../../../ledger/data/contracts/mid-size-buyer.yaml');
const OWN = `version: 1
title: What we know
parties:
  our-reseller: { name: Our reseller, parent: microsoft, source: alliance-notes }
`;
const DAY_MS = 86_400_000;
const dayFrom = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

describe('claims, duties and the playbook on screen', { skip: missingBrowser() }, () => {
  let instance: Instance;
  let browser: Browser;
  let page: Page;
  before(async () => {
    [instance, browser] = await Promise.all([startInstance({ sample: 1_000 }), openBrowser()]);
    // A refusal of the log is shown, and the browser notes it as well.
    page = await openPage(browser, { expected: [/503/, /404/, /400/] });
    await page.goto(instance.link);
    await page.getByRole('heading', { name: /spent in the last 7 days/ }).waitFor({ timeout: 60_000 });
  });
  after(async () => {
    await browser.close();
    await instance.stop();
  });
  const open = async (path: string, log: '' | '/sample' = '', on = page): Promise<void> => {
    await on.goto(`${new URL(instance.link).origin}${log}/console/${path}`);
    await on.locator('.content h1:not(:has(.skeleton))').waitFor();
    await on.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  };
  const headline = async (): Promise<string> => (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';

  test('a claim is word for word, and evidence is asked for field by field', async () => {
    await open('claims');
    assert.match(await headline(), /^10 claims: 0 verified, 3 unverified, 0 contradicted, 7 only reported\.$/);
    await page.getByText('“about $30 billion of Azure compute”').click();
    await page.waitForURL(/sel=azure-compute-30bn$/);
    const panel = page.getByRole('complementary', { name: 'azure-compute-30bn' });
    await panel.getByText('None was brought yet.').waitFor();
    await panel.getByRole('button', { name: 'Bring evidence' }).click();
    await panel.getByRole('button', { name: 'Enter it into the log' }).click();
    await panel.getByText('Drop the file, or write the 64 hexadecimal digits of its SHA-256.').waitFor();
    assert.equal(await panel.locator('[aria-invalid=true]').count(), 5);
    assert.deepEqual(await findings(page), []);
  });

  test('a file is hashed in the page; evidence over the whole of a claim verifies it, and the journal has it', async () => {
    const panel = page.getByRole('complementary', { name: 'azure-compute-30bn' });
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    const content = 'the signed text of the contract';
    await panel
      .getByLabel(/^Drop what it rests on here/)
      .setInputFiles({ name: 'contract.pdf', mimeType: 'application/pdf', buffer: Buffer.from(content) });
    await panel.getByText('contract.pdf, 31 bytes: its digest stands in the field.').waitFor();
    const sha256 = createHash('sha256').update(content).digest('hex');
    assert.equal(await panel.getByLabel('SHA-256 of it').inputValue(), sha256);
    await panel.getByText('Whose word it is: ours, because we measured it.', { exact: false }).waitFor();
    await panel.getByLabel('What it is', { exact: true }).selectOption('contract_term');
    await panel.getByRole('button', { name: 'Enter it into the log' }).click();
    await panel.getByText('Choose whose word it is: evidence without an author shows nothing.').waitFor();
    const whose = panel.getByLabel('Whose word it is');
    assert.equal(await whose.getAttribute('aria-invalid'), 'true');
    await whose.selectOption({ label: 'Somebody who stands in no register' });
    await panel.getByLabel('Name of who wrote it').fill('Microsoft Corporation');
    await panel.getByLabel('How it was seen').fill('read in the signed text');
    await panel.getByLabel('Seen from').fill(dayFrom(-60));
    await panel.getByLabel('Until', { exact: true }).fill(dayFrom(-30));
    await panel.getByLabel('May be relied on up to').fill(dayFrom(30));
    await panel.getByRole('button', { name: 'Enter it into the log' }).click();
    await panel.getByText(/holds the name of Microsoft, a party of the register/).waitFor();
    assert.equal(await panel.getByLabel('Name of who wrote it').getAttribute('aria-invalid'), 'true');
    assert.deepEqual(await findings(page), []);
    await whose.selectOption({ label: 'Ourselves: we signed it' });
    await panel.getByRole('button', { name: 'Enter it into the log' }).click();
    await panel.getByText(/^It is in the log\. The claim is verified/).waitFor();
    await panel.getByText(/^Term of a contract, ours/).waitFor();
    await page.getByRole('heading', { name: /^10 claims: 1 verified/ }).waitFor();
    assert.ok(sent.some((body) => body.includes(sha256)) && !sent.some((body) => body.includes(content)));

    await panel.getByLabel('How it was seen').fill('read again');
    await panel.getByRole('button', { name: 'Enter it into the log' }).click();
    await panel.getByText(/has other evidence under the digest/).waitFor();
    assert.equal(await panel.getByLabel('SHA-256 of it').getAttribute('aria-invalid'), 'true', 'where it belongs');
    assert.equal(await panel.getByRole('alert').count(), 0);

    await panel.getByRole('region', { name: 'Stated in the log' }).getByRole('link').click();
    await page.waitForURL(/\/console\/journal\?sel=\d+$/);
    const entry = page.getByRole('complementary', { name: /^Entry \d+$/ });
    await entry.getByText('Proven', { exact: true }).first().waitFor();
    await entry.getByText('claim', { exact: true }).first().waitFor();
  });

  test('the report of a party is shown by whom it is, and why it shows nothing', async () => {
    await open('claims?sel=microsoft-invests-5bn');
    const panel = page.getByRole('complementary', { name: 'microsoft-invests-5bn' });
    await panel.getByRole('button', { name: 'Bring evidence' }).click();
    await panel.getByLabel('What it is', { exact: true }).selectOption('independent_report');
    await panel.getByLabel('Whose word it is').selectOption({ label: 'NVIDIA' });
    await panel.getByLabel('SHA-256 of it').fill('c'.repeat(64));
    await panel.getByLabel('How it was seen').fill('a report');
    await panel.getByLabel('Seen from').fill(dayFrom(-60));
    await panel.getByLabel('Until', { exact: true }).fill(dayFrom(-30));
    await panel.getByLabel('May be relied on up to').fill(dayFrom(300));
    await panel.getByRole('button', { name: 'Enter it into the log' }).click();
    await panel
      .getByText(/^It is in the log\. The claim is reported: .*not independent: NVIDIA invests in Anthropic/)
      .waitFor();
    await panel.getByText('by NVIDIA', { exact: false }).waitFor();
    await panel
      .getByText(/NVIDIA invests in Anthropic\.$/)
      .first()
      .waitFor();
    await panel.locator('summary', { hasText: 'What it is' }).click();
    await panel.getByText('tied to a party to the claim', { exact: true }).waitFor();
    assert.equal(await panel.locator('.claim-state').getByText('reported', { exact: true }).count(), 1);
  });

  test('at a day to come what runs out has run out, and nothing can be entered there', async () => {
    await open('claims?sel=azure-compute-30bn');
    await page.getByRole('button', { name: /^As of now/ }).click();
    await page.getByRole('button', { name: 'When the next runs out' }).click();
    await page.waitForURL(new RegExp(`at=${dayFrom(31)}`));
    await page.getByRole('heading', { name: /^10 claims: 0 verified.*1 expired\.$/ }).waitFor();
    await page.getByText('Another moment than now is shown.', { exact: false }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Bring evidence' }).count(), 0);
    await page.getByRole('link', { name: 'go back to now' }).click();
    await page.getByRole('heading', { name: /^10 claims: 1 verified/ }).waitFor();
  });

  test('filters stand in the address; what is left is stated in the log by a click', async () => {
    await open('claims');
    await page.getByRole('combobox', { name: 'Filter claims' }).fill('state:verified');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=state:verified$/);
    assert.equal(await page.getByRole('grid', { name: 'Claims' }).locator('[data-row]').count(), 1);
    await page.getByRole('button', { name: 'State 8 in the log' }).click();
    await page.getByText('The log says of every claim what it is now.').waitFor();
  });

  test('what is owed and what is possible stand apart, and the arithmetic is printed', async () => {
    await open('claims?show=fit');
    await page.getByText('about 30 billion USD').waitFor();
    await page.getByText('up to 15 billion USD').waitFor();
    await page.getByText('30.00 billion USD ÷ 11.05 to 16.52 billion USD = 1.82 to 2.71 gigawatt-years').waitFor();
    assert.equal(await page.locator('.conflict').count(), 2);
    await page.locator('.conflict').first().getByRole('link').click();
    await page
      .getByRole('complementary', { name: 'dedicated-capacity-1gw' })
      .getByText('It is told in 2 ways')
      .waitFor();
  });

  test('a seller’s answers come back as claims in the seller’s words', async () => {
    await open('claims?show=answers');
    await page.getByText('No contract was entered yet', { exact: false }).waitFor();
    const imported = instance.cli(['deal', 'import', BUYER]);
    assert.equal(imported.code, 0, imported.text);
    const form = page.getByRole('form', { name: 'Answers to the questionnaire' });
    await form.getByRole('button', { name: 'Enter the answers' }).click();
    await form.getByText('Write at least one answer.').waitFor();
    await form.getByLabel('Who answered').fill('Sales desk');
    await form.locator('textarea').first().fill('Yes, at no charge.');
    await form.getByRole('button', { name: 'Enter the answers' }).click();
    await form.getByText(/^1 answer entered/).waitFor();
    await form.getByRole('link', { name: 'See them among the claims' }).click();
    await page.getByText('“Yes, at no charge.”').click();
    const panel = page.getByRole('complementary');
    await panel.getByText('answer of Sales desk').waitFor();
    await panel.getByText('unverified', { exact: true }).first().waitFor();
  });

  test('an incident is opened from a cell of the map, and goes on step by step', async () => {
    await open('duties');
    assert.match(await headline(), /^No incident is open; no step is late/);
    const chosen = page.getByRole('combobox', { name: 'Deployment' });
    assert.match((await chosen.locator('option').first().textContent()) ?? '', /\(simulated\)$/);
    await chosen.selectOption('claude-foundry-by-anthropic');
    await page.waitForURL(/of=claude-foundry-by-anthropic$/);
    await page.getByRole('table', { name: 'Who is who here' }).getByText('nobody says').first().waitFor();
    await page.getByRole('link', { name: 'Data got out' }).click();
    const duty = page.getByRole('complementary', { name: 'Data got out' });
    await duty.getByRole('button', { name: 'Open the incident' }).click();
    await duty.getByText('Say where it lies', { exact: false }).waitFor();
    await duty.getByLabel('Where it lies').fill('OPS-17');
    await duty.getByLabel('It is serious').check();
    await duty.getByRole('button', { name: 'Open the incident' }).click();
    await duty.getByRole('link', { name: 'Go on with it' }).click();
    await page.getByRole('heading', { name: /^1 incident is open/ }).waitFor();
    const incident = page.getByRole('complementary', { name: /^Data got out: / });
    await incident.getByText('runs', { exact: true }).first().waitFor();
    await incident.getByLabel('Where it lies').fill('OPS-17, taken over');
    await incident.getByRole('button', { name: 'Enter the step' }).click();
    await incident.getByText('taken in time').waitFor();
    await incident.getByText('Ticket: OPS-17, taken over').waitFor();
    assert.deepEqual(await findings(page), []);
    await incident.locator('.pieces a').last().click();
    await page.waitForURL(/\/console\/journal\?sel=\d+$/);
    await page
      .getByRole('complementary', { name: /^Entry \d+$/ })
      .getByText('incident', { exact: true })
      .waitFor();
  });

  test('a fact is attested with what shows it, and taken back', async () => {
    await open('playbook');
    const before = /^(\d+) of 25 items are shown to be done: [\d.]+\s%, and at most [\d.]+\s% can be\.$/.exec(
      await headline(),
    );
    assert.ok(before !== null, await headline());
    const shown = (more: number) =>
      page.getByRole('heading', { name: new RegExp(`^${Number(before[1]) + more} of 25 items`) }).waitFor();
    await page.getByRole('link', { name: 'Independent benchmarks on real workloads' }).click();
    const panel = page.getByRole('complementary', { name: 'Independent benchmarks on real workloads' });
    await panel.getByRole('button', { name: /^Attest it/ }).click();
    await panel.getByRole('button', { name: 'Attest it', exact: true }).click();
    await panel.getByText('Write a day: 2026-10-31.').waitFor();
    await panel.getByLabel('An independent benchmark was run', { exact: true }).fill(dayFrom(-10));
    await panel.getByLabel('What shows it').fill('report.pdf');
    assert.deepEqual(await findings(page), []);
    await panel.getByRole('button', { name: 'Attest it', exact: true }).click();
    await shown(1);
    await panel.getByText('Shown by: report.pdf', { exact: false }).waitFor();
    await panel.getByText('done', { exact: true }).first().waitFor();
    await panel.getByLabel('What shows it').fill('it was another model');
    await panel.getByRole('button', { name: 'Take it back' }).click();
    await shown(0);
  });

  test('a log that is only looked at has no forms, and says why', async () => {
    for (const [path, what] of [
      ['claims?sel=azure-compute-30bn', 'bring evidence'],
      ['claims?show=answers', 'enter answers'],
      ['duties?sel=availability', 'open an incident'],
      ['playbook?sel=capacity-verified', 'attest a fact'],
    ] as const) {
      await open(path, '/sample');
      await page.getByText(`nobody can ${what}`, { exact: false }).waitFor();
      assert.equal(await page.locator('.content .form, .statement').count(), 0, path);
      assert.equal(await page.getByRole('button', { name: /^(?:Bring evidence|Attest|Open the incident)/ }).count(), 0);
    }
  });

  test('a register of ones own is dropped, mended, entered over what ships, found by Ctrl K, and taken out', async () => {
    await open('parties');
    assert.match(await headline(), /^10 parties and 12 links: all of them come with Weighbridge\.$/);
    await page.getByRole('link', { name: 'Your own' }).click();
    const drop = page.getByLabel(/^Drop the file of your register here/);
    const put = (name: string, text: string): Promise<void> =>
      drop.setInputFiles({ name, mimeType: 'text/yaml', buffer: Buffer.from(text) });
    await put('taken.yaml', OWN.replace('our-reseller:', 'nvidia:'));
    await page.getByText('taken.yaml cannot be entered yet: 1 thing is to be mended.').waitFor();
    const [fault] = await page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem').allTextContents();
    assert.match(fault ?? '', /^line 4 "nvidia" is an id of the register that comes with Weighbridge/i);
    assert.equal(await page.getByRole('button', { name: 'Enter this register' }).count(), 0);
    assert.deepEqual(await findings(page), []);
    await put('ours.yaml', OWN);
    await page.getByText('ours.yaml is sound: 1 party, 0 links,', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Enter this register' }).click();
    await page.getByText(/^Entered into the lab log \(.+\): What we know\.$/).waitFor();
    await page.getByRole('region', { name: 'Version 1' }).getByText('parties.our-reseller.name').waitFor();
    assert.match(
      await headline(),
      /^11 parties and 12 links: 1 of them entered here, the others come with Weighbridge\.$/,
    );
    await page.keyboard.press('Control+k');
    await page.keyboard.type('our-rese');
    await page.getByRole('option', { name: /Open party our-reseller/ }).click();
    await page.waitForURL(/parties\?.*sel=our-reseller/);
    const panel = page.getByRole('complementary', { name: 'Our reseller' });
    await panel.getByText('entered here').waitFor();
    await panel.getByText('Microsoft', { exact: true }).waitFor();
    await open('parties?show=own');
    await page.getByRole('button', { name: /^Take yours out/ }).click();
    await page.getByText('Yours was taken out; what comes with Weighbridge is left.').waitFor();
    await page.getByRole('region', { name: 'Version 2: taken out' }).waitFor();
    await open('parties?show=own', '/sample');
    await page.getByText('nobody can enter a register here', { exact: false }).waitFor();
  });

  test('Ctrl K finds a claim by its words, and a contract by its title', async () => {
    await open('');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('$30 billion');
    await page.getByRole('option', { name: /Open claim azure-compute-30bn/ }).click();
    await page.waitForURL(/claims\?.*sel=azure-compute-30bn/);
    const { code, text } = instance.cli(['deal', 'import', BUYER, '--json']);
    assert.equal(code, 0, text);
    const { id } = JSON.parse(text) as { id: string };
    await page.keyboard.press('Control+k');
    await page.keyboard.type(id.slice(0, 9));
    await page.getByRole('option', { name: new RegExp(`Open contract ${id}`) }).click();
    await page.waitForURL(new RegExp(`/contracts/${id}`));
  });

  test('an entry that is not there is said not to be', async () => {
    const id = '01KB3V8Y2QH9N6W4T0XZJ5RCEM';
    await page.goto(`${new URL(instance.link).origin}/console/journal?sel=${id}`);
    await page.getByText(`No entry of this log has the id ${id}`, { exact: false }).waitFor();
    assert.match(page.url(), new RegExp(`sel=${id}$`));
  });

  for (const path of [
    'claims',
    'claims?sel=azure-compute-30bn',
    'claims?show=fit',
    'claims?show=answers',
    'duties',
    'duties?sel=data_leak',
    'duties?show=incidents',
    'duties?show=watch',
    'playbook?sel=validate-claims',
    'parties?sel=nvidia',
    'parties?show=links',
    'parties?show=own',
  ]) {
    test(`${path} in light and dark, at 1440 and 320 px: axe finds nothing serious, nothing is wider than the screen`, async () => {
      const storageState = await page.context().storageState();
      for (const width of [1440, 320]) {
        const options = { viewport: { width, height: 900 }, storageState };
        const own = await openPage(browser, { options, expected: [/503/, /404/] });
        await open(path, '', own);
        await mustBeSound(own, path);
        assert.equal(await own.locator('main').count(), 1);
        await own.context().close();
      }
    });
  }

  test('as of a past day each page says so and leads back; a day before the log is told as one', async () => {
    await open('parties');
    await page.getByRole('button', { name: /^As of now/ }).click();
    await page.getByRole('button', { name: '30 days ago' }).click();
    await page.waitForURL(new RegExp(`at=${dayFrom(-30)}`));
    await page.getByText(/cannot be told: the log begins on \d{4}-\d{2}-\d{2} \(UTC\)/).waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.waitForURL((url) => !url.search.includes('at='));
    await page.getByRole('grid', { name: 'Parties' }).waitFor();
    await page.getByRole('button', { name: /^As of now/ }).click();
    await page.getByLabel('As it is at the end of this day, UTC').fill(dayFrom(2));
    await page.getByText(/has not come yet, and nothing of it is foretold here/).waitFor();

    const says = `As it was at the end of ${dayFrom(-3)} UTC, by what was known then.`;
    const note = page.locator('.moment-note', { hasText: says });
    for (const path of ['contracts', 'commitments', 'parties', 'brief']) {
      await open(`${path}?at=${dayFrom(-3)}`, '/sample');
      await note.waitFor();
      assert.deepEqual(await findings(page), [], path);
      await page.getByRole('button', { name: 'Back to now' }).click();
      await page.waitForURL((url) => !url.search.includes('at='));
    }
    await open(`contracts?at=${dayFrom(-3)}`, '/sample');
    await page.getByRole('grid', { name: 'Contracts' }).getByRole('link').first().click();
    await page.waitForURL(new RegExp(`contracts/[a-z0-9-]+\\?at=${dayFrom(-3)}`));
    await note.waitFor();
    await page.getByRole('link', { name: 'Contracts', exact: true }).last().click();
    await page.waitForURL(new RegExp(`contracts\\?at=${dayFrom(-3)}`));
  });
});
