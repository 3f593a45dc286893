// Every way of making the limits of the right configuration wrong. Lines are those of `GOOD`.
import type { Wrong } from './wrong.ts';

export const WRONG_LIMITS: readonly Wrong[] = [
  {
    what: 'a limit of money whose amount is no text',
    change: ["amount: '5.00'", 'amount: 5'],
    line: 20,
    says: /written as text/,
    mend: /write '5\.00'/,
  },
  {
    what: 'a limit of requests whose amount is money',
    change: ['amount: 60', "amount: '60.00'"],
    line: 21,
    says: /requests are counted/,
    mend: /without quotes/,
  },
  {
    what: 'a limit without a window',
    change: [' window: 60s,', ''],
    line: 21,
    says: /needs a window/,
    mend: /add `window: day`/,
  },
  {
    what: 'a limit whose window is no time',
    change: ['window: 60s', 'window: fortnight'],
    line: 21,
    says: /window/,
    mend: /minute, hour, day|duration/,
  },
  {
    what: 'a rolling window longer than a month',
    change: ['window: 60s', 'window: 40d'],
    line: 21,
    says: /longer than 31 days/,
    mend: /`month`/,
  },
  {
    what: 'a time zone that does not exist',
    change: ['Europe/Berlin', 'Europe/Berlim'],
    line: 20,
    says: /there is no time zone "Europe\/Berlim"/,
    mend: /IANA/,
  },
  {
    what: 'a zone of a rolling window',
    change: ['window: 60s', 'window: 60s, zone: UTC'],
    line: 21,
    says: /same in every zone/,
    mend: /take the line out/,
  },
  {
    what: 'a limit of concurrency with a window',
    change: ['amount: 9', 'amount: 9, window: day'],
    line: 22,
    says: /has no window/,
    mend: /take the line out/,
  },
  {
    what: 'a limit on a key that is not listed',
    change: ['key: [ci]', 'key: [cl]'],
    line: 20,
    says: /there is no key "cl"/,
    mend: /did you mean "ci"/,
  },
  {
    what: 'a limit by the name of the budget',
    change: ['    ci-day:', '    budget.daily:'],
    line: 20,
    says: /the budget that `budget\.daily` sets/,
    mend: /another name/,
  },
  {
    what: 'a limit over a window whose records are deleted before it ends',
    change: ['limits:', 'retention: { records: 1d }\nlimits:'],
    line: 21,
    says: /deleted after 1d/,
    mend: /keep them for 2d/,
  },
];
