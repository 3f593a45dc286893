// Every way of making the route of the right configuration wrong. Lines are those of `GOOD`.
import type { Wrong } from './wrong.ts';

const candidate = (more: string): Wrong['change'] => [
  '      - deployment: sonnet-direct',
  `      - deployment: sonnet-direct\n        ${more}`,
];

export const WRONG_ROUTES: readonly Wrong[] = [
  {
    what: 'a strategy that there is none of',
    change: ['    aliases: [claude-sonnet-4-5]', '    aliases: [claude-sonnet-4-5]\n    strategy: quickest'],
    line: 14,
    says: /strategy/,
    mend: /priority.*weighted.*cheapest.*fastest/,
  },
  {
    what: 'an arm that has no share',
    change: candidate('arm: canary'),
    line: 16,
    says: /has no arm named "canary"/,
    mend: /arms: \{ canary: 5, control: 95 \}/,
  },
  {
    what: 'an arm misspelt',
    change: [
      '    candidates:\n      - deployment: sonnet-direct',
      '    arms: { control: 1 }\n    candidates:\n      - deployment: sonnet-direct\n        arm: contrul',
    ],
    line: 17,
    says: /has no arm named "contrul"/,
    mend: /did you mean "control"/,
  },
  {
    what: 'an arm without a candidate',
    change: [
      '    candidates:\n      - deployment: sonnet-direct',
      '    arms: { control: 1, canary: 1 }\n    candidates:\n      - deployment: sonnet-direct\n        arm: control',
    ],
    line: 14,
    says: /no candidate of "sonnet" is in the arm "canary"/,
    mend: /write `arm: canary` at a candidate/,
  },
  {
    what: 'shares of nothing',
    change: ['    candidates:\n', '    arms: { control: 0 }\n    candidates:\n'],
    line: 14,
    says: /every share of "sonnet" is 0/,
    mend: /above 0/,
  },
  {
    what: 'a feature that no request uses',
    change: candidate('when: { features: [image] }'),
    line: 16,
    says: /no request is ever said to use "image"/,
    mend: /did you mean "images"/,
  },
  {
    what: 'a feature that a request uses and does not',
    change: candidate('when: { features: [tools], without: [tools] }'),
    line: 16,
    says: /no request uses "tools" and does not/,
    mend: /take it out/,
  },
  {
    what: 'a range that nothing is in',
    change: candidate('when: { request_bytes: { at_least: 9, at_most: 8 } }'),
    line: 16,
    says: /nothing is at least 9 and at most 8/,
    mend: /exchange the two/,
  },
  {
    what: 'a condition that there is none of',
    change: candidate('when: { script: "x" }'),
    line: 16,
    says: /`script` is not a key/,
    mend: /use one of/,
  },
];
