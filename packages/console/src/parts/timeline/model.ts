// The phases of one call on one axis, from the first byte of the request to the sealed receipt. Attempts that failed stay
// on it; what was not measured has no bar; bars too short to see are given a hair's width, and their time in words.
import { formatDuration } from '../duration/model.ts';
import { axisText } from '../unit/model.ts';

export type PhaseTone = 'wait' | 'work' | 'stream' | 'bad' | 'seal';

export interface Phase {
  readonly label: string;
  /** Milliseconds after the call started; null: not measured. */
  readonly from: number | null;
  readonly to: number | null;
  readonly tone: PhaseTone;
  readonly note?: string;
}

export interface TimelineRow {
  readonly label: string;
  /** 0 to 1 of the whole; null: no bar. */
  readonly bar: { readonly left: number; readonly width: number } | null;
  readonly tone: PhaseTone;
  readonly duration: string;
  readonly note: string;
}
export interface PreparedTimeline {
  readonly rows: readonly TimelineRow[];
  readonly ticks: readonly { readonly text: string; readonly position: number }[];
  readonly summary: string;
}

const HAIR = 0.004;
const TICK_STEPS = [1, 2, 5] as const;
const TICKS = 5;
/** A nanosecond: what is shorter has no axis. */
const SHORTEST = 1e-6;

export function prepareTimeline(phases: readonly Phase[]): PreparedTimeline {
  const ends = phases.flatMap(({ from, to }) => [from ?? 0, to ?? 0]);
  const total = Math.max(...ends, 0);
  const span = total || 1;
  const rows = phases.map(({ label, from, to, tone, note = '' }) => {
    const known = from !== null && to !== null && to >= from;
    const width = known ? Math.max((to - from) / span, HAIR) : 0;
    return {
      label,
      bar: known ? { left: Math.min(from / span, 1 - width), width } : null,
      tone,
      duration: known ? formatDuration(to - from) : 'not measured',
      note,
    };
  });
  const longest = phases
    .filter((phase): phase is Phase & { from: number; to: number } => phase.from !== null && phase.to !== null)
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  const most =
    longest === undefined
      ? ''
      : ` Longest: ${longest.label.toLowerCase()}, ${formatDuration(longest.to - longest.from)}.`;
  return { rows, ticks: ticksOf(total), summary: `${formatDuration(total)} in all.${most}` };
}

/** Round numbers, about five of them. */
function ticksOf(total: number): PreparedTimeline['ticks'] {
  if (total < SHORTEST) return [];
  const rough = total / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (TICK_STEPS.find((factor) => factor * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, i) => ({
    text: axisText({ kind: 'duration' }, i * step),
    position: (i * step) / total,
  }));
}
