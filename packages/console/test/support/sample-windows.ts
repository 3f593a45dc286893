// Windows of bypasses of the made-up organisation: one that calls go through now, one that a seller's record agrees with to
// the call, one of which two calls are lost and a record names a request too many.
import { AppError } from '@weighbridge/kernel';
import type { ControlAnswer, ControlAsked, OpenBypass, WindowRow } from '@weighbridge/protocol';
import { NOW } from './sample-organisation.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const TERMS = {
  bypass: 'keep-support-up',
  owner: 'platform on call',
  reason: 'support answers customers in an outage',
  in_flight: 0,
  waiting: 0,
  trouble: null,
};
const RECORDS = { found: 0, missing: 0, unknown: 0, unsent: 0, unaccounted: 0, sums: [] };

/** Whether calls go through now; a test, or who takes pictures, says so. */
export const through = { now: false };

const OPEN: WindowRow = {
  ...TERMS,
  opened: NOW - 3 * MINUTE,
  closed: null,
  ended: null,
  calls: 212,
  in_flight: 4,
  waiting: 208,
  sealed: 0,
  lost: 0,
  refused: 0,
  reconciled: { ...RECORDS, verdict: 'open' },
};

const CLOSED: readonly WindowRow[] = [
  {
    ...TERMS,
    opened: NOW - 9 * DAY,
    closed: NOW - 9 * DAY + 11 * MINUTE,
    ended: 'sealing',
    calls: 41,
    sealed: 41,
    lost: 0,
    refused: 0,
    reconciled: { ...RECORDS, verdict: 'reconciled', found: 40, unsent: 1 },
  },
  {
    ...TERMS,
    opened: NOW - 20 * DAY,
    closed: NOW - 20 * DAY + 26 * MINUTE,
    ended: 'restart',
    calls: 120,
    sealed: 118,
    lost: 2,
    refused: 7,
    reconciled: {
      ...RECORDS,
      verdict: 'differs',
      found: 115,
      missing: 1,
      unknown: 2,
      unaccounted: 3,
      sums: [
        {
          seller: 'anthropic',
          source: 'anthropic-usage',
          title: 'Anthropic usage report',
          since: NOW - 20 * DAY,
          until: NOW - 20 * DAY + 60 * MINUTE,
          theirs: 812_004,
          ours: 809_112,
          difference: 2_892,
        },
      ],
    },
  },
];

const rowsOf = (): WindowRow[] => [...(through.now ? [OPEN] : []), ...CLOSED];

export function openBypassesOf(): OpenBypass[] {
  const { bypass, opened, closed, owner, calls, waiting } = OPEN;
  return through.now ? [{ bypass, opened, closed, owner, calls, waiting }] : [];
}

export const windowsOf = (): ControlAnswer<'windows'> => ({
  at: NOW,
  simulated: true,
  rows: rowsOf(),
  more: 0,
  notes: [],
});

/** The name of the one that differs, as an address bears it. */
export const DIFFERING = `keep-support-up@${new Date(NOW - 20 * DAY).toISOString()}`;

const STATES = ['found', 'found', 'missing', 'unknown', 'unsent'] as const;

export function windowOf({ bypass, opened }: ControlAsked<'window'>): ControlAnswer<'window'> {
  const window = rowsOf().find((row) => row.bypass === bypass && row.opened === opened);
  if (window === undefined) throw new AppError('WINDOW_UNKNOWN', `no window of "${bypass}" opened at ${opened}`);
  const strange = window.reconciled?.unaccounted ?? 0;
  return {
    at: NOW,
    simulated: true,
    window,
    calls: Array.from({ length: window.sealed }, (_, i) => {
      const record = STATES[i % STATES.length] ?? 'found';
      return {
        id: `01KB3V8Y2QH9N6W4T0XZJ${String(i).padStart(5, '0')}`,
        entry: i,
        at: window.opened + i * 1_000,
        deployment: 'sonnet-direct',
        seller: 'anthropic',
        request: record === 'unsent' ? null : `req_011CSHoEeqs5C35K2UU${String(i).padStart(4, '0')}`,
        outcome: 'completed',
        tokens: record === 'unsent' ? null : 1_200 + i,
        record,
      };
    }),
    more_calls: 0,
    unaccounted: Array.from({ length: strange }, (_, i) => ({
      seller: 'aws',
      source: 'bedrock-invocations',
      title: 'Bedrock model invocation log',
      at: window.opened + i * MINUTE,
      model: 'claude-sonnet-4-5',
      tokens: 900 + i,
    })),
    more_unaccounted: 0,
    notes: [],
  };
}
