// One minimal call per deployment, through the gateway itself: it is admitted, budgeted, weighed and sealed like any
// other, since a paid call that goes round the scale would be the one thing this product must not do.
import { AppError } from '@weighbridge/kernel';
import { cloudOf, type Deployment, type Snapshot } from '@weighbridge/gateway';
import type { Administration } from '../admin/administration.ts';
import { sealSnapshot } from '../config/compile.ts';

export interface ProbeResult {
  readonly deployment: string;
  readonly ok: boolean;
  readonly ms: number;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  readonly receipt: string | null;
  readonly model: string | null;
  /** What is wrong, in plain words; absent when fine. */
  readonly problem?: string;
}

const PROBE_MS_MOST = 30_000;
const PREFIX = 'probe.';

/** Probes these deployments, or all when none is named. Throws BAD_REQUEST for one that does not exist. */
export async function probeDeployments(
  administration: Administration,
  origin: string,
  names: readonly string[],
): Promise<readonly ProbeResult[]> {
  const all = administration.snapshot().deployments;
  const unknown = names.find((name) => !all.some((deployment) => deployment.id === name));
  if (unknown !== undefined) throw new AppError('BAD_REQUEST', `there is no deployment "${unknown.slice(0, 80)}"`);
  const chosen = names.length === 0 ? all : all.filter((deployment) => names.includes(deployment.id));
  const { key, state } = await administration.createKey({ name: 'doctor', purpose: 'probe' });
  try {
    const results: ProbeResult[] = [];
    await administration.during(withProbeRoutes(chosen, state.id), 'probe of deployments', async () => {
      for (const deployment of chosen) results.push(await probe(origin, key, deployment));
    });
    return results;
  } finally {
    await administration.revokeKey(state.id, 'the probe is over');
  }
}

/** A route of its own for each deployment, for the probe's key alone. */
const withProbeRoutes =
  (chosen: readonly Deployment[], keyId: string) =>
  (snapshot: Snapshot): Snapshot => {
    const timers = { connect_ms: 5_000, first_token_ms: 20_000, between_tokens_ms: 20_000, total_ms: PROBE_MS_MOST };
    const routes = chosen.map(({ id }) => ({
      id: `${PREFIX}${id}`.slice(0, 63),
      aliases: [],
      strategy: 'priority' as const,
      candidates: [{ deployment: id, weight: 1 }],
      attempts: 1,
      timers,
      fidelity: 'warn' as const,
    }));
    const policy = { routes: routes.map((route) => route.id), clouds: ['*' as const], regions: ['*'] };
    const keys = snapshot.keys.map((key) => {
      const { unlisted: _, ...known } = key;
      return key.id === keyId ? { ...known, policy } : key;
    });
    return sealSnapshot({ ...snapshot, routes: [...snapshot.routes, ...routes], keys });
  };

async function probe(origin: string, key: string, deployment: Deployment): Promise<ProbeResult> {
  const started = performance.now();
  const facts = (status: number | null): Pick<ProbeResult, 'deployment' | 'ms' | 'status'> => ({
    deployment: deployment.id,
    ms: Math.round(performance.now() - started),
    status,
  });
  const messages = cloudOf(deployment.cloud).dialect(deployment) === 'anthropic-messages';
  const limit = messages ? { max_tokens: 16 } : { max_completion_tokens: 16 };
  const body = {
    model: `${PREFIX}${deployment.id}`.slice(0, 63),
    messages: [{ role: 'user', content: 'Say OK.' }],
    ...limit,
  };
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${key}`,
    'anthropic-version': '2023-06-01',
  };
  try {
    const answer = await fetch(`${origin}${messages ? '/v1/messages' : '/v1/chat/completions'}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PROBE_MS_MOST),
    });
    const value = (await answer.json()) as { model?: string; error?: { message?: string } };
    const receipt = answer.headers.get('weighbridge-receipt');
    const base = { ...facts(answer.status), receipt, model: value.model ?? null };
    return answer.ok
      ? { ...base, ok: true }
      : { ...base, ok: false, problem: value.error?.message ?? `it answered ${answer.status}` };
  } catch (error) {
    const problem = `no answer: ${error instanceof Error ? error.message : String(error)}`;
    return { ...facts(null), ok: false, receipt: null, model: null, problem };
  }
}
