// Actual against plan, with the forecast as a band: one bar, one tick, one shaded span. All on one scale, which the
// largest of them sets.
import { decimalOf, picoOf, ratioOf, type Pico } from '../money/decimal.ts';
import { moneyText } from '../money/model.ts';

export interface BulletData {
  readonly label: string;
  readonly currency: string;
  /** Decimal strings. */
  readonly actual: string;
  /** Null: nothing was planned. */
  readonly plan: string | null;
  /** Of the whole period; null before there is enough to say. */
  readonly forecast: {
    readonly low: string;
    readonly high: string;
    readonly level: number;
    readonly method: string;
  } | null;
}

export interface PreparedBullet {
  readonly label: string;
  /** 0 to 1. */
  readonly actual: number;
  readonly plan: number | null;
  readonly forecast: { readonly from: number; readonly to: number } | null;
  /** Without a plan or a forecast there is nothing to hold the bar against, and none is drawn. */
  readonly drawn: boolean;
  readonly tone: 'calm' | 'warn' | 'bad';
  /** Says all that is drawn. */
  readonly summary: string;
}

export function prepareBullet({ label, currency, actual, plan, forecast }: BulletData): PreparedBullet {
  const spent = picoOf(actual) ?? 0n;
  const planned = plan === null ? null : picoOf(plan);
  const low = forecast === null ? null : picoOf(forecast.low);
  const high = forecast === null ? null : picoOf(forecast.high);
  const top = [spent, planned ?? 0n, high ?? 0n].reduce((a, b) => (a > b ? a : b));
  const scale = top === 0n ? 1n : (top * 105n) / 100n;
  const at = (amount: Pico): number => ratioOf(amount, scale) ?? 0;
  const money = (amount: Pico): string => moneyText({ amount: decimalOf(amount), currency }, 'whole');
  const over = planned !== null && spent > planned;
  const likely = planned !== null && low !== null && low > planned;
  const sentences = [`${money(spent)} so far`];
  if (planned !== null) {
    const share = ratioOf(spent, planned);
    sentences.push(
      share === null ? `plan ${money(planned)}` : `${Math.round(share * 100)} % of the plan of ${money(planned)}`,
    );
  } else sentences.push('nothing planned');
  if (forecast !== null && low !== null && high !== null)
    sentences.push(
      `on course for ${money(low)} to ${money(high)} (${Math.round(forecast.level * 100)} %, ${forecast.method})`,
    );
  return {
    label,
    actual: at(spent),
    drawn: planned !== null || forecast !== null,
    plan: planned === null ? null : at(planned),
    forecast: low === null || high === null ? null : { from: at(low), to: at(high) },
    tone: over ? 'bad' : likely ? 'warn' : 'calm',
    summary: `${sentences.join(', ')}.`,
  };
}
