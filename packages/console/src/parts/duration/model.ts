// Durations in milliseconds, for reading: three figures below a minute, whole units above, the unit always said.

const NBSP = '\u00a0';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0.84 ms`, `312 ms`, `1.24 s`, `2 min 03 s`, `1 h 12 min`, `3 d 4 h`; `unknown` for what was not measured. */
export function formatDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms) || ms < 0) return 'unknown';
  if (ms === 0) return `0${NBSP}ms`;
  if (ms < 999.5) return `${threeFigures(ms)}${NBSP}ms`;
  if (ms < 59_950) return `${threeFigures(ms / SECOND)}${NBSP}s`;
  if (ms < HOUR - 500) return pair(Math.round(ms / SECOND), 60, 'min', 's');
  if (ms < DAY - 30_000) return pair(Math.round(ms / MINUTE), 60, 'h', 'min');
  return pair(Math.round(ms / HOUR), 24, 'd', 'h');
}

function threeFigures(value: number): string {
  if (value < 0.01) return value.toPrecision(1);
  const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return value.toFixed(decimals);
}

function pair(count: number, per: number, large: string, small: string): string {
  const rest = count % per;
  const whole = `${Math.floor(count / per)}${NBSP}${large}`;
  return rest === 0 ? whole : `${whole} ${String(rest).padStart(2, '0')}${NBSP}${small}`;
}
