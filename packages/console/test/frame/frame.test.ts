import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Found } from '@weighbridge/protocol';
import { foundCommand } from '../../src/app/found-command.ts';
import { prepareEnvironment, prepareFreshness } from '../../src/frame/environment.ts';
import { pageOfPath, PAGES, railGroups } from '../../src/frame/navigation.ts';
import { commandsForId, foundCommands, rankCommands, type Command } from '../../src/frame/palette.ts';
import { readKey, shortcutSheet, type KeyPress, type Pending } from '../../src/frame/shortcuts.ts';
import { placeBeside } from '../../src/parts/popover/place.ts';
import { seed } from '../support/seed.ts';

describe('the rail', () => {
  test('shows groups in their order, and none without pages', () => {
    assert.deepEqual(
      railGroups(PAGES.filter(({ key }) => key !== 'settings')).map(
        ({ name, pages }) => `${name}: ${pages.map(({ title }) => title).join(', ')}`,
      ),
      [
        'Operate: Overview, Calls, Deployments, Routes, Limits, Capacity, Coverage, Clients, Playground',
        'Spend: Spend, Contracts, Commitments',
        'Prove: Journal, Claims',
        'Govern: Duties, Playbook, Parties',
        'Plan: Planner, Alliance, Brief',
      ],
    );
  });
  test('a call belongs to Calls; the root is Overview only', () => {
    assert.equal(pageOfPath(PAGES, '/calls/01KB')?.key, 'calls');
    assert.equal(pageOfPath(PAGES, '/')?.key, 'overview');
    assert.equal(pageOfPath(PAGES, '/callsign'), null);
  });
  test('every page has a letter and an address of its own', () => {
    assert.equal(new Set(PAGES.map(({ letter }) => letter)).size, PAGES.length);
    assert.equal(new Set(PAGES.map(({ path }) => path)).size, PAGES.length);
  });
});

describe('the badge', () => {
  test('whatever is not live is called simulated', () => {
    assert.deepEqual(
      (['live', 'lab', 'sample'] as const).map((kind) => prepareEnvironment(kind).simulated),
      [false, true, true],
    );
  });
  test('freshness is stamped, and a lag is said', () => {
    const now = Date.UTC(2026, 10, 22, 14, 3, 7);
    const of = (behind: number, lagMs: number, upTo: number | null = now, running = true): string =>
      prepareFreshness({ running, behind, lagMs, upTo }).text.replaceAll('\u00a0', ' ');
    assert.equal(of(0, 0, now - 86_400_000), 'up to date', 'where nobody calls nothing is late');
    assert.equal(of(3, 900), 'up to date', 'what was sealed just now is on its way');
    assert.equal(of(3, 95_000), '1 min 35 s behind');
    assert.equal(of(0, 0, now, false), 'tables stopped');
    assert.equal(of(0, 0, null), 'no data yet');
    const late = prepareFreshness({ running: true, behind: 1, lagMs: 95_000, upTo: now });
    assert.equal(late.tone, 'warn');
    assert.match(
      late.meaning,
      /^1 entry is not in the tables yet; the newest that they hold is of 2026-11-22 14:03:07 UTC/,
    );
    assert.equal(prepareFreshness(null, true).text, 'not live');
    assert.equal(prepareFreshness(null).text, '');
  });
});

describe('what was found', () => {
  const hrefOf = (path: string): string => `${path}?t=7d`;
  test('leads to where each kind of thing is shown, the range kept', () => {
    const lead = (kind: Found['rows'][number]['kind'], id: string): string | null | undefined =>
      foundCommand({ kind, id, label: 'x' }, hrefOf)?.href;
    assert.deepEqual(
      [
        lead('call', '01K'),
        lead('entry', '7'),
        lead('key', 'wb_a'),
        lead('deployment', 'a b'),
        lead('route', 'opus'),
        lead('configuration', 'd'),
        lead('view', 'v'),
      ],
      [
        '/calls/01K?t=7d',
        '/journal?t=7d&sel=7',
        '/settings?t=7d&sel=wb_a',
        '/deployments?t=7d&sel=a%20b',
        '/routes?t=7d&model=opus',
        '/settings?t=7d&show=history',
        undefined,
      ],
    );
    assert.equal(foundCommand({ kind: 'key', id: 'a', label: 'x' }, (path) => path)?.href, '/settings?sel=a');
  });
  test('stands between what an id opens by its shape and the pages, and nothing stands twice', () => {
    const id = '01KB3V8Y2QH9N6W4T0XZJ5RCEM';
    const known = [foundCommand({ kind: 'call', id, label: 'call, entry 7' }, hrefOf)].flatMap((one) => one ?? []);
    const found = foundCommands(id, known, [], hrefOf);
    assert.deepEqual(
      found.map(({ about }) => about),
      ['its timeline, charges and proof'],
    );
  });
});

describe('the palette', () => {
  const command = (title: string, words: readonly string[] = []): Command => ({
    id: title,
    title,
    about: '',
    words,
    href: null,
  });
  const commands = [
    command('Overview'),
    command('Calls'),
    command('Last 7 days', ['7d']),
    command('Settings', ['keys']),
  ];
  const found = (typed: string): string[] => rankCommands(commands, typed).map(({ title }) => title);

  test('finds by beginning, by word, by other names, by letters in order, best first', () => {
    assert.deepEqual(found('ca'), ['Calls']);
    assert.deepEqual(found('7d'), ['Last 7 days']);
    assert.deepEqual(found('key'), ['Settings']);
    assert.deepEqual(found('days'), ['Last 7 days']);
    assert.deepEqual(found('ovw'), ['Overview']);
    assert.deepEqual(found('zzz'), []);
    assert.deepEqual(found(''), ['Overview', 'Calls', 'Last 7 days', 'Settings']);
  });
  test('an id opens what it names, in either case', () => {
    const hrefOf = (path: string, filter?: string): string => `${path}?${filter ?? ''}`;
    assert.equal(commandsForId(' 01kb3v8y2qh9n6w4t0xzj5rcem ', hrefOf)[0]?.href, '/calls/01KB3V8Y2QH9N6W4T0XZJ5RCEM?');
    assert.equal(commandsForId('wb_3f9a2c', hrefOf)[0]?.href, '/calls?key:wb_3f9a2c');
    assert.deepEqual(commandsForId('01KB', hrefOf), []);
    assert.deepEqual(commandsForId('81KB3V8Y2QH9N6W4T0XZJ5RCEM', hrefOf), [], 'no ULID begins beyond 7');
  });
});

describe('shortcuts', () => {
  const press = (key: string, given: Partial<KeyPress> = {}): KeyPress => ({
    key,
    ctrl: false,
    meta: false,
    alt: false,
    typing: false,
    at: 0,
    ...given,
  });
  const read = (key: string, given: Partial<KeyPress> = {}, pending: Pending = null) =>
    readKey(press(key, given), pending, PAGES);

  test('single keys, a sequence, and the combination', () => {
    assert.deepEqual(read('?').action, { kind: 'help' });
    assert.deepEqual(read('/').action, { kind: 'filter' });
    assert.deepEqual(read('k', { ctrl: true }).action, { kind: 'palette' });
    assert.deepEqual(read('K', { meta: true }).action, { kind: 'palette' });
    const first = read('g', { at: 10 });
    assert.deepEqual(first, { action: null, pending: 10 });
    assert.deepEqual(read('c', { at: 900 }, first.pending).action, { kind: 'go', path: '/calls' });
    assert.deepEqual(read('c', { at: 1_300 }, first.pending).action, null, 'a sequence does not wait for ever');
    assert.deepEqual(read('q', { at: 20 }, first.pending), { action: null, pending: null });
  });
  test('while somebody types only the combination counts', () => {
    assert.equal(read('?', { typing: true }).action, null);
    assert.equal(read('g', { typing: true }).pending, null);
    assert.deepEqual(read('k', { typing: true, ctrl: true }).action, { kind: 'palette' });
    assert.equal(read('t', { ctrl: true }).action, null, 'the browser keeps its own');
  });
  test('the sheet names every page, with the keys of the machine', () => {
    const go = shortcutSheet(PAGES, true).find(({ title }) => title === 'Go to');
    assert.deepEqual(
      go?.shortcuts.map(({ does }) => does),
      PAGES.map(({ title }) => title),
    );
    assert.deepEqual(shortcutSheet(PAGES, true)[0]?.shortcuts[0]?.keys, ['⌘', 'K']);
    assert.deepEqual(shortcutSheet(PAGES, false)[0]?.shortcuts[0]?.keys, ['Ctrl', 'K']);
  });
});

test('what opens beside a button stays inside the window, and never over the button where there is room', () => {
  const size = fc.record({ width: fc.integer({ min: 10, max: 300 }), height: fc.integer({ min: 10, max: 300 }) });
  fc.assert(
    fc.property(size, fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 600 }), (popup, left, top) => {
      const view = { width: 320, height: 640 };
      const anchor = { left, top, width: 20, height: 20 };
      const at = placeBeside(anchor, popup, view);
      assert.ok(at.left >= 8 && at.left + popup.width <= Math.max(view.width - 8, popup.width + 8));
      const room = anchor.top + 20 + 6 + popup.height <= view.height - 8 || anchor.top - popup.height - 6 >= 8;
      if (room) assert.ok(at.top >= anchor.top + 20 || at.top + popup.height <= anchor.top);
    }),
    { seed },
  );
});
