// Every way of making a route with more than one leg wrong. Lines are those of `GOOD`.
import type { Wrong } from './wrong.ts';

const ALIASES = 'aliases: [claude-sonnet-4-5]';

export const WRONG_LEGS: readonly Wrong[] = [
  {
    what: 'a hedge that does not say when',
    change: [ALIASES, `${ALIASES}\n    hedge: { budget: 0.1 }`],
    line: 14,
    says: /has to be said once/,
    mend: /after_ms: 800/,
  },
  {
    what: 'a hedge that says twice when',
    change: [ALIASES, `${ALIASES}\n    hedge: { after_ms: 800, after: p95 }`],
    line: 14,
    says: /has to be said once/,
    mend: /not both/,
  },
  {
    what: 'a hedge with nowhere to go',
    change: [ALIASES, `${ALIASES}\n    hedge: { after_ms: 800 }`],
    line: 14,
    says: /nowhere to go/,
    mend: /add a candidate/,
  },
  {
    what: 'a hedge on a route with one attempt',
    change: [ALIASES, `${ALIASES}\n    hedge: { after_ms: 800 }\n    attempts: 1`],
    line: 14,
    says: /nowhere to go|one attempt/,
    mend: /candidate|attempts: 2/,
  },
];
