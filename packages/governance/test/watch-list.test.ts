// The watch-list: what it holds of the notes, whose review is overdue, and what comes next.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import {
  AREAS,
  comingWithin,
  mattersOf,
  overdueAt,
  readRegister,
  readWatchList,
  reviewsOverdue,
} from '../src/index.ts';
import { missingNotes, readData, readNotes } from './support/corpus.ts';
import { day } from './support/evidence.ts';

const parties = Object.keys(readRegister('register.yaml', readData('alliance/register.yaml')).parties);
const TEXT = readData('duties/watch-list.yaml');
const list = readWatchList('watch-list.yaml', TEXT, parties);

const faultsOf = (...changes: readonly (readonly [string, string])[]): string[] => {
  let text = TEXT;
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `the list has no "${from}"`);
    text = text.replace(from, to);
  }
  try {
    readWatchList('watch.yaml', text, parties);
    return [];
  } catch (error) {
    assert.ok(isAppError(error) && error.code === 'DEAL_INVALID', String(error));
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^watch\.yaml:\d+:\d+: /, ''));
  }
};

describe('the shipped list', () => {
  test('has a matter for each area, each with a review to come', () => {
    const matters = Object.values(list.matters);
    assert.deepEqual([...new Set(matters.map(({ area }) => area))].toSorted(), AREAS.toSorted());
    assert.ok(matters.every(({ next_review }) => next_review > '2026-11-29'));
  });
  test('calls no date confirmed: the notes are secondary', () =>
    assert.ok(Object.values(list.matters).every(({ date_is }) => date_is !== 'confirmed')));
  test('holds the dates that the notes state', { skip: missingNotes('trust.md') }, () => {
    const text = readNotes('trust.md');
    const stated: readonly (readonly [string, string, string])[] = [
      ['ai-act-high-risk', '2 Dec 2027', '2027-12-02'],
      ['ai-act-products', '2 Aug 2028', '2028-08-02'],
      ['ai-act-transparency', '2 Aug 2026', '2026-08-02'],
      ['ai-act-marking-grace', '2 Dec 2026', '2026-12-02'],
      ['ai-act-gpai-enforcement', 'GPAI enforcement since 2 Aug 2026', '2026-08-02'],
      ['dora-critical-providers', '18 Nov 2025', '2025-11-18'],
      ['bcbs-third-parties', '10 Dec 2025', '2025-12-10'],
      ['data-act-switching', '12 Jan 2027', '2027-01-12'],
    ];
    for (const [id, told, date] of stated) {
      assert.ok(text.includes(told), told);
      assert.equal(list.matters[id]?.date, date);
    }
    const dated = Object.values(list.matters).filter(({ date }) => date !== undefined);
    assert.equal(dated.length, stated.length);
  });
  test('holds the regulatory risks that the notes on the alliance state', { skip: missingNotes('alliance.md') }, () => {
    assert.ok(
      readNotes('alliance.md').includes(
        'regulatory attention (competition, export control, national security, antitrust)',
      ),
    );
    const areas = mattersOf(list, 'nvidia').map(([, { area }]) => area);
    assert.deepEqual(areas, ['competition', 'export_control', 'national_security']);
  });
});

describe('reviews and dates', () => {
  test('a review is overdue from the day after, the longest first', () => {
    assert.deepEqual(reviewsOverdue(list, day('2026-12-02')), []);
    const found = reviewsOverdue(list, day('2027-01-13')).map(({ id, days }) => [id, days]);
    assert.deepEqual(found, [
      ['ai-act-marking-grace', 42],
      ['ai-act-transparency', 42],
      ['data-act-switching', 1],
    ]);
  });
  test('the last moment of the day of a review is in time, the next is not; a limit of days holds its own day', () => {
    const midnight = Date.parse('2026-12-03T00:00:00Z');
    assert.deepEqual(reviewsOverdue(list, midnight - 1), []);
    assert.equal(reviewsOverdue(list, midnight).length, 2);
    const start = Date.parse('2026-11-29T00:00:00Z');
    assert.equal(comingWithin(list, start, 3).length, 1);
    assert.equal(comingWithin(list, start, 2).length, 0);
  });
  test('what comes is told by the days that are left, and what has come is not', () => {
    const found = comingWithin(list, Date.parse('2026-11-29T00:00:00Z'), 60).map(({ id, days }) => [id, days]);
    assert.deepEqual(found, [
      ['ai-act-marking-grace', 3],
      ['data-act-switching', 44],
    ]);
    assert.deepEqual(comingWithin(list, day('2026-12-03'), 30), []);
    assert.deepEqual(
      comingWithin(list, day('2026-12-02'), 30).map(({ id }) => id),
      ['ai-act-marking-grace'],
    );
  });
  test('overdue reviews stand in one list with what else is overdue, and name who looks', () => {
    const [first, ...others] = overdueAt({ incidents: [], watch: list, reviewer: 'counsel' }, day('2027-01-13'));
    assert.deepEqual(
      [first?.kind, first?.id, first?.owner, others.length],
      ['review', 'ai-act-marking-grace', 'counsel', 2],
    );
    assert.equal(first?.due, Date.parse('2026-12-03T00:00:00Z'));
  });
});

describe('a list with faults is refused', () => {
  test('for a party that the register does not hold, or a source that the list does not', () =>
    assert.deepEqual(
      faultsOf(['parties: [nvidia]', 'parties: [nobody]'], ['source: alliance-notes', 'source: hearsay']),
      [
        '"hearsay" is no source of this list; add it, or name one that is there',
        '"nobody" is no party of the register; name one of the register',
      ],
    ));
  test('for a date that is said to be not stated, and for none that is said to be', () => {
    assert.match(
      faultsOf(['    date: 2026-08-02\n', ''])[0] ?? '',
      /write `not_stated` where there is no date, and only there/,
    );
    assert.match(faultsOf(['date_is: to_be_confirmed', 'date_is: not_stated'])[0] ?? '', /and only there/);
  });
  test('for a review without a day', () =>
    assert.match(faultsOf(['next_review: 2027-01-31', 'next_review: 2027-01'])[0] ?? '', /write a day that exists/));
});
