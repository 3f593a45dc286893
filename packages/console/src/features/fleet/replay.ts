// What another strategy would have made of past calls, in words: what was is measured, what would be is simulated, and each
// simulated figure stands with its range.
import type { ControlAnswer } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import { moneyText } from '../../parts/money/model.ts';
import { shareText } from '../../parts/unit/model.ts';

export type Replayed = ControlAnswer<'simulateRoute'>;
type Measures = Replayed['was'];
interface Ranged<Value> {
  readonly value: Value;
  readonly low: Value;
  readonly high: Value;
}

export interface ReplayText {
  readonly sentence: string;
  readonly note: string;
  readonly rows: readonly {
    readonly what: string;
    readonly was: string;
    readonly would: string;
    readonly range: string;
  }[];
  readonly unknown: readonly string[];
}

export function replayText(found: Replayed): ReplayText {
  const { route, strategy, strategy_now: now, calls, sessions, was, would, modelled_cache_share: modelled } = found;
  const name = (text: string): string => text.replaceAll('_', ' ');
  const [before, after] = [was.cache_share, would.cache_share];
  const effect =
    before === null || after === null
      ? ''
      : ` ${shareText(after.value)} of the prompt tokens would have come from a cache, instead of ${shareText(before.value)}.`;
  return {
    sentence: `${counted(calls, 'call')} of ${counted(sessions, 'session')} of ${route}, as if its strategy had been ${name(strategy)}.${effect}`,
    note:
      `“Was” was measured under the strategy of that time (${name(now)} stands now); “Simulated” is reckoned.` +
      (modelled === null || before === null
        ? ''
        : ` For the calls as they were, the model of caches reckons ${shareText(modelled.value)}; measured were ${shareText(before.value)}.`) +
      (found.cut ? ' Older calls of the period were not looked at.' : '') +
      (found.left_out === 0
        ? ''
        : ` ${found.left_out} that nothing served, or whose usage nobody knows, are left out.`),
    rows: rowsOf(was, would),
    unknown: found.unknown,
  };
}

const counted = (count: number, one: string): string => `${prepareCount(count).text} ${count === 1 ? one : `${one}s`}`;

function rowsOf(was: Measures, would: Measures): ReplayText['rows'] {
  const row = <Value>(
    what: string,
    before: Ranged<Value> | null | undefined,
    after: Ranged<Value> | null | undefined,
    say: (value: Value) => string,
  ) => ({
    what,
    was: before === null || before === undefined ? 'not known' : say(before.value),
    would: after === null || after === undefined ? 'not known' : say(after.value),
    range: after === null || after === undefined ? '' : `${say(after.low)} to ${say(after.high)}`,
  });
  const money = (amount: string): string => moneyText({ amount, currency: would.currency, status: 'estimated' });
  return [
    row('Cost', was.cost, would.cost, money),
    row('Read from a cache', was.cache_share, would.cache_share, shareText),
    row('Wait, mean', was.wait_ms?.mean, would.wait_ms?.mean, formatDuration),
    row('Wait, 95 of 100', was.wait_ms?.p95, would.wait_ms?.p95, formatDuration),
    row('Not the first choice', was.spilled, would.spilled, shareText),
    ...would.shares.map((share, index) => row(`To ${share.deployment}`, was.shares[index], share, shareText)),
    { what: 'Calls without a price', was: `${was.unpriced}`, would: `${would.unpriced}`, range: '' },
  ];
}
