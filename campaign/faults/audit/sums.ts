// The auditor's own sums over a log's calls, held against what the product's tables say of the same calls. Money is added in
// whole picounits, as decimal text is.
import type { SealedEntry } from './sealed-log.ts';

/** As the control API answers, as far as the auditor looks. */
export interface Totals {
  readonly calls: number;
  readonly errors: number;
  readonly attempts: number;
  readonly request_bytes: number;
  readonly response_bytes: number;
  readonly tokens: Readonly<Partial<Record<string, number>>>;
  readonly spend: readonly { readonly currency: string; readonly billed: string }[];
}

const BAD = new Set(['error', 'cut', 'refused', 'interrupted']);
const PICO_DIGITS = 12;

/** Sums of the auditor by name, and of the answer by the same names. */
export function sumsDiffer(entries: readonly SealedEntry[], answer: Totals): string[] {
  const own = ownSums(entries);
  const said = new Map<string, bigint>([
    ['calls', BigInt(answer.calls)],
    ['errors', BigInt(answer.errors)],
    ['attempts', BigInt(answer.attempts)],
    ['request bytes', BigInt(answer.request_bytes)],
    ['response bytes', BigInt(answer.response_bytes)],
    ...Object.entries(answer.tokens).map(([name, count]) => [`tokens ${name}`, BigInt(count ?? 0)] as const),
    ...answer.spend.map(({ currency, billed }) => [`billed ${currency}`, pico(billed)] as const),
  ]);
  return [...new Set([...own.keys(), ...said.keys()])]
    .filter((name) => (own.get(name) ?? 0n) !== (said.get(name) ?? 0n))
    .map((name) => `the tables say ${name} ${said.get(name) ?? 0n}, the log ${own.get(name) ?? 0n}`);
}

function ownSums(entries: readonly SealedEntry[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (name: string, by: bigint | number): void => void sums.set(name, (sums.get(name) ?? 0n) + BigInt(by));
  for (const { call, cost } of entries) {
    if (call === null) continue;
    add('calls', 1);
    if (BAD.has(call.outcome)) add('errors', 1);
    add('attempts', call.attempts.length);
    add('request bytes', call.asked.request_bytes);
    add('response bytes', call.response_bytes ?? 0);
    const legs = call.attempts.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
    for (const { tokens } of [...(call.usage === null ? [] : [call.usage]), ...legs])
      for (const [name, count] of Object.entries(tokens)) add(`tokens ${name}`, count);
    if (cost !== null && cost.billed !== null) add(`billed ${cost.currency}`, pico(cost.billed));
  }
  return sums;
}

/** Decimal text as whole 10⁻¹² of its unit. */
function pico(text: string): bigint {
  const [whole = '0', part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(PICO_DIGITS, '0').slice(0, PICO_DIGITS));
}
