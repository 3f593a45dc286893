// Durations of the sample: milliseconds with three digits, as the gateway writes them.

export const toMicros = (ms: number): number => Math.round(ms * 1000) / 1000;
