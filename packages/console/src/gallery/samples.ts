// Made-up data for the gallery, the same at every load: what each part looks like full, empty, failed and odd.
import type { RegionGrade } from '@weighbridge/protocol';
import type { Column } from '../parts/data-table/model.ts';
import type { FilterKey } from '@weighbridge/protocol';
import type { Phase } from '../parts/timeline/model.ts';
import type { ChartData } from '../parts/time-chart/model.ts';
import type { ProofReport } from '../proof/verify.ts';

export const NOW = Date.UTC(2026, 10, 22, 14, 23, 7);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A small generator of numbers in [0, 1), the same everywhere. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const TEAMS = [
  'search',
  'support',
  'ads',
  'coding',
  'data platform',
  'legal',
  'risk',
  'research',
  'sales',
  'claims',
  'mobile',
];

export function spendChart(teams: number, days = 30): ChartData {
  const next = numbers(7);
  const today = Math.floor(NOW / DAY) * DAY;
  const starts = Array.from({ length: days }, (_, i) => today - (days - 1 - i) * DAY);
  const series = TEAMS.slice(0, teams).map((team, at) => ({
    key: team,
    label: team,
    values: starts.map((_, i) => {
      if (i === 11) return null;
      const weekend = i % 7 > 4 ? 0.4 : 1;
      const spike = team === 'coding' && i === 22 ? 3.4 : 1;
      const open = i === days - 1 ? 0.55 : 1;
      return ((900 / (at + 1.4)) * (0.8 + 0.4 * next()) * weekend * spike * open).toFixed(6);
    }),
  }));
  return {
    title: 'Spend doubled on 15 November: coding',
    unit: { kind: 'money', currency: 'USD' },
    shape: 'stack',
    starts,
    bucketMs: DAY,
    now: NOW,
    series,
  };
}

export function latencyChart(): ChartData {
  const next = numbers(11);
  const start = Math.floor(NOW / HOUR) * HOUR;
  const starts = Array.from({ length: 72 }, (_, i) => start - (71 - i) * HOUR);
  const of = (key: string, base: number, hole?: (i: number) => boolean) => ({
    key,
    label: key,
    values: starts.map((_, i) =>
      hole?.(i) === true ? null : Math.round(base * (0.85 + 0.3 * next()) * (i > 40 && i < 47 ? 2.2 : 1)),
    ),
  });
  return {
    title: 'Is time to first token holding, by deployment?',
    unit: { kind: 'duration' },
    shape: 'line',
    starts,
    bucketMs: HOUR,
    now: NOW,
    series: [
      of('sonnet-eu-west-1', 420),
      of('sonnet-us-east-1', 610, (i) => (i > 20 && i < 30) || (i > 32 && i < 34)),
      of('haiku-global', 240),
    ],
    before: { label: 'all, 3 days before', values: starts.map(() => Math.round(450 * (0.9 + 0.2 * next()))) },
  };
}

export interface SampleCall {
  readonly id: string;
  readonly at: number;
  readonly team: string;
  readonly model: string;
  readonly outcome: 'completed' | 'error' | 'cut' | 'client_gone';
  readonly cost: string | null;
  readonly tokens: number | null;
  readonly ttft: number | null;
  readonly region: string;
  readonly grade: RegionGrade;
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.split('');

export function calls(count: number): readonly SampleCall[] {
  const next = numbers(3);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  return Array.from({ length: count }, (_, i): SampleCall => {
    const outcome = pick([
      'completed',
      'completed',
      'completed',
      'completed',
      'completed',
      'completed',
      'error',
      'cut',
      'client_gone',
    ] as const);
    const priced = next() > 0.06;
    return {
      id: `01KB${Array.from({ length: 22 }, () => pick(ALPHABET)).join('')}`,
      at: NOW - i * 9_731 - Math.floor(next() * 4000),
      team: i === 4 ? '=HYPERLINK("http://x")' : pick(TEAMS),
      model: pick(['claude-sonnet-4-5', 'claude-haiku-4-5', 'gpt-5.2', 'claude-opus-4-1']),
      outcome,
      cost: priced ? (next() * next() * 0.4).toFixed(3 + Math.floor(next() * 6)) : null,
      tokens: outcome === 'error' ? null : Math.floor(next() * 40_000),
      ttft: outcome === 'error' ? null : 120 + next() * 1400,
      region: pick(['eu-west-1', 'us-east-1', 'global', 'swedencentral']),
      grade: pick([0, 1, 2, 2, 3] as const),
    };
  });
}

const TONES = { completed: 'good', error: 'bad', cut: 'warn', client_gone: 'quiet' } as const;
const WORDS = { completed: 'completed', error: 'error', cut: 'cut', client_gone: 'client gone' } as const;

export const CALL_COLUMNS: readonly Column<SampleCall>[] = [
  { key: 'at', title: 'Time', unit: 'UTC', cell: ({ at }) => ({ kind: 'when', at }), chars: 24 },
  { key: 'team', title: 'Team', cell: ({ team }) => ({ kind: 'text', text: team }) },
  { key: 'model', title: 'Model', cell: ({ model }) => ({ kind: 'text', text: model }) },
  { key: 'region', title: 'Region', cell: ({ region, grade }) => ({ kind: 'grade', grade, of: region }) },
  {
    key: 'outcome',
    title: 'Outcome',
    cell: ({ outcome }) => ({ kind: 'badge', tone: TONES[outcome], text: WORDS[outcome] }),
  },
  { key: 'tokens', title: 'Tokens', align: 'right', cell: ({ tokens }) => ({ kind: 'count', value: tokens }) },
  { key: 'ttft', title: 'TTFT', align: 'right', cell: ({ ttft }) => ({ kind: 'duration', ms: ttft }) },
  {
    key: 'cost',
    title: 'Cost',
    unit: 'USD',
    align: 'right',
    cell: ({ cost }) => ({
      kind: 'money',
      value: { amount: cost, currency: 'USD', ...(cost === null ? { status: 'unpriced' } : {}) },
    }),
  },
  {
    key: 'id',
    title: 'Call',
    cell: ({ id }) => ({ kind: 'text', text: id, mono: true, href: `/console/calls/${id}` }),
  },
];

export const CALL_KEYS: readonly FilterKey[] = [
  { key: 'team', kind: 'text', about: 'the team that called', values: TEAMS },
  {
    key: 'model',
    kind: 'text',
    about: 'the model that was asked for',
    values: ['claude-sonnet-4-5', 'claude-haiku-4-5', 'gpt-5.2'],
  },
  { key: 'outcome', kind: 'choice', about: 'how the call ended', values: ['completed', 'error', 'cut', 'client_gone'] },
  { key: 'cost', kind: 'money', about: 'billed cost' },
  { key: 'tokens', kind: 'count', about: 'tokens of all classes' },
  { key: 'ttft', kind: 'duration', about: 'time to the first token' },
];

export const PHASES: readonly Phase[] = [
  { label: 'Admit and route', from: 0, to: 0.41, tone: 'work' },
  { label: 'Attempt 1', from: 0.41, to: 184, tone: 'bad', note: 'HTTP 529' },
  { label: 'Attempt 2: wait', from: 221, to: 642, tone: 'wait', note: 'sonnet-us-east-1' },
  { label: 'Stream', from: 642, to: 3_480, tone: 'stream', note: '118 chunks' },
  { label: 'Seal the receipt', from: 3_480, to: 3_483.2, tone: 'seal' },
  { label: 'Checkpoint', from: null, to: null, tone: 'seal' },
];

export const PROOF: ProofReport = {
  verdict: 'proven',
  entry: 182_004,
  leaf: null,
  checkpoint: null,
  files: 7,
  steps: [
    {
      name: 'signature',
      state: 'ok',
      detail: 'The key of acme.example/sample/node-1 signed the checkpoint of 200,311 entries with root pYx8fQ0mTzQk….',
    },
    { name: 'leaf', state: 'ok', detail: 'Entry 182004 of the served log is call 01KB3V8Y2QH9N6W4T0XZJ5RCEM.' },
    { name: 'groups', state: 'ok', detail: 'What is shown (commercial, public) is what the leaf commits to.' },
    {
      name: 'inclusion',
      state: 'ok',
      detail: 'The hash of entry 182004 and 18 others lead to the root that was signed for 200311 entries.',
    },
    { name: 'tiles', state: 'ok', detail: '256 entries beside it and all tiles above agree (7 files).' },
    {
      name: 'history',
      state: 'new',
      detail:
        'This browser sees the log for the first time. From now on it remembers, and would notice if anything were cut off.',
    },
  ],
};

export const BROKEN: ProofReport = {
  ...PROOF,
  verdict: 'broken',
  steps: [
    ...PROOF.steps.slice(0, 3),
    { name: 'inclusion', state: 'bad', detail: 'the hashes from entry 182004 up do not lead to the signed root' },
    { name: 'tiles', state: 'bad', detail: 'tile 710 of level 0 is not the one that the tile above it names' },
  ],
};
