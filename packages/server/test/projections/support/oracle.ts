// What questions should answer, computed from the receipts themselves: no table, no bucket, no SQL.
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import type { CallCommercial, CallPersonal, CallPublic, Dimension } from '@weighbridge/protocol';
import type { MadeCall } from '../../../../../test/receipts/receipts.ts';

export interface Known {
  readonly id: string;
  readonly at: number;
  readonly public: CallPublic;
  readonly commercial: CallCommercial;
  readonly who: CallPersonal['who'];
  readonly route: string | null;
}

export const knownCalls = (made: readonly MadeCall[], routes: ReadonlyMap<string, string>): Known[] =>
  made.map(({ call }) => {
    const commercial = JSON.parse(call.commercial ?? '') as CallCommercial;
    return {
      id: call.id,
      at: call.at,
      public: JSON.parse(call.public ?? '') as CallPublic,
      commercial,
      who: (JSON.parse(call.personal ?? '') as CallPersonal).who,
      route: routes.get(commercial.decided) || null,
    };
  });

export function valueOf({ public: call, who, route }: Known, dimension: Dimension): string | null {
  const { served } = call;
  switch (dimension) {
    case 'organisation':
    case 'project':
    case 'team':
    case 'key':
      return who[dimension] ?? null;
    case 'route':
      return route;
    case 'outcome':
      return call.outcome;
    case 'model':
      return served === null ? null : (served.model_reported ?? served.model_requested);
    case 'region':
      return served?.region.configured ?? null;
    case 'deployment':
    case 'cloud':
    case 'tier':
      return served?.[dimension] ?? null;
  }
}

/** Calls, errors, input tokens, calls without a price, and what was billed, of these calls. */
export function totalsOf(calls: readonly Known[]) {
  const billed = calls.reduce((sum, { commercial }) => sum + moneyFromDecimal(commercial.cost.billed ?? '0'), 0n);
  const bad = new Set(['error', 'cut', 'refused', 'interrupted']);
  return {
    calls: calls.length,
    errors: calls.filter((call) => bad.has(call.public.outcome)).length,
    input: calls.reduce((sum, call) => sum + (call.public.usage?.tokens.input ?? 0), 0),
    unpriced: calls.filter(
      ({ commercial, public: { usage } }) => commercial.cost.status === 'unpriced' && usage !== null,
    ).length,
    billed: moneyToDecimal(billed),
  };
}

/** The smallest value that a share of them is not above. */
export function exactQuantile(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(quantile * sorted.length)) - 1] ?? Number.NaN;
}
