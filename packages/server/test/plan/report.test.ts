// Reports of plans on paper: HTML that needs nothing else and hides nothing, a PDF with the same words, drawings with a gap where nothing is
// known, and texts of a file that stay texts.
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { describe, test } from 'node:test';
import { readPlan, runPlans } from '@weighbridge/planner';
import type { PlanChart, PlanReport, PlanRun } from '@weighbridge/protocol';
import { chartDrawing, swingsDrawing } from '../../src/plan/report/drawing.ts';
import { planHtml } from '../../src/plan/report/html.ts';
import { planPdf } from '../../src/plan/report/pdf.ts';
import { paperOf } from '../../src/plan/report/sheet.ts';
import { rangeWords, valueWords } from '../../src/plan/report/words.ts';
import { shippedBasis, shippedPlans } from '../../src/plan/shipped.ts';

const catalogues = await shippedBasis();
const reports = [...shippedPlans()].map(([name, text]): readonly [string, PlanReport] => [
  name,
  readPlan(name, text, catalogues).run({ seed: 1, draws: 100, ranges: {}, choices: {} }).report,
]);

const alone = (first: PlanReport): PlanRun => ({ first, second: null, differences: [] });

const shown = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

for (const [name, report] of reports)
  describe(name, () => {
    const html = planHtml(alone(report));
    test('HTML: the answer, every figure with its formula, every caution, table, chart, choice, and assumption with its source', () => {
      const text = shown(html);
      const wanted = [
        report.title,
        'estimate, simulated',
        report.says,
        ...report.cautions,
        ...report.figures.flatMap(({ title, formula }) => [title, formula]),
        ...report.tables.map(({ title }) => title),
        ...report.charts.map(({ title }) => title),
        ...report.choices.map(({ title }) => title),
        ...report.controls.flatMap(({ title, source }) => [title, source?.says ?? '']),
      ];
      for (const each of wanted) assert.ok(text.includes(each.replaceAll(/\s+/g, ' ').trim()), each);
      assert.doesNotMatch(html, /NaN|undefined|Infinity/);
      assert.equal((html.match(/<svg /g) ?? []).length, report.charts.length + 1);
    });
    test('HTML needs nothing else: no script, no address, no picture from elsewhere', () => {
      assert.doesNotMatch(html, /<script|https?:|src=|@import|url\(/);
    });
    test('PDF: more than a page, its type embedded, no more than it needs', async () => {
      const pdf = Buffer.from(await planPdf(alone(report))).toString('latin1');
      assert.match(pdf, /^%PDF-/);
      const pages = (pdf.match(/\/Type \/Page\b/g) ?? []).length;
      assert.ok(pages >= 3 && pages <= 14, `${pages} pages`);
      assert.match(pdf, /\/FontFile2/);
      assert.ok(pdf.length < 400_000);
    });
  });

test('what a file says is never read as HTML', () => {
  const [, report] = reports[0]!;
  const evil = `<img src=x onerror="alert(1)"> & 'it'`;
  const html = planHtml(alone({ ...report, title: evil, note: evil, cautions: [evil], says: evil }));
  assert.doesNotMatch(html, /<img/);
  assert.equal((html.match(/&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; &amp; &#39;it&#39;/g) ?? []).length, 5);
});

test('what was changed stands beside what the file says', () => {
  const [name, text] = [...shippedPlans()][1]!;
  const changed = readPlan(name, text, catalogues).run({
    seed: 1,
    draws: 50,
    ranges: { power_price: { low: 0.3, likely: 0.3, high: 0.3 } },
    choices: { grid: 'france' },
  }).report;
  const sections = paperOf(alone(changed)).sections;
  const row = (title: string, first: string) =>
    sections.find((section) => section.title === title)!.table!.rows.find(([each]) => each === first)!;
  assert.equal(row('Assumptions and their sources', 'price of power')[1], '0.3 USD/kWh');
  assert.match(
    row('Assumptions and their sources', 'price of power')[2] ?? '',
    /^0\.\d+ \(0\.\d+ to 0\.\d+\) USD\/kWh$/,
  );
  assert.equal(row('Choices', 'Grid')[2], 'United States');
});

describe('two plans', () => {
  const side = (name: string, text: string) => readPlan(name, text, catalogues);
  const texts = shippedPlans();
  const made = (against: 'own-or-buy' | 'one-gigawatt'): PlanRun =>
    runPlans(
      {
        name: 'own-or-buy',
        ranges: { peak: { low: 2, likely: 2, high: 2 } },
        choices: { rack: 'vera-rubin-nvl72' },
        seed: 1,
        draws: 50,
        against: { name: against, ranges: {}, choices: {} },
      },
      (name) => side(name, texts.get(name)!),
    );
  test('of one kind: every figure of both with what lies between, and in what they differ', () => {
    const run = made('own-or-buy');
    const { sections } = paperOf(run);
    const beside = sections.find(({ title }) => title === `Beside it: ${run.second!.title}`)!;
    assert.deepEqual(beside.words, [run.second!.says]);
    assert.equal(beside.table!.rows.length, run.first.figures.length);
    for (const row of beside.table!.rows) for (const cell of row.slice(1)) assert.match(cell, /\d/);
    const differ = sections.find(({ title }) => title === 'In what the two differ')!.table!.rows;
    assert.deepEqual(differ[0], ['Rack', 'Vera Rubin NVL72', 'GB300 NVL72']);
    assert.equal(differ.find(([title]) => title === 'demand at the peak ÷ mean')?.[1], '2');
    assert.ok(shown(planHtml(run)).includes('In what the two differ'));
  });
  test('of two kinds: both told, and nothing is subtracted', () => {
    const run = made('one-gigawatt');
    const titles = new Set(paperOf(run).sections.map(({ title }) => title));
    assert.ok(titles.has(`Beside it: ${run.second!.title}`) && !titles.has('In what the two differ'));
    assert.ok(shown(planHtml(run)).includes(shown(run.second!.says)));
  });
});

describe('drawings', () => {
  const at = (p50: number) => ({ p10: p50 / 2, p50, p90: p50 * 2 });
  const chart = (values: readonly (number | null)[]): PlanChart => ({
    id: 'c',
    title: 'a chart',
    unit: 'USD/month',
    axis: {
      is: 'numbers',
      title: 'demand',
      unit: 'Mtok/month',
      log: true,
      numbers: values.map((_, index) => index + 1),
    },
    lines: [{ id: 'one', title: 'one', bands: values.map((value) => (value === null ? null : at(value))) }],
  });
  const texts = (values: readonly (number | null)[]): string =>
    chartDrawing(chart(values))
      .shapes.map((shape) => (shape.is === 'text' ? shape.text : ''))
      .join('|');
  test('count powers of ten over a wide spread and say so, and never where nought is', () => {
    assert.match(texts([1, 10, 1_000]), /USD\/month, by powers of ten; across: demand, Mtok\/month/);
    assert.doesNotMatch(texts([1, 2, 3]), /powers/);
    assert.doesNotMatch(texts([0, 2, 3_000]), /powers/);
  });
  test('leave a gap where nothing is known, and stay within the sheet', () => {
    const drawing = chartDrawing(chart([1, null, 3, 4]));
    const line = drawing.shapes.find((shape) => shape.is === 'line' && shape.ink === '#3b4cc0');
    assert.equal(line?.is === 'line' ? line.path.split('M').length : 0, 3);
    for (const shape of drawing.shapes)
      for (const [, x = '0'] of shape.is === 'text' ? [] : shape.path.matchAll(/[ML]([\d.-]+)/g))
        assert.ok(Number(x) >= 0 && Number(x) <= drawing.width, shape.is);
  });
  test('hold when nothing is to be drawn', () => {
    assert.doesNotMatch(JSON.stringify(chartDrawing(chart([null, null]))), /NaN|null/);
    const [, report] = reports[0]!;
    assert.doesNotMatch(JSON.stringify(swingsDrawing({ ...report, swings: report.swings.slice(0, 1) })), /NaN|null/);
  });
  test('numbers keep three digits and their unit', () => {
    assert.deepEqual(
      [valueWords(0.8123, 'share'), valueWords(326_808, 'chips'), valueWords(1.25, 'ratio'), valueWords(null, 'kW')],
      ['81.2 %', '327,000 chips', '1.25', 'not known'],
    );
    assert.deepEqual(
      [rangeWords(-0.03, 0.02, 0.06, 'share/month'), rangeWords(48, 48, 48, 'GSU'), rangeWords(40, 48, 56, 'GSU')],
      ['2 %/month (-3 % to 6 %)', '48 GSU', '48 (40 to 56) GSU'],
    );
  });
  test('shares are in per cent on both axes and in what a line ends at', () => {
    const band = { p10: 0.2, p50: 0.3, p90: 0.4 };
    const lines = [{ id: 'line', title: 'Line', bands: [band, band] }];
    const axis = { is: 'numbers' as const, title: 'hours', unit: 'share', log: false, numbers: [0.0208, 0.979] };
    const { shapes } = chartDrawing({ id: 'chart', title: 'Chart', unit: 'share', axis, lines });
    const texts = shapes.flatMap((shape) => (shape.is === 'text' ? [shape.text] : []));
    for (const each of ['2.08 %', '97.9 %', '20 %', 'Line: 30 % (20 % to 40 %) at the right end'])
      assert.ok(texts.includes(each), `${each} in ${texts.join('; ')}`);
    const bare = chartDrawing({ id: 'chart', title: 'Chart', unit: 'USD', axis: { ...axis, unit: '' }, lines });
    assert.ok(bare.shapes.some((shape) => shape.is === 'text' && shape.text === 'USD; across: hours'));
  });
});

test('the text of the PDF can be selected', async () => {
  const [, report] = reports[1]!;
  const pdf = Buffer.from(await planPdf(alone(report)));
  const text = pdf.toString('latin1');
  const streams = [...text.matchAll(/stream\n/g)].map(({ index }) => {
    try {
      return inflateSync(pdf.subarray(index + 7)).toString('latin1');
    } catch {
      return '';
    }
  });
  assert.ok(streams.some((stream) => (stream.match(/TJ/g) ?? []).length > 20));
});
