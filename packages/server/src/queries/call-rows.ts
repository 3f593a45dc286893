// A call as lists show it, from a row of the table of recent calls or from its receipt: the same either way.
import { moneyToDecimal } from '@weighbridge/kernel';
import type { CallRow } from '@weighbridge/protocol';
import type { CallFact } from '../projector/call-fact.ts';
import { cellsOf, RECENT_NAMES } from '../projections/recent-calls.ts';
import type { Row } from '../store/database.ts';
import { isTrue, toCount, toNullableCount } from './sql.ts';

const ms = (us: string | null | undefined): number | null =>
  us === null || us === undefined ? null : Number(us) / 1000;

export function rowToCall(row: Row): CallRow {
  const text = (name: string): string | null => row[name] ?? null;
  return {
    entry: toCount(row['entry']),
    id: row['id'] ?? '',
    at: toCount(row['at']),
    erased: isTrue(row['erased']),
    organisation: text('organisation'),
    project: text('project'),
    team: text('team'),
    cost_centre: text('cost_centre'),
    environment: text('environment'),
    key: text('key'),
    route: text('route'),
    asked: row['asked'] ?? '',
    surface: row['surface'] ?? '',
    stream: isTrue(row['stream']),
    model: text('model'),
    deployment: text('deployment'),
    cloud: text('cloud'),
    seller: text('seller'),
    region: text('region'),
    region_reported: text('region_reported'),
    tier: text('tier'),
    fallback: isTrue(row['fallback']),
    outcome: (row['outcome'] ?? 'error') as CallRow['outcome'],
    status: Number(row['status']),
    error: text('error'),
    attempts: toCount(row['attempts']),
    input_tokens: toNullableCount(row['input_tokens']),
    cached_tokens: toNullableCount(row['cached_tokens']),
    output_tokens: toNullableCount(row['output_tokens']),
    total_ms: ms(row['total_us']) ?? 0,
    ttft_ms: ms(row['ttft_us']),
    tpot_ms: ms(row['tpot_us']),
    gateway_ms: ms(row['gateway_us']) ?? 0,
    request_bytes: toCount(row['request_bytes']),
    response_bytes: toNullableCount(row['response_bytes']),
    billed: row['billed'] === null || row['billed'] === undefined ? null : moneyToDecimal(BigInt(row['billed'])),
    currency: row['currency'] ?? '',
    cost_status: (row['cost_status'] ?? 'unpriced') as CallRow['cost_status'],
    simulated: isTrue(row['simulated']),
  };
}

/** As the table would hold it: truth is `t` or `f` there. */
export function factToCall(fact: CallFact): CallRow {
  const cells = cellsOf(fact).map((cell) => {
    if (cell === 'true') return 't';
    if (cell === 'false') return 'f';
    return cell === null ? null : String(cell);
  });
  return rowToCall(Object.fromEntries(RECENT_NAMES.map((name, index) => [name, cells[index] ?? null])));
}
