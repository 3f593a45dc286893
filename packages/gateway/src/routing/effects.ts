// Requests that do more than give an answer: they change something at the seller, or have it act elsewhere. Sent twice they do it
// twice, and an answer that is kept would say that it was done when it was not. So they are asked once: no second leg, no copy,
// nothing from a cache. What is done after a failure is another matter; there the first did not answer.
import type { RequestFacts } from '@weighbridge/dialects';

/** By their names in the capability table. */
const EFFECTS = [
  /** The seller answers later, and to whoever asks it. */
  'background',
  /** Files that later calls find changed. */
  'container',
  /** Tools that the seller calls at servers of others. */
  'mcp_servers',
  /** A conversation that the seller goes on with. */
  'stored_state',
] as const;

type Featured = Pick<RequestFacts, 'features'> | null;

export const hasEffects = (facts: Featured): boolean =>
  facts !== null && facts.features.length > 0 && EFFECTS.some((name) => facts.features.includes(name));

/** Whether a copy may be made of it: what is to be kept at its seller is meant for that one. */
export const mayBeCopied = (facts: Featured): boolean =>
  !hasEffects(facts) && facts?.features.includes('store') !== true;
