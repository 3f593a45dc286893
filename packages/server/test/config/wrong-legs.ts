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
  {
    what: 'a cascade with nobody behind',
    change: [ALIASES, `${ALIASES}\n    cascade: { check: { json: true } }`],
    line: 14,
    says: /nobody to ask after it/,
    mend: /candidate behind it/,
  },
  {
    what: 'a cascade beside a hedge',
    change: [ALIASES, `${ALIASES}\n    cascade: { check: { json: true } }\n    hedge: { after_ms: 800 }`],
    line: 14,
    says: /a hedge and a cascade/,
    mend: /keep one/,
  },
  {
    what: 'a cascade with a schema that cannot be checked',
    change: [ALIASES, `${ALIASES}\n    cascade: { check: { schema: { type: string, pattern: x } } }`],
    line: 14,
    says: /\/pattern is not checked here/,
    mend: /use type, enum/,
  },
  {
    what: 'a mirror to no deployment',
    change: [ALIASES, `${ALIASES}\n    mirror: { deployment: sonet-direct, share: 0.1, cost_centre: trial }`],
    line: 14,
    says: /no deployment named "sonet-direct"/,
    mend: /did you mean "sonnet-direct"/,
  },
];
