// The brief as a sheet: which decisions come first, what is never added up, what is said where nobody knows; and one page, whatever
// the log holds, as a PDF and as Debian's Chromium prints the HTML.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { briefSheet, SHEET_ROOM, sheetHeight, type Brief, type Sheet } from '@weighbridge/protocol';
import { briefHtml, briefPdf } from '@weighbridge/server';
import { decisionsDue, type Candidate } from '../../src/deal/brief/decisions.ts';
import { partyNamed } from '../../src/deal/party-names.ts';
import { reference } from '../../src/deal/reference.ts';
import { briefOfContracts } from '../support/brief-desk.ts';

const DATA = new URL('../../../ledger/data/contracts/', import.meta.url);
const MID_SIZE = readFileSync(new URL('mid-size-buyer.yaml', DATA), 'utf8').replace('status: draft', 'status: signed');
const ALLIANCE = readFileSync(new URL('alliance-compute.yaml', DATA), 'utf8');

const candidate = (kind: Candidate['kind'], on: string, id = 'a'): Candidate => ({
  kind,
  id,
  on,
  what: kind,
  why: 'why',
  who: 'who',
  page: '/contracts',
  command: 'weighbridge deal list',
});

describe('decisions due next', () => {
  test('the day comes first, then the kind, then the name; the rest is counted', () => {
    const { rows, more } = decisionsDue(
      [
        candidate('review', '2027-02-01'),
        candidate('renewal', '2027-02-01'),
        candidate('notice', '2027-02-01', 'b'),
        candidate('notice', '2027-02-01', 'a'),
        candidate('milestone', '2027-01-31'),
      ],
      '2027-01-01',
    );
    assert.deepEqual(
      rows.map(({ kind, id, days_left: days }) => `${kind} ${id} ${days}`),
      ['milestone a 30', 'notice a 31', 'notice b 31'],
    );
    assert.equal(more, 2);
  });
  test('a day that has passed is no decision any more, but for what is overdue and still open', () => {
    const past = (['notice', 'renewal', 'milestone', 'evidence', 'incident', 'review'] as const).map((kind) =>
      candidate(kind, '2026-12-30'),
    );
    const { rows } = decisionsDue([...past, candidate('notice', '2027-01-01', 'today')], '2027-01-01');
    assert.deepEqual(
      rows.map(({ kind, days_left: days }) => `${kind} ${days}`),
      ['incident -2', 'review -2', 'notice 0'],
    );
  });
  test('nothing that could be decided is said, not left blank', async () => {
    const { decisions, ...rest } = await briefOfContracts([], '2026-11-30');
    assert.ok(decisions.rows.length > 0, 'the watch-list always has a next review');
    const [section] = briefSheet({ ...rest, decisions: { rows: [], more: 0 } }).sections;
    assert.match(section?.lead ?? '', /^Nothing is due/);
  });
});

const UNKNOWN_DAYS = { from: '2027-01-01', until: '2027-10-31' };
const drawRow = (given: Partial<Brief['draw_down']['rows'][number]>): Brief['draw_down']['rows'][number] => ({
  standing: 'signed',
  contract: 'deal',
  instrument: 'a',
  title: 'A deal',
  kind: 'spend',
  currency: 'EUR',
  committed: '100',
  drawn: '0',
  stated: '0',
  unknown_days: UNKNOWN_DAYS,
  next: { milestone: 'h2', until: '2027-12-31', forecast: { verdict: 'not known', days: 14, projected: null } },
  ...given,
});
const UNKNOWN_ROWS = [
  drawRow({}),
  drawRow({ instrument: 'b', drawn: '5' }),
  drawRow({ instrument: 'c', drawn: '7', stated: '4', unknown_days: null }),
];

describe('what stands on it', () => {
  let brief: Brief;
  before(async () => {
    brief = await briefOfContracts([MID_SIZE, ALLIANCE], '2027-11-15');
  });

  test('obligations and possibilities are lists of their own, and each currency and standing has its own sum', () => {
    assert.deepEqual(
      brief.money.map(({ currency, owed }) => [currency, owed.map(({ standing, ahead }) => `${standing} ${ahead}`)]),
      [
        // 1,700,000 of the commitment, and the price of 150 units for fourteen months.
        ['EUR', ['signed 2776040']],
        ['USD', ['reported 30000000000']],
      ],
    );
    assert.deepEqual(
      brief.possible.map(({ standing, what, up_to: most, unit }) => `${standing} ${what} ${most} ${unit}`),
      [
        'signed option 200 PTU',
        'reported option 1000 MW',
        'reported investment 10000000000 USD',
        'reported investment 5000000000 USD',
      ],
    );
    assert.deepEqual([brief.money[0]?.owed[0]?.this_year, brief.money[0]?.owed[0]?.next_due], ['653720', '2027-11-30']);
  });
  test('what may move on is owed whole at the end', () => {
    assert.deepEqual(brief.money[0]?.shortfalls, [{ standing: 'signed', at_most: '2100000' }]);
  });
  test('the last day for notice comes with its fee and who decides', () => {
    const notice = brief.decisions.rows.find(({ kind }) => kind === 'notice');
    assert.deepEqual(
      [notice?.on, notice?.days_left, notice?.who, notice?.why.includes('90,000.00 EUR')],
      ['2028-01-01', 47, 'Northwind Logistics Ltd', true],
    );
  });
  test('the watch-list is one decision, however long it is', () => {
    assert.equal(brief.decisions.rows.filter(({ kind }) => kind === 'review').length, 1);
    assert.match(brief.decisions.rows[0]?.what ?? '', /\d+ matters/);
  });
  test('capacity without a price is owed without a sum, and named', async () => {
    const bare = MID_SIZE.replace(/^ {4}price: .*\n/m, '');
    const open = await briefOfContracts([bare], '2027-11-15');
    assert.deepEqual(
      open.unpriced.map(({ instrument, why, until }) => `${instrument}: ${why}, ${until}`),
      ['reserved-units: price not stated, 2028-12-31'],
    );
    assert.equal(open.money[0]?.owed[0]?.ahead, '1700000');
    const [, section] = briefSheet(open).sections;
    assert.ok(section?.rows.some((row) => row.includes('no sum stated')));
    assert.match(section?.notes.join() ?? '', /reserved-units of northwind-models-2027 \(price not stated\)/);
    assert.deepEqual(brief.unpriced, []);
  });
  test('a milestone that ended before metering began was not delivered as nothing: nobody knows', () => {
    const ended = brief.milestones.find(({ kind }) => kind === 'spend');
    assert.deepEqual([ended?.delivered, ended?.why.startsWith('not measured')], [null, true]);
    const known = { ...brief, draw_down: { rows: UNKNOWN_ROWS, unknown: null, earlier: null } };
    const text = JSON.stringify(briefSheet(known).sections.find(({ id }) => id === 'draw'));
    assert.match(text, /"not known"/);
    assert.match(text, /≥ 5 EUR/);
    assert.match(text, /Neither metered nor stated, so not known: what was drawn from 2027-01-01 to 2027-10-31/);
    assert.doesNotMatch(text, /"0(\.00)? EUR"/);
    const stated = { ...known, draw_down: { ...known.draw_down, rows: UNKNOWN_ROWS.slice(2) } };
    const said = JSON.stringify(briefSheet(stated).sections.find(({ id }) => id === 'draw'));
    assert.match(said, /7 EUR \*/);
    assert.match(said, /\* stated, not metered: 4 EUR of c/);
  });
  test('of the draw-down the next milestone comes first', () => {
    const days = brief.draw_down.rows.map(({ next }) => next?.until ?? 'ended');
    assert.deepEqual(days, ['2027-12-31', '2027-12-31', '2030-12-31']);
  });
  test('what was spent in the log before is said to be there', () => {
    const earlier = { until: Date.UTC(2027, 6, 1), origin: 'acme/live/node-1' };
    const sheet = briefSheet({ ...brief, draw_down: { ...brief.draw_down, earlier } });
    const notes = sheet.sections.find(({ id }) => id === 'draw')?.notes;
    assert.equal(
      notes?.at(-1),
      'Spent before 2027-07-01: in acme/live/node-1, which this log succeeded, and in no figure here',
    );
  });
  test('what nobody measured is not zero', () => {
    assert.ok(brief.draw_down.rows.length > 0 && brief.milestones.length > 0);
    assert.ok(brief.draw_down.rows.every(({ drawn }) => drawn === null));
    assert.ok(brief.milestones.every(({ delivered, why }) => delivered === null && why.startsWith('not measured')));
    assert.deepEqual([brief.concentration.rows, brief.concentration.calls], [[], null]);
    const text = briefSheet(brief).sections.flatMap(({ lead, rows }) => [lead, ...rows.flat()]);
    assert.ok(text.includes('not measured') && text.includes('not known'));
    assert.ok(text.some((each) => each.startsWith('nothing measured: ')));
  });
  test('what a statement says is known without any table, and marked', async () => {
    const stated = MID_SIZE.replace(
      '    carry_over: roll-forward\n',
      '    carry_over: none\n    drawn_before: { until: 2027-09-30, source: their statement, milestones: { h1-2027: "400000.00", h2-2027: "31000.00" } }\n',
    ).replace('rule: rollover', 'rule: invoice-difference');
    const { draw_down: drawn, milestones } = await briefOfContracts([stated], '2027-11-15');
    const spend = drawn.rows.find(({ kind }) => kind === 'spend');
    assert.deepEqual(
      [spend?.drawn, spend?.stated, spend?.unknown_days],
      ['431000', '431000', { from: '2027-10-01', until: '2027-11-15' }],
    );
    const ended = milestones.find(({ kind }) => kind === 'spend');
    assert.deepEqual([ended?.milestone, ended?.delivered, ended?.stated], ['h1-2027', '400000', '400000']);
  });
  test('claims: high materiality first, then contradicted before unverified before reported', () => {
    const ranks = brief.claims.open.map(({ materiality }) => ['high', 'medium', 'low'].indexOf(materiality));
    assert.deepEqual(ranks, ranks.toSorted());
    assert.ok(brief.claims.open.length > 3);
  });
  test('a seller of the configuration is looked up in the register, and two that could be meant are none', () => {
    const { register } = reference();
    assert.equal(partyNamed(register, 'aws'), 'aws');
    assert.equal(partyNamed(register, 'google'), 'google-cloud');
    assert.equal(partyNamed(register, 'Anthropic'), 'anthropic');
    assert.equal(partyNamed(register, 'self'), undefined);
    const twice = { ...register.parties, other: { ...register.parties['google-cloud']!, name: 'Google Ads' } };
    assert.equal(partyNamed({ ...register, parties: twice }, 'google'), undefined);
  });
});

/** Two hundred contracts with the longest names there may be, and more of everything else than any page holds. */
async function extreme(): Promise<Brief> {
  const name = 'W'.repeat(30);
  const long = `${`${name} `.repeat(5)}<b>&"→ ≥ é 漢字`;
  const texts = Array.from({ length: 200 }, (_, at) =>
    (at % 2 === 0 ? MID_SIZE : ALLIANCE)
      .replace(/^id: .*/m, `id: contract-${String(at).padStart(3, '0')}-with-a-name-that-goes-on`)
      .replace(/^title: .*/m, `title: '${long}'`)
      .replace(/Northwind Logistics Ltd|Anthropic PBC/, `${name} ${at} Company of the Longest Name`)
      .replace(/^currency: .*/m, `currency: ${['EUR', 'USD', 'GBP', 'JPY'][at % 4] ?? 'EUR'}`),
  );
  const brief = await briefOfContracts(texts, '2027-11-15');
  const axis = {
    axis: 'linked_group' as const,
    shares: Array.from({ length: 30 }, (_, at) => ({ name: `${long} ${at}`, permille: 33 })),
    unplaced_permille: 10,
    hhi: { low: '333', high: '9,999' },
    n_eff: { low: '1.0', high: '30.0' },
    bands: ['low' as const, 'moderate' as const, 'high' as const],
  };
  return {
    ...brief,
    organisation: long,
    simulated: true,
    unreadable: Array.from({ length: 5 }, (_, at) => ({
      id: `lost-${at}`,
      title: long,
      digest: 'd'.repeat(64),
      entered: 0,
      by: { via: 'command' as const },
      versions: 1,
      why: long.repeat(4),
      next: long,
    })),
    draw_down: { ...brief.draw_down, earlier: { until: Date.UTC(2027, 1, 1), origin: `${long}/live/node-1` } },
    claims: {
      ...brief.claims,
      open: Array.from({ length: 300 }, (_, at) => ({
        id: `claim-${at}`,
        text: long.repeat(4),
        state: 'contradicted' as const,
        why: long.repeat(4),
        materiality: 'high' as const,
      })),
    },
    concentration: {
      ...brief.concentration,
      unknown: null,
      unpriced: 12_345,
      rows: Array.from({ length: 40 }, () => ({ currency: 'EUR', spend: '1', axes: [axis, axis] })),
    },
  };
}

const pagesOf = (pdf: Uint8Array): number =>
  (
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type\s*\/Page(?![a-z])/gi) ?? []
  ).length;

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
function missingBrowser(): string | false {
  if (existsSync(CHROMIUM)) return false;
  assert.notEqual(process.env['CI'], 'true', `there is no Chromium at ${CHROMIUM}: apt-get install chromium`);
  return `there is no Chromium at ${CHROMIUM}`;
}

describe('one page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-brief-pages-'));
  let sheets: readonly (readonly [string, Sheet])[];
  before(async () => {
    sheets = [
      ['of nothing', briefSheet(await briefOfContracts([], '2026-11-30'))],
      ['of two contracts', briefSheet(await briefOfContracts([MID_SIZE, ALLIANCE], '2027-11-15'))],
      ['of an extreme log', briefSheet(await extreme())],
    ];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('the sheet never takes more height than there is, and says how many rows it left out', () => {
    for (const [name, sheet] of sheets)
      assert.ok(sheetHeight(sheet) <= SHEET_ROOM.height, `${name}: ${sheetHeight(sheet)} mm`);
    const notes = sheets.at(-1)?.[1].sections.map(({ notes: own }) => own.join(' ')) ?? [];
    assert.deepEqual(
      notes.map((note) => /and \d+ more/.test(note)),
      [true, true, true, true, false, true, true, true, true],
    );
  });
  test('the PDF has one page, its type is embedded and its text can be selected', async () => {
    for (const [name, sheet] of sheets) {
      const pdf = await briefPdf(sheet);
      const text = Buffer.from(pdf).toString('latin1');
      assert.equal(pagesOf(pdf), 1, name);
      assert.match(text, /\/FontFile2 /, name);
      assert.match(text, /\/ToUnicode /, name);
      assert.ok(pdf.byteLength < 400_000, `${name}: ${pdf.byteLength} bytes`);
    }
  });
  test('the HTML needs nothing else, holds no script, and escapes what came from outside', () => {
    for (const [name, sheet] of sheets) {
      const html = briefHtml(sheet);
      assert.doesNotMatch(html, /<script|<b>|https?:|url\(|<link|<img/, name);
    }
    assert.match(briefHtml(sheets.at(-1)?.[1] ?? assert.fail('there is one')), /&lt;b&gt;&amp;&quot;/);
  });
  test('each section has a title, and words where it has no rows', () => {
    for (const [name, sheet] of sheets)
      for (const { id, lead, rows } of sheet.sections) assert.ok(rows.length > 0 || lead !== '', `${name}: ${id}`);
  });
  test('the HTML prints on one page, and nothing of it is cut off', { skip: missingBrowser() }, () => {
    for (const [at, [name, sheet]] of sheets.entries()) {
      const printed = join(folder, `${at}.pdf`);
      const html = join(folder, `${at}.html`);
      writeFileSync(html, briefHtml(sheet));
      chromium([`--print-to-pdf=${printed}`, '--no-pdf-header-footer', `file://${html}`]);
      assert.equal(pagesOf(readFileSync(printed)), 1, name);
      const measuring = `<script>const main = document.querySelector('main');
        const foot = document.querySelector('footer').getBoundingClientRect().top;
        const last = [...document.querySelectorAll('section')].at(-1).getBoundingClientRect().bottom;
        document.title = 'over ' + (main.scrollHeight - main.clientHeight) + ' room ' + Math.round(foot - last);</script>`;
      writeFileSync(html, briefHtml(sheet).replace('</body>', `${measuring}</body>`));
      const [, over, room] = /<title>over (-?\d+) room (-?\d+)/.exec(chromium(['--dump-dom', `file://${html}`])) ?? [];
      assert.ok(Number(over) <= 0 && Number(room) >= 0, `${name}: over ${over}, room ${room}`);
    }
  });

  function chromium(words: readonly string[]): string {
    const quiet = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`];
    const done = spawnSync(CHROMIUM, [...quiet, ...words], { encoding: 'utf8', timeout: 120_000 });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
  }
});
