// A call as telemetry follows it, for tests that need one and no log: served at the second of two deployments.
import type { CallPublic } from '@weighbridge/protocol';
import type { SeenCall } from '../../src/telemetry/seen-call.ts';

export const NOON = Date.UTC(2026, 10, 30, 12);

const call: CallPublic = {
  asked: {
    surface: 'anthropic-messages',
    alias: 'what a caller wrote',
    stream: true,
    features: [],
    request_bytes: 90,
    request_digest: 'd',
  },
  attempts: [
    { deployment: 'east', edits: [], started_ms: 1, status: 503, error: 'UPSTREAM_ERROR', fault: 'deployment' },
    { deployment: 'west', edits: [], started_ms: 40, status: 200, ttfb_ms: 80 },
  ],
  served: {
    developer: 'anthropic',
    seller: 'aws',
    biller: 'aws',
    operator: 'aws',
    host: 'aws',
    processor: 'aws',
    sla_provider: 'aws',
    cloud: 'bedrock',
    deployment: 'west',
    model_requested: 'claude',
    model_reported: 'claude-1',
    region: { configured: 'eu', reported: null, grade: 1 },
    tier: 'standard',
    capacity: 'on_demand',
    fallback: true,
    evidence: {},
  },
  usage: { tokens: { input: 10, cache_read: 5, output: 7 }, source: 'reported', raw: null },
  timing: { started: NOON, ended: NOON + 1_500, ttft_ms: 300, tpot_ms: 20, gateway_ms: 0.4 },
  outcome: 'completed',
  status: 200,
  stop_reason: 'end_turn',
  simulated: true,
};

export const seenCall = (id: string): SeenCall => ({
  id,
  call,
  route: 'm',
  limit: null,
  trace: null,
  parent: null,
  cost: { list: '0.02', contracted: '0.01', billed: '0.01', currency: 'USD', status: 'exact' },
});
