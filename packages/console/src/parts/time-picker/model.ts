// What the time picker shows for the range in force, and for what is being typed into it.
import { PRESETS, readTimeRange, type TimeRange } from '../../url/time-range.ts';
import { formatMinute } from '../when/model.ts';

export interface PickerText {
  readonly label: string;
  /** `2026-11-15 14:00 – 2026-11-22 14:03 UTC`. */
  readonly span: string;
}
export interface PresetText {
  readonly text: string;
  readonly label: string;
  readonly chosen: boolean;
}

export const spanText = ({ from, until }: Pick<TimeRange, 'from' | 'until'>): string =>
  `${formatMinute(from)} – ${formatMinute(until)} UTC`;

export const preparePicker = (range: TimeRange): PickerText => ({ label: range.label, span: spanText(range) });

export function presetsFor(range: TimeRange, now: number): readonly PresetText[] {
  return PRESETS.map((text) => {
    const reading = readTimeRange(text, now);
    return { text, label: reading.ok ? reading.range.label : text, chosen: text === range.text };
  });
}

/** What stands under the field while somebody types. */
export type Typed =
  | { readonly state: 'empty' }
  | { readonly state: 'good'; readonly range: TimeRange; readonly says: string }
  | { readonly state: 'bad'; readonly says: string };

export function readTyped(text: string, now: number): Typed {
  if (text.trim() === '') return { state: 'empty' };
  const reading = readTimeRange(text, now);
  if (!reading.ok) return { state: 'bad', says: `${reading.why} ${sentence(reading.next)}` };
  return { state: 'good', range: reading.range, says: `${reading.range.label}: ${spanText(reading.range)}` };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
