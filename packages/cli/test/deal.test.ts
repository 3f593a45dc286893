// The deal on the command line: what a procurement lead reads, what a program reads, and every command of docs/contracts.md and
// docs/register.md.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { drawDown, positions, readContract, type Charge } from '@weighbridge/ledger';
import { run, split, type Ran } from './support/shell.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/contracts.md'), 'utf8');
const DATA = join(ROOT, 'packages/ledger/data/contracts');
const BUYER = join(DATA, 'mid-size-buyer.yaml');
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-deal-'));

const say = (line: string, at = folder): Promise<Ran> => run(split(line.replace(/^weighbridge /, '')), { folder: at });
/** A file of this content in the folder. */
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

before(() => {
  file('buyer.yaml', readFileSync(BUYER, 'utf8'));
  file('alliance.yaml', readFileSync(join(DATA, 'alliance-compute.yaml'), 'utf8'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/contracts.md', () => {
  test('does what it says, line by line', async () => {
    // As in the repository, but that a log which a command makes goes with the folder.
    const place = mkdtempSync(join(folder, 'page-'));
    symlinkSync(join(ROOT, 'packages'), join(place, 'packages'));
    let ran = 0;
    for (const [, kind = '', block = ''] of PAGE.matchAll(/```(sh[^\n]*)\n([\s\S]*?)```/g))
      for (const line of block.trim().split('\n')) {
        const done = await say(line, place);
        assert.equal(done.code, Number(/exit (\d)/.exec(kind)?.[1] ?? 0), `${line}\n${done.stdout}\n${done.stderr}`);
        assert.notEqual(done.stdout + done.stderr, '', line);
        ran += 1;
      }
    assert.ok(ran >= 11, `${ran} commands`);
  });
  test('its example is a contract without a fault', async () => {
    const [, example = ''] = /```yaml\n(version: 1[\s\S]*?)```/.exec(PAGE) ?? [];
    const shown = await say(`deal show ${file('example.yaml', example)} --json`);
    assert.equal(shown.code, 0, shown.stderr);
    // What must be spent, and 50 units at 0.70 for 8,016 hours.
    assert.deepEqual((JSON.parse(shown.stdout) as { owed: object }).owed, { acme: '780560' });
  });
  test('its example is drawn by what receipts say of its parties, and the linter finds nothing amiss in that', async () => {
    const [, example = ''] = /```yaml\n(version: 1[\s\S]*?)```/.exec(PAGE) ?? [];
    const contract = readContract('example.yaml', example.replace('status: draft', 'status: signed'));
    const charge = (id: string, seller: string): Charge => ({
      id,
      entry: 0,
      at: Date.UTC(2027, 3, 10),
      amount: 100n * 10n ** 12n,
      currency: 'USD',
      attributes: { seller, biller: 'microsoft', marketplace: seller === 'microsoft' ? 'no' : 'yes' },
    });
    const charges = [charge('a', 'microsoft'), charge('b', 'anthropic')];
    const [h1] = positions(drawDown([contract], charges, Date.UTC(2027, 3, 11), Date.UTC(2027, 3, 1)));
    assert.deepEqual([h1?.drawn, h1?.stated, h1?.unknown], [91_650n * 10n ** 12n, 91_500n * 10n ** 12n, null]);
    const lint = await say(`deal lint ${file('example.yaml', example)} --json`);
    const { findings } = JSON.parse(lint.stdout) as { findings: { rule: string }[] };
    assert.deepEqual(
      findings.filter(({ rule }) => rule.startsWith('eligibility-')),
      [],
    );
  });
});

describe('docs/register.md', () => {
  test('does what it says, line by line, without an instance', async () => {
    const page = readFileSync(join(ROOT, 'docs/register.md'), 'utf8');
    const empty = mkdtempSync(join(tmpdir(), 'weighbridge-register-'));
    const lines = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
    assert.ok(lines.length >= 6, `${lines.length} commands`);
    const [, own = ''] = /```yaml\n(version: 1[\s\S]*?)```/.exec(page) ?? [];
    const [, piece = ''] = /```yaml\n(kind: [\s\S]*?)```/.exec(page) ?? [];
    writeFileSync(join(empty, 'register.yaml'), own);
    writeFileSync(join(empty, 'evidence.yaml'), piece);
    try {
      for (const line of lines) {
        const done = await say(line, empty);
        assert.equal(done.code, 0, `${line}\n${done.stdout}\n${done.stderr}`);
        assert.notEqual(done.stdout, '', line);
      }
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });
});

describe('deal lint', () => {
  test('of a sound contract ends well, and still tells what to know', async () => {
    const { code, stdout } = await say('deal lint buyer.yaml');
    assert.equal(code, 0);
    assert.match(stdout, /^Northwind buys .*: 3 findings, none of them serious\.\n/);
    assert.match(
      stdout,
      /\nweak +dangerous: unused capacity is lost by the hour, in reserved-units \(capacity-lost\)\n/,
    );
    assert.match(stdout, /\n {2}Ask: +On what terms/);
    assert.match(
      stdout,
      /\(eligibility-row-unmatched\)\n {2}Receipts do not tell the unit of account[^\n]*\n {2}Mend: +Keep the row/,
    );
  });
  test('an eligibility that names a party as no receipt does is serious, and says what to write where', async () => {
    const text = readFileSync(BUYER, 'utf8').replace(', known_as: [microsoft]', '');
    const { code, stdout } = await say(`deal lint ${file('unnamed.yaml', text)}`);
    assert.equal(code, 3);
    assert.match(
      stdout,
      /^serious +dangerous: an eligibility that no receipt can match, in spend \(eligibility-unmatched\)$/m,
    );
    assert.match(stdout, /No receipt can name “contoso” as its seller: known are “anthropic”, “aws”, “google”/);
    assert.match(stdout, /Mend: +Say at the party how receipts name it: `contoso: \{ …, known_as: \[NAME\] \}`/);
  });
  test('of one with serious gaps ends with 3, serious findings first', async () => {
    const { code, stdout } = await say('deal lint alliance.yaml --json');
    assert.equal(code, 3);
    const { serious, findings } = JSON.parse(stdout) as { serious: number; findings: { severity: string }[] };
    assert.equal(findings.filter(({ severity }) => severity === 'serious').length, serious);
    assert.equal(findings[serious]?.severity, 'weak');
  });
  test('of a file with faults names each with line, reason and mend, and ends with 4', async () => {
    const text = readFileSync(BUYER, 'utf8').replace('with: contoso', 'with: contosso').replace('"500000.00"', '"-1"');
    const { code, stdout, stderr } = await say(`deal lint ${file('bad.yaml', text)}`);
    assert.deepEqual([code, stdout], [4, '']);
    assert.match(stderr, /bad\.yaml:\d+:\d+: "contosso" is no party of this contract; did you mean contoso\?/);
    assert.match(stderr, /bad\.yaml:\d+:\d+: a milestone is -1; write a number above 0/);
    assert.match(stderr, /DEAL_INVALID/);
    assert.match(stderr, /then run `weighbridge deal lint FILE`/);
  });
  test('writes a questionnaire of what is open, or of everything', async () => {
    const open = await say('deal lint buyer.yaml --questionnaire');
    const all = await say('deal lint buyer.yaml --questionnaire --all');
    assert.deepEqual([open.code, all.code], [0, 0]);
    assert.match(open.stdout, /^# Questions to the seller: Northwind buys/);
    assert.ok(all.stdout.length > 10 * open.stdout.length);
  });
});

describe('deal show', () => {
  test('shows obligations by date, options apart, shortfall and the last safe day', async () => {
    const { code, stdout } = await say('deal show buyer.yaml --at 2027-12-30');
    assert.equal(code, 0);
    assert.match(stdout, /\n {2}2027-06-30 +northwind +contoso +spend \(spend, h1-2027\) +400,000\.00 EUR\n/);
    assert.match(stdout, /\n {2}northwind would owe 3,805,920\.00 EUR in all\n/);
    assert.match(
      stdout,
      /2027-08-31 +northwind +contoso +price of capacity \(reserved-units\) +356,160\.00 EUR +100 PTU × 0\.70 EUR per PTU and hour × 5088 hours\n/,
    );
    assert.match(stdout, /2027-01-01 +northwind +contoso +prepayment \(welcome-credit\) +120,000\.00 EUR/);
    assert.match(stdout, /Possible, and in no sum above[^]*option \(more-units\) +northwind +contoso +200 PTU /);
    assert.match(stdout, /\n {2}2028-12-31 +spend, h2-2028 +rollover +no +2,100,000\.00 EUR\n/);
    assert.match(stdout, /leave-at-half-time +2028-01-01, in 2 days +2027-10-01 to 2028-03-31 +90,000\.00 EUR/);
  });
  test('says what is owed without a stated price', async () => {
    const text = readFileSync(BUYER, 'utf8').replace(/^ {4}price: .*\n/m, '');
    const { stdout } = await say(`deal show ${file('unpriced.yaml', text)}`);
    assert.match(stdout, /price of capacity \(reserved-units\) +not stated +price not stated\n/);
    assert.match(stdout, /\n {2}northwind would owe the price of reserved-units too, in no sum: price not stated\n/);
  });
  test('says when the last safe day has passed, and when no right is written down', async () => {
    assert.match((await say('deal show buyer.yaml --at 2028-01-02')).stdout, /2028-01-01, passed/);
    assert.match((await say('deal show alliance.yaml')).stdout, /no right to leave is written down/);
  });
  test('marks what is only reported or assumed, in the row and in the sum', async () => {
    const { stdout } = await say('deal show alliance.yaml');
    assert.match(stdout, /whole-term\) +30,000,000,000\.00 USD +assumed\n/);
    assert.match(stdout, /anthropic is reported to owe 30,000,000,000\.00 USD in all, in part or whole assumed\n/);
    assert.match(stdout, /1000 MW +not stated +reported/);
    assert.match((await say('deal show buyer.yaml')).stdout, /\nRenewal +automatic; say no by 2028-10-02\n/);
  });
  test('for programs: amounts are decimals and days are days', async () => {
    const { stdout } = await say('deal show alliance.yaml --json');
    const shown = JSON.parse(stdout) as { owed: object; obligations: object[]; possibilities: { up_to: object }[] };
    assert.deepEqual(shown.owed, { anthropic: '30000000000' });
    assert.deepEqual(shown.possibilities[0]?.up_to, { amount: null, quantity: '1000', unit: 'MW' });
  });
});

describe('deal diff', () => {
  test('tells amounts with their sign, and what it adds to what is owed', async () => {
    const text = readFileSync(BUYER, 'utf8').replace('amount: "500000.00"', 'amount: "550000.00"');
    const { code, stdout } = await say(`deal diff buyer.yaml ${file('offer.yaml', text)}`);
    assert.equal(code, 0);
    assert.deepEqual(stdout.trim().split('\n'), [
      '~ spend, milestone h2-2027: amount: 500,000.00 EUR → 550,000.00 EUR (+50,000.00 EUR)',
      '',
      'northwind owes 3,855,920.00 EUR in all instead of 3,805,920.00 EUR: +50,000.00 EUR',
    ]);
  });
  test('says what leaving costs, and what opens the way, in words', async () => {
    const text = readFileSync(BUYER, 'utf8')
      .replace(/amount: "90000\.00"/, 'amount: "80000.00"')
      .replace(/notice_days: \d+\n/, 'notice_days: 45\n    triggers: [the model is retired]\n');
    const { code, stdout } = await say(`deal diff buyer.yaml ${file('leaving.yaml', text)}`);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /fees|triggers|_/, 'no name of a field as the file has it');
    assert.match(
      stdout,
      /leave-at-half-time, fee from 2028-01-01: amount: 90,000\.00 EUR → 80,000\.00 EUR \(-10,000\.00 EUR\)/,
    );
    assert.match(stdout, /leave-at-half-time: days of notice: \d+ → 45/);
    assert.match(stdout, /leave-at-half-time: only if: the model is retired/);
  });
  test('of the same contract says so', async () => {
    assert.equal((await say('deal diff buyer.yaml buyer.yaml')).stdout, 'No difference in meaning.\n');
  });
});

describe('what leaving costs', () => {
  test('is told for notice on the day asked about, and step by step', async () => {
    const { stdout } = await say('deal show buyer.yaml --at 2027-11-01');
    assert.match(
      stdout,
      /leave-at-half-time +2028-01-01, in 61 days .* 90,000\.00 EUR +leaves on 2028-01-30: 90,000\.00 EUR/,
    );
    assert.match(stdout, /What leaving costs, by the day on which it takes effect\n.*RIGHT +FROM +UNTIL/);
    assert.match(stdout, /leave-at-half-time +2027-10-01 +2027-12-31 +150,000\.00 EUR +150,000\.00 EUR/);
    const late = await say('deal show buyer.yaml --at 2028-01-02 --json');
    const { exits } = JSON.parse(late.stdout) as { readonly exits: readonly { readonly now: unknown }[] };
    assert.equal(exits[0]?.now, null);
  });
});

describe('deal import and deal list', () => {
  test('say which log it is, what each contract is about, and what is only possible', async () => {
    const own = mkdtempSync(join(folder, 'own-'));
    writeFileSync(join(own, 'buyer.yaml'), readFileSync(BUYER, 'utf8'));
    const first = await say('deal import buyer.yaml', own);
    assert.match(first.stdout, /^Entered northwind-models-2027 into the live log \(default\/live\/node-1\)\./);
    const again = await say('deal import buyer.yaml --json', own);
    const { log, origin, changed, mended } = JSON.parse(again.stdout) as Record<string, unknown>;
    assert.deepEqual([log, origin, changed, mended], ['live', 'default/live/node-1', false, false]);
    const lab = await say('deal import buyer.yaml --log lab', own);
    assert.match(lab.stdout, /^Entered northwind-models-2027 into the lab log \(default\/lab\/node-1\)\./);
    const { stdout } = await say('deal list --log lab', own);
    assert.match(stdout, /^CONTRACT +TITLE +ABOUT +STATUS/);
    assert.match(stdout, /Northwind Logistics Ltd buys from Contoso Cloud Ireland Ltd; 1 "up to"/);
    assert.match(stdout, / draft .* northwind 3,805,920\.00 EUR \(once signed\) /);
  });
  test('can be narrowed to one status, and an offer is called one', async () => {
    const own = mkdtempSync(join(folder, 'status-'));
    const buyer = readFileSync(BUYER, 'utf8');
    writeFileSync(
      join(own, 'offer.yaml'),
      buyer.replace('status: draft', 'status: offered').replace(/^id: .*/m, 'id: an-offer'),
    );
    writeFileSync(
      join(own, 'signed.yaml'),
      buyer.replace('status: draft', 'status: signed').replace(/^id: .*/m, 'id: bound'),
    );
    for (const file of ['offer', 'signed']) await say(`deal import ${file}.yaml`, own);
    const all = await say('deal list', own);
    assert.match(all.stdout, /^an-offer .* offer .*\(once signed\)/m);
    assert.match(all.stdout, /^bound .* signed .* northwind 3,805,920\.00 EUR {2}/m);
    const ids = async (line: string): Promise<readonly string[]> =>
      (JSON.parse((await say(`${line} --json`, own)).stdout) as { readonly id: string }[]).map(({ id }) => id);
    assert.deepEqual(await ids('deal list --status signed'), ['bound']);
    assert.deepEqual(await ids('deal list --status offered'), ['an-offer']);
    assert.match((await say('deal list --status ended', own)).stdout, /^No contract of status ended: .*deal list/);
    const wrong = await say('deal list --status signd', own);
    assert.equal(wrong.code, 2);
  });
  test('a draft is shown with what it would oblige to, and never with what it does', async () => {
    const { stdout } = await say('deal show buyer.yaml');
    assert.match(stdout, /Obligations, by date \(draft: owed once it is signed\)/);
    assert.doesNotMatch(stdout, /northwind owes/);
  });
});

describe('typed wrong', () => {
  const WRONG: readonly (readonly [string, number, RegExp])[] = [
    ['deal', 2, /use one of: deal lint, deal show, deal diff/],
    ['deal lint', 2, /needs CONTRACT/],
    ['deal lint /dev/zero', 2, /cannot be read: it is no regular file/],
    ['deal lint nowhere.yaml', 2, /nowhere\.yaml cannot be read[^]*docs\/contracts\.md/],
    ['deal shwo buyer.yaml', 2, /did you mean `weighbridge deal show`/],
    ['deal show buyer.yaml --at soon', 2, /--at "soon" is no time/],
    ['deal diff buyer.yaml', 2, /needs AFTER/],
  ];
  for (const [line, code, says] of WRONG)
    test(`weighbridge ${line}: exit ${code}, and what to do instead`, async () => {
      const done = await say(line);
      assert.equal(done.code, code, done.stderr);
      assert.match(done.stderr, says);
    });
});

describe('deal register', () => {
  const OWN = `version: 1
title: Ours
parties:
  our-reseller: { name: Our reseller, parent: microsoft, source: alliance-notes }
`;
  test('enters a file without an instance, tells what a later one changes, and takes it out', async () => {
    const place = mkdtempSync(join(folder, 'register-'));
    const at = (line: string): Promise<Ran> => say(`deal register ${line}`, place);
    writeFileSync(join(place, 'a.yaml'), OWN);
    writeFileSync(join(place, 'b.yaml'), OWN.replace('name: Our reseller', 'name: Our reseller Ltd'));
    assert.match((await at('check a.yaml')).stdout, /^a\.yaml is sound: 1 party, 0 links, /);
    assert.match(
      (await at('import a.yaml --new')).stdout,
      /^Entered Ours into the live log \(default\/live\/node-1\): 1 party/,
    );
    const taken = await at('import b.yaml --new');
    assert.equal(taken.code, 2);
    assert.match(taken.stderr, /REGISTER_CHANGED/);
    assert.match((await at('diff b.yaml')).stdout, /~ parties\.our-reseller\.name: Our reseller → Our reseller Ltd/);
    const shown = await at('show');
    assert.match(shown.stdout, /\n +our-reseller +Our reseller +microsoft +yours /);
    assert.match(shown.stdout, /\n +nvidia +NVIDIA +- +with Weighbridge /);
    assert.match((await at('remove')).stdout, /^Took out/);
    const { own, versions } = JSON.parse((await at('show --json')).stdout) as { own: unknown; versions: unknown[] };
    assert.deepEqual([own, versions.length], [null, 2]);
  });
  test('prints an example that is sound, whose duty then stands in the map as own', async () => {
    const place = mkdtempSync(join(folder, 'example-'));
    const { stdout } = await say('deal register example', place);
    writeFileSync(join(place, 'register.yaml'), stdout);
    assert.match(
      (await say('deal register check register.yaml', place)).stdout,
      /^register\.yaml is sound: 1 party, 1 link, 1 matter to watch, 1 step of the playbook, 1 duty, 1 claim\.$/m,
    );
    await say('deal register import register.yaml', place);
    const { kinds, watch } = JSON.parse((await say('deal duties --json', place)).stdout) as {
      readonly kinds: readonly { readonly kind: string; readonly duties: readonly { readonly from: string }[] }[];
      readonly watch: readonly { readonly from: string }[];
    };
    const own = kinds.flatMap(({ kind, duties }) => duties.map(({ from }) => `${kind} ${from}`));
    assert.deepEqual(
      own.filter((each) => each.endsWith('own')),
      ['cloud_sold own'],
    );
    assert.equal(watch.filter(({ from }) => from === 'own').length, 1);
    assert.match(
      (await say('deal duties', place)).stdout,
      /Agreement of the works council on what is recorded \(own\)/,
    );
    assert.match((await say('deal playbook', place)).stdout, /Agree on what is recorded of people \(own\)/);
    assert.match((await say('deal claims', place)).stdout, /reseller-says-p95/);
  });
  test('refuses a file that would replace what ships, with its line, and one that is not there', async () => {
    file('taken.yaml', OWN.replace('our-reseller:', 'nvidia:'));
    for (const action of ['check', 'diff', 'import']) {
      const refused = await say(`deal register ${action} taken.yaml`);
      assert.equal(refused.code, 4);
      assert.match(refused.stderr, /taken\.yaml:4:3: "nvidia" is an id of the register that comes with Weighbridge/);
    }
    const absent = await say('deal register import nowhere.yaml');
    assert.deepEqual([absent.code, /nowhere\.yaml cannot be read/.test(absent.stderr)], [2, true]);
    assert.equal((await say('deal register diff')).code, 2);
  });
});
