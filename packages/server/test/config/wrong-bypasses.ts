// Every way of making a bypass wrong. Lines are those of `GOOD`.
import type { Wrong } from './wrong.ts';

const ALIASES = 'aliases: [claude-sonnet-4-5]';
const KEYS = 'keys:\n';
const NARROW = 'bypasses:\n  keep-up: { owner: ops, reason: it goes on, deployments: [spare] }';

export const WRONG_BYPASSES: readonly Wrong[] = [
  {
    what: 'a route that names a bypass which is not there',
    change: [ALIASES, `${ALIASES}\n    when_unsealed: { bypass: keep-up }`],
    line: 14,
    says: /there is no bypass named "keep-up"/,
    mend: /add `keep-up:` under `bypasses:`, or write `when_unsealed: refuse`/,
  },
  {
    what: 'a word that is no answer to what happens unsealed',
    change: [ALIASES, `${ALIASES}\n    when_unsealed: open`],
    line: 14,
    says: /when_unsealed/,
    mend: /./,
  },
  {
    what: 'a bypass that nobody answers for',
    change: [KEYS, `bypasses:\n  keep-up: { reason: it must go on }\n${KEYS}`],
    line: 17,
    says: /owner/,
    mend: /./,
  },
  {
    what: 'a bypass to a deployment that is not there',
    change: [KEYS, `bypasses:\n  keep-up: { owner: ops, reason: it must go on, deployments: [sonnet-dirct] }\n${KEYS}`],
    line: 17,
    says: /there is no deployment named "sonnet-dirct"/,
    mend: /did you mean "sonnet-direct"/,
  },
  {
    what: 'a bypass that would let no candidate of its route through',
    change: [
      `routes:\n  sonnet:\n    ${ALIASES}`,
      `${NARROW}\nroutes:\n  sonnet:\n    ${ALIASES}\n    when_unsealed: { bypass: keep-up }`,
    ],
    line: 16,
    says: /lets through no candidate of "sonnet"/,
    mend: /add a candidate of "sonnet"/,
  },
];
