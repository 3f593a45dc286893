// How urgent a call is, from least to most. Apart from the configuration's schema, so that whoever only shows it needs no validator.

export const PRIORITIES = ['low', 'normal', 'high', 'critical'] as const;
export type Priority = (typeof PRIORITIES)[number];
