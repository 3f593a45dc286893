// The brief as a page: rendered to PDF it is exactly one, no type on it is smaller than nine points, no amount is cut, and whatever the log
// holds, nothing or two dozen contracts, it is neither half empty nor spilling over.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { contractExamples } from '@weighbridge/ledger';
import { briefSheet, SHEET_ROOM, sheetHeight, type Brief, type Sheet } from '@weighbridge/protocol';
import { briefPdf } from '@weighbridge/server';
import { briefOfContracts } from '../support/brief-desk.ts';

const DATA = new URL('../../../ledger/data/contracts/', import.meta.url);
const MID_SIZE = readFileSync(new URL('mid-size-buyer.yaml', DATA), 'utf8').replace('status: draft', 'status: signed');
const ALLIANCE = readFileSync(new URL('alliance-compute.yaml', DATA), 'utf8');
const OWN = contractExamples(Date.UTC(2026, 10, 30))[0]?.text ?? assert.fail('there is an example');
const many = Array.from({ length: 24 }, (_, at) =>
  (at % 2 === 0 ? OWN : MID_SIZE)
    .replace(/^id: .*/m, `id: contract-${at}`)
    .replace(/Contoso Cloud Ireland Ltd/, `Seller number ${at % 5} of Europe Ltd`),
);

const MM = 72 / 25.4;
const PAGE = 841.89;

interface Text {
  /** In points. */
  readonly size: number;
  /** Of its line, from the foot of the page. */
  readonly y: number;
}

/** Every text of a PDF, from its streams. */
function textsOf(pdf: Uint8Array): readonly Text[] {
  const bytes = Buffer.from(pdf);
  const found: Text[] = [];
  for (let at = bytes.indexOf('stream\n'); at >= 0; at = bytes.indexOf('stream\n', at + 1)) {
    const end = bytes.indexOf('\nendstream', at);
    const stream = inflated(bytes.subarray(at + 'stream\n'.length, end));
    let y = 0;
    for (const [, tm, size] of stream.matchAll(/ ([\d.]+) Tm\n|\/F\d+ ([\d.]+) Tf/g))
      if (tm !== undefined) y = Number(tm);
      else if (size !== undefined) found.push({ size: Number(size), y });
  }
  return found;
}

/** Fonts and what else is no page comes as nothing. */
function inflated(bytes: Buffer): string {
  try {
    return inflateSync(bytes).toString('latin1');
  } catch {
    return '';
  }
}

const pagesOf = (pdf: Uint8Array): number =>
  (
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type\s*\/Page(?![a-z])/gi) ?? []
  ).length;

describe('the page', () => {
  let briefs: readonly (readonly [string, Brief])[];
  let sheets: readonly (readonly [string, Sheet])[];
  before(async () => {
    briefs = [
      ['of an empty install', await briefOfContracts([], '2026-11-30')],
      ['of one contract of one’s own', await briefOfContracts([OWN], '2026-11-30')],
      ['of two', await briefOfContracts([MID_SIZE, ALLIANCE], '2027-11-15')],
      ['of many', await briefOfContracts(many, '2027-11-15')],
    ];
    sheets = briefs.map(([name, brief]) => [name, briefSheet(brief)]);
  });

  test('is one, within its margins, and no text of it is smaller than nine points', async () => {
    for (const [name, sheet] of sheets) {
      const pdf = await briefPdf(sheet);
      assert.equal(pagesOf(pdf), 1, name);
      const texts = textsOf(pdf);
      assert.ok(texts.length > 40, `${name}: ${texts.length} texts are read`);
      const least = Math.min(...texts.map(({ size }) => size));
      assert.ok(least >= 9, `${name}: ${least} pt`);
      const ys = texts.map(({ y }) => y);
      assert.ok(Math.min(...ys) >= 12 * MM && Math.max(...ys) <= PAGE - 12 * MM, name);
    }
  });
  test('is filled from head to foot: nowhere are more than two centimetres blank', async () => {
    for (const [name, sheet] of sheets) {
      assert.ok(sheetHeight(sheet) <= SHEET_ROOM.height, name);
      const lines = [...new Set(textsOf(await briefPdf(sheet)).map(({ y }) => y))].toSorted((a, b) => b - a);
      assert.ok((lines[0] ?? 0) >= PAGE - 20 * MM, `${name}: begins at ${lines[0]}`);
      assert.ok((lines.at(-1) ?? PAGE) <= 20 * MM, `${name}: ends at ${lines.at(-1)}`);
      const gaps = lines.slice(1).map((y, at) => (lines[at] ?? 0) - y);
      assert.ok(Math.max(...gaps) <= 20 * MM, `${name}: ${Math.max(...gaps) / MM} mm are blank`);
    }
  });
  test('what needs a decision has its three rows before anything else has a second', () => {
    const last = sheets.at(-1)?.[1];
    assert.equal(last?.sections[0]?.rows.length, 3);
    assert.match(last.sections[0].notes.join(), /^and \d+ more, later$/);
  });
  test('no amount is cut: where one has no room on a line, its rows have two', async () => {
    const [, two] = briefs[2] ?? assert.fail('there is one');
    const long = {
      ...two,
      draw_down: {
        ...two.draw_down,
        rows: two.draw_down.rows.map((row) => ({
          ...row,
          drawn: '123456789012.123456789',
          stated: '1',
          unknown_days: null,
        })),
      },
    };
    const draw = briefSheet(long).sections.find(({ id }) => id === 'draw');
    assert.equal(draw?.lines, 2);
    assert.ok(draw.rows.some((row) => row.includes('≈ 123,456,789,012.12 EUR *')));
  });
  test('a row says how far its contract binds, in every list that has one', () => {
    const [, drafted] = sheets[1] ?? assert.fail('there is one');
    for (const id of ['owed', 'possible', 'draw']) {
      const rows = drafted.sections.find((section) => section.id === id)?.rows ?? [];
      assert.ok(rows.length > 0 && rows.every((row) => row[0] === 'draft'), id);
    }
    const asked = drafted.sections.find(({ id }) => id === 'questions');
    assert.ok(asked !== undefined && asked.rows.every(([whom]) => whom?.endsWith('(draft)') === true));
  });
});
