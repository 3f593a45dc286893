// The log beside its checkpoint: who cosigned it, how it grows, how far the tables are, and its entries one by one.
import type { ControlEntry, ControlJournal, WitnessView } from '@weighbridge/protocol';
import type { EntryColumn } from '../../app/search-state.ts';
import { prepareCount } from '../../parts/count/model.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { Fact } from '../call/model.ts';

const HOUR = 3_600_000;
const HOURLY_UP_TO = 7 * 24 * HOUR + HOUR;

export interface WitnessText {
  readonly name: string;
  readonly url: string;
  readonly state: string;
  readonly tone: Tone;
  /** Up to which entry, and when. */
  readonly seen: string;
}

export const witnessTexts = ({ witnesses, size }: ControlJournal): readonly WitnessText[] =>
  witnesses.map((witness) => ({
    name: witness.name,
    url: witness.url,
    state: witness.problem ?? witness.state,
    tone: witness.state === 'cosigning' ? 'good' : 'bad',
    seen: seenText(witness, size),
  }));

function seenText({ size: cosigned, at }: WitnessView, size: number): string {
  if (cosigned === null) return 'has cosigned nothing yet';
  const behind = size - cosigned;
  const when = at === null ? '' : `, ${formatInstant(at)}`;
  return behind <= 0
    ? `all ${prepareCount(cosigned).text} entries${when}`
    : `${prepareCount(cosigned).text} entries, ${prepareCount(behind).text} behind${when}`;
}

interface Range {
  readonly from: number;
  readonly until: number;
}

/** By the hour up to a week, else by the day; null while the tables cannot be asked. */
export function growthChart({ hours }: ControlJournal, { from, until }: Range, now: number): ChartData | null {
  if (hours === null) return null;
  const width = until - from > HOURLY_UP_TO ? 24 * HOUR : HOUR;
  const first = Math.floor(from / width) * width;
  const starts = Array.from({ length: Math.ceil((until - first) / width) }, (_, i) => first + i * width);
  const kinds = Map.groupBy(hours, ({ kind }) => kind);
  return {
    title: 'How does the log grow?',
    unit: { kind: 'count', noun: 'entries' },
    shape: 'stack',
    starts: hours.length === 0 ? [] : starts,
    bucketMs: width,
    now,
    series: [...kinds].map(([kind, own]) => {
      const sums = starts.map(() => 0);
      for (const { hour, entries } of own) {
        const at = Math.floor((hour - first) / width);
        if (at in sums) sums[at] = (sums[at] ?? 0) + entries;
      }
      return { key: kind, label: kind, values: sums };
    }),
  };
}

export interface TableText {
  readonly name: string;
  readonly state: string;
  readonly tone: Tone;
  readonly lag: string;
}

export const tableTexts = ({ projections: { projections } }: ControlJournal): readonly TableText[] =>
  projections.map(({ name, state, lag_entries: entries, lag_seconds: seconds, problem }) => ({
    name,
    state: problem === null ? state : `${problem.code}: ${problem.message}`,
    tone: state === 'stopped' ? 'bad' : state === 'following' ? 'good' : 'warn',
    lag:
      entries === 0
        ? 'holds every entry'
        : `${prepareCount(entries).text} entries behind, ${formatDuration(Math.round(seconds * 1000))}`,
  }));

export function entryColumns(
  callHref: (id: string) => string,
): readonly (Column<ControlEntry> & { readonly key: EntryColumn })[] {
  return [
    { key: 'entry', title: 'Entry', align: 'right', cell: ({ entry }) => ({ kind: 'count', value: entry }) },
    { key: 'at', title: 'Sealed', unit: 'UTC', cell: ({ at }) => ({ kind: 'when', at }) },
    { key: 'kind', title: 'Kind', cell: ({ kind }) => ({ kind: 'text', text: kind }) },
    {
      key: 'id',
      title: 'Id',
      cell: ({ id, kind }) => ({
        kind: 'text',
        text: id,
        mono: true,
        ...(kind === 'call' ? { href: callHref(id) } : {}),
      }),
    },
    { key: 'groups', title: 'Commits to', cell: ({ groups }) => ({ kind: 'text', text: groups.join(', ') }) },
    { key: 'by', title: 'Written by', cell: ({ by }) => ({ kind: 'text', text: `${by.node}, lane ${by.lane}` }) },
  ];
}

export const entryFacts = ({ kind, id, at, by, groups }: ControlEntry): readonly Fact[] => [
  { name: 'Kind', value: kind },
  { name: 'Id', value: id, mono: true },
  { name: 'Sealed', value: formatInstant(at) },
  { name: 'Commits to', value: groups.length === 0 ? 'nothing' : groups.join(', ') },
  { name: 'Written by', value: `${by.node}, lane ${by.lane}, epoch ${by.epoch}, number ${by.seq}` },
  { name: 'Build', value: by.build, mono: true },
];
