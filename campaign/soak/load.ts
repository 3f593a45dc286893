// The clients of the soak, a process of their own: calls leave when their time has come, whether or not earlier ones are
// answered. What each client saw goes to a file, one line a call; the summary is the last line on standard output.
// Usage: node load.ts LOAD.json
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { requestsOfMix, runWorkload, type WorkloadRow } from '@weighbridge/lab';

export interface LoadPlan {
  readonly origin: string;
  readonly key: string;
  readonly seed: number;
  /** Calls a second. */
  readonly rate: number;
  readonly calls: number;
  /** Seconds after the beginning of the soak at which this load begins. */
  readonly from: number;
  /** Share of calls that are streamed. */
  readonly streamed: number;
  /** Clients go away so long after the first byte; null: they stay. */
  readonly leaveAfterMs: number | null;
  /** Takes a line of JSON for each call, see `SeenCall`. */
  readonly file: string;
}

/** All that a client has in hand afterwards. */
export interface SeenCall extends Pick<WorkloadRow, 'receipt' | 'outcome' | 'status' | 'stream' | 'ms'> {
  /** When it left, in seconds since the soak began. */
  readonly at: number;
}

const INPUT_TOKENS = 300;
const OUTPUT_TOKENS = 40;
const MODELS = [
  { model: 'claude-sonnet-4-5', dialect: 'anthropic-messages' },
  { model: 'claude-haiku-4-5', dialect: 'anthropic-messages' },
  { model: 'gpt-4.1', dialect: 'openai-chat' },
  { model: 'gpt-4o-mini', dialect: 'openai-chat' },
] as const;

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadPlan;
const { origin, key, seed, rate, calls, from, streamed, leaveAfterMs, file } = plan;
const out = createWriteStream(file);
const team = { name: 'soak', key, models: MODELS, input: INPUT_TOKENS, output: OUTPUT_TOKENS, streamed };
const summary = await runWorkload({
  url: origin,
  requests: requestsOfMix({ seed, rate, requests: calls, teams: [team] }),
  ...(leaveAfterMs === null ? {} : { leaveAfterMs }),
  onRow: ({ receipt, outcome, status, stream, ms, at_ms: due, lag_ms: late }) => {
    const at = Math.round(from * 1000 + due + late) / 1000;
    // What was dropped was never sent.
    if (outcome !== 'dropped')
      out.write(`${JSON.stringify({ receipt, outcome, status, stream, ms: Math.round(ms), at } satisfies SeenCall)}\n`);
  },
});
out.end();
await once(out, 'finish');
process.stdout.write(`${JSON.stringify(summary)}\n`);
