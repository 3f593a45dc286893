// What the simulated sellers say was used, in the true shapes of their reports, made from the lab's own book: also what never crossed
// a gateway. The usage report of the Anthropic Admin API, usage of the OpenAI organisation API, and the invocation log of Bedrock.
// The book remembers so many requests; a report of a time before them is refused, since it would say less than was used.
import { AppError } from '@weighbridge/kernel';
import type { ServedLedger, ServedRow } from './ledger.ts';
import { SERVED_ROWS } from './ledger.ts';

const WIDTHS = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const;
type Width = keyof typeof WIDTHS;
const BUCKETS_MOST = 1_440;

export interface ReportAsked {
  readonly from: number;
  readonly to: number;
  readonly width: string;
  readonly groupBy: readonly string[];
}

interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly ServedRow[];
}

/** Requests that were answered, and so are billed. Throws BAD_REQUEST for a time that the book has forgotten. */
function usedAt(ledger: ServedLedger, site: ServedRow['site'], from: number, to: number): ServedRow[] {
  const rows = ledger.rows();
  const [first] = rows;
  if (first !== undefined && first.n > 1 && first.at > from)
    throw new AppError(
      'BAD_REQUEST',
      `the lab remembers its last ${SERVED_ROWS} requests, and the report begins before`,
    );
  return rows.filter((row) => row.site === site && row.usage !== null && row.at >= from && row.at < to);
}

function bucketsOf(ledger: ServedLedger, site: ServedRow['site'], { from, to, width }: ReportAsked): Bucket[] {
  if (!Object.hasOwn(WIDTHS, width)) throw new AppError('BAD_REQUEST', 'bucket_width is 1m, 1h or 1d');
  const size = WIDTHS[width as Width];
  const start = Math.floor(from / size) * size;
  if (!(to > from) || (to - start) / size > BUCKETS_MOST)
    throw new AppError('BAD_REQUEST', `a report has from 1 to ${BUCKETS_MOST} buckets`);
  const rows = usedAt(ledger, site, start, to);
  const buckets: Bucket[] = [];
  for (let at = start; at < to; at += size)
    buckets.push({ from: at, to: at + size, rows: rows.filter((row) => row.at >= at && row.at < at + size) });
  return buckets;
}

/** By what the report groups by; one group where it groups by nothing. */
function groupsOf(rows: readonly ServedRow[], keyOf: (row: ServedRow) => readonly (string | null)[]) {
  const groups = new Map<string, ServedRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, own]) => ({ key: JSON.parse(key) as (string | null)[], rows: own }));
}

const sum = (rows: readonly ServedRow[], pick: (usage: NonNullable<ServedRow['usage']>) => number): number =>
  rows.reduce((all, { usage }) => all + (usage === null ? 0 : pick(usage)), 0);

/** A caller of a workspace is `key:anthropic/NAME`; without one it is the organisation's default. */
const workspaceOf = ({ caller }: ServedRow): string | null => {
  const name = caller?.split('/')[1];
  return name === undefined ? null : `wrkspc_${name}`;
};

const second = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export function anthropicUsageReport(ledger: ServedLedger, asked: ReportAsked): unknown {
  const [byModel, byWorkspace] = [asked.groupBy.includes('model'), asked.groupBy.includes('workspace_id')];
  const data = bucketsOf(ledger, 'anthropic', asked).map((bucket) => ({
    starting_at: second(bucket.from),
    ending_at: second(bucket.to),
    results: groupsOf(bucket.rows, (row) => [
      byModel ? row.model_ran : null,
      byWorkspace ? workspaceOf(row) : null,
    ]).map(({ key: [model = null, workspace = null], rows }) => ({
      uncached_input_tokens: sum(rows, ({ input }) => input),
      cache_creation: {
        ephemeral_1h_input_tokens: sum(rows, ({ cacheWrite1h }) => cacheWrite1h),
        ephemeral_5m_input_tokens: sum(rows, ({ cacheWrite5m }) => cacheWrite5m),
      },
      cache_read_input_tokens: sum(rows, ({ cacheRead }) => cacheRead),
      output_tokens: sum(rows, ({ output }) => output),
      server_tool_use: { web_search_requests: 0 },
      api_key_id: null,
      ...(byWorkspace ? { workspace_id: workspace } : {}),
      model,
      service_tier: 'standard',
      context_window: null,
    })),
  }));
  return { data, has_more: false, next_page: null };
}

export function openAiUsage(ledger: ServedLedger, asked: ReportAsked): unknown {
  const byModel = asked.groupBy.includes('model');
  const data = bucketsOf(ledger, 'openai', asked).map((bucket) => ({
    object: 'bucket',
    start_time: bucket.from / 1000,
    end_time: bucket.to / 1000,
    results: groupsOf(bucket.rows, (row) => [byModel ? row.model_ran : null]).map(({ key: [model = null], rows }) => ({
      object: 'organization.usage.completions.result',
      input_tokens: sum(rows, ({ input, cacheRead }) => input + cacheRead),
      output_tokens: sum(rows, ({ output }) => output),
      input_cached_tokens: sum(rows, ({ cacheRead }) => cacheRead),
      input_audio_tokens: 0,
      output_audio_tokens: 0,
      num_model_requests: rows.length,
      project_id: null,
      user_id: null,
      api_key_id: null,
      model,
      batch: null,
    })),
  }));
  return { object: 'page', data, has_more: false, next_page: null };
}

/** One object a request, as Bedrock writes them to a bucket. */
export function bedrockInvocations(ledger: ServedLedger): readonly unknown[] {
  return ledger
    .rows()
    .filter(({ cloud, usage }) => cloud === 'bedrock' && usage !== null)
    .map((row) => ({
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
      timestamp: second(row.at),
      accountId: '123456789012',
      region: row.region,
      requestId: row.request_id,
      operation: row.stream ? 'InvokeModelWithResponseStream' : 'InvokeModel',
      modelId: row.model_asked,
      identity: { arn: 'arn:aws:iam::123456789012:role/lab' },
      input: {
        inputContentType: 'application/json',
        inputTokenCount: row.usage?.input ?? 0,
        cacheReadInputTokenCount: row.usage?.cacheRead ?? 0,
        cacheWriteInputTokenCount: (row.usage?.cacheWrite5m ?? 0) + (row.usage?.cacheWrite1h ?? 0),
      },
      output: { outputContentType: 'application/json', outputTokenCount: row.usage?.output ?? 0 },
      inferenceRegion: row.region,
    }));
}
