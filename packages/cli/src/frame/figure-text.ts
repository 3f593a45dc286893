// Estimates in words: three digits, a band with its ends, a share in per cent. Whoever prints them says that they are rounded; --json
// has them whole.
export interface Ends {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

const LARGE = [
  { from: 1e12, name: ' tn', one: 1e12 },
  { from: 1e9, name: ' bn', one: 1e9 },
  { from: 1e6, name: ' m', one: 1e6 },
  { from: 1e4, name: ' k', one: 1e3 },
];

/** Three digits. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  const large = LARGE.find(({ from }) => Math.abs(value) >= from);
  return `${Number((value / (large?.one ?? 1)).toPrecision(3))}${large?.name ?? ''}`;
}

export function bandText(band: Ends | null): string {
  if (band === null) return '–';
  if (band.p10 === band.p90) return figure(band.p50);
  return `${figure(band.p50)} (${figure(band.p10)} to ${figure(band.p90)})`;
}

export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
