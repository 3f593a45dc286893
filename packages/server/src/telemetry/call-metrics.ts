// What is counted of calls, by names that Prometheus and the GenAI conventions of OpenTelemetry use. Labels are names of the
// configuration and words of tables, never what a caller or a seller writes, so their number is bounded by nature.
// https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ (development, 1.41): names, units, buckets.
import { usageTotals, type CloudId } from '@weighbridge/protocol';
import { Registry } from './registry.ts';
import type { SeenCall } from './seen-call.ts';

const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_TOKEN = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const OWN = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const GEN_AI = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'];

/** `gen_ai.provider.name`, as the conventions spell it. */
export const PROVIDERS: Readonly<Partial<Record<CloudId, string>>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  bedrock: 'aws.bedrock',
  vertex: 'gcp.vertex_ai',
  'azure-openai': 'azure.ai.openai',
  foundry: 'azure.ai.inference',
};

export interface CallMetrics {
  readonly registry: Registry;
  take(seen: SeenCall): void;
  alert(kind: string): void;
}

export function createCallMetrics(): CallMetrics {
  const registry = new Registry();
  const families = familiesOf(registry);
  return {
    registry,
    alert: (kind) => families.alerts.add({ alert: kind }),
    take: (seen) => count(families, seen),
  };
}

function familiesOf({ counter, histogram }: Registry) {
  const calls = counter('weighbridge_calls_total', 'Calls that were sealed', [
    'route',
    'deployment',
    'outcome',
    'code',
    'simulated',
  ]);
  const attempts = counter('weighbridge_attempts_total', 'Attempts at a deployment', ['deployment', 'result']);
  const tokens = counter('weighbridge_tokens_total', 'Tokens by class; the classes do not overlap', [
    'deployment',
    'class',
  ]);
  const cost = counter('weighbridge_cost_total', 'What calls cost, as billed', ['deployment', 'currency']);
  const unpriced = counter('weighbridge_calls_unpriced_total', 'Calls of which no price is known', ['deployment']);
  const refused = counter('weighbridge_limit_refused_total', 'Calls that a limit refused', ['limit']);
  const alerts = counter('weighbridge_alerts_total', 'Alerts by kind', ['alert']);
  const duration = histogram(
    'weighbridge_call_duration_seconds',
    'From the request to the end of the answer',
    SECONDS,
    ['route', 'deployment'],
  );
  const own = histogram('weighbridge_gateway_seconds', 'Spent in the gateway itself, waiting for nobody', OWN);
  const operation = histogram('gen_ai_client_operation_duration_seconds', 'GenAI operation duration', SECONDS, [
    ...GEN_AI,
    'error_type',
  ]);
  const first = histogram(
    'gen_ai_server_time_to_first_token_seconds',
    'Time to generate first token',
    FIRST_TOKEN,
    GEN_AI,
  );
  const perToken = histogram(
    'gen_ai_server_time_per_output_token_seconds',
    'Time per output token after the first',
    [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
    GEN_AI,
  );
  const usage = histogram('gen_ai_client_token_usage', 'Input and output tokens used', TOKENS, [
    ...GEN_AI,
    'gen_ai_token_type',
  ]);
  return { calls, attempts, tokens, cost, unpriced, refused, alerts, duration, own, operation, first, perToken, usage };
}

type Families = ReturnType<typeof familiesOf>;

function count(families: Families, { call, cost: paid, limit, route }: SeenCall): void {
  const { calls, attempts, tokens, cost, unpriced, refused, duration, own, operation, first, perToken, usage } =
    families;
  const { served, timing, outcome, error, simulated } = call;
  const deployment = served?.deployment ?? call.attempts.at(-1)?.deployment ?? '';
  const code = error?.code ?? '';
  calls.add({ route, deployment, outcome, code, simulated: String(simulated) });
  for (const attempt of call.attempts) attempts.add({ deployment: attempt.deployment, result: attempt.error ?? 'ok' });
  if (limit?.refused === true) refused.add({ limit: limit.rule });
  const seconds = Math.max(0, timing.ended - timing.started) / 1000;
  duration.observe({ route, deployment }, seconds);
  own.observe({}, timing.gateway_ms / 1000);
  if (served === null) return;
  const genAi = genAiLabels(served.cloud, served.model_requested);
  operation.observe({ ...genAi, error_type: code }, seconds);
  if (timing.ttft_ms !== undefined) first.observe(genAi, timing.ttft_ms / 1000);
  if (timing.tpot_ms !== undefined) perToken.observe(genAi, timing.tpot_ms / 1000);
  if (paid.status === 'unpriced') unpriced.add({ deployment });
  else if (paid.billed !== null) cost.add({ deployment, currency: paid.currency }, Number(paid.billed));
  if (call.usage === null) return;
  for (const [name, count] of Object.entries(call.usage.tokens)) tokens.add({ deployment, class: name }, count);
  const { prompt, completion } = usageTotals(call.usage);
  usage.observe({ ...genAi, gen_ai_token_type: 'input' }, prompt);
  usage.observe({ ...genAi, gen_ai_token_type: 'output' }, completion);
}

const genAiLabels = (cloud: CloudId, model: string) => ({
  gen_ai_operation_name: 'chat',
  gen_ai_provider_name: PROVIDERS[cloud] ?? cloud,
  gen_ai_request_model: model,
});
