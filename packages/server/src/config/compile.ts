// Configuration plus the fold of key entries, compiled to the frozen snapshot that lanes work from. Its digest is over
// the canonical form of all of it, so two instances with the same digest decide alike, and a receipt's digest says
// exactly what was in force.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { canonicalJson, type Json } from '@weighbridge/kernel';
import { rolesOf, type Deployment, type KeyRecord, type Route, type Snapshot } from '@weighbridge/gateway';
import { loggingConfig, type Config, type KeyPolicyConfig, type Who } from '@weighbridge/protocol';
import type { KeyState } from '../keys/fold.ts';
import { DEFAULT_BUDGET } from './environment.ts';
import { compileLimits } from './limits.ts';
import type { ProblemList } from '@weighbridge/document';

/** Of a key that the configuration does not list: a slip in a name must not open anything. */
const NOTHING: KeyPolicyConfig = { routes: [], clouds: [], regions: [] };
const WHO_FIELDS = ['team', 'project', 'cost_centre', 'principal', 'environment'] as const;

/** Throws nothing; a key whose entry and file disagree is reported as an error, since neither may silently win. */
export function compileSnapshot(
  config: Config,
  keys: readonly KeyState[],
  problems: ProblemList,
  priceBook = '',
): Snapshot {
  const budget = effectiveBudget(config);
  const limits = compileLimits(config, budget);
  const content = {
    organisation: config.organisation,
    log: config.log,
    node: config.node,
    hosts: config.listen.hosts,
    origins: config.listen.origins,
    requestBytes: config.limits.request_bytes,
    deployments: Object.entries(config.deployments).map(([id, deployment]) => compileDeployment(id, deployment)),
    routes: Object.entries(config.routes).map(([id, route]): Route => ({ id, ...route })),
    keys: keys.map((key) => compileKey(key, config, problems)),
    ...(budget === undefined ? {} : { budget }),
    ...(limits.length === 0 ? {} : { limits }),
    ...bypassesOf(config),
  };
  const { witnesses } = config.journal;
  const { channels } = config.alerts;
  return sealSnapshot(content, {
    credentials: config.credentials,
    price_book: priceBook,
    ...(witnesses.length === 0 ? {} : { witnesses }),
    ...(Object.keys(channels).length === 0 ? {} : { channels }),
    ...(Object.keys(config.telemetry).length === 0 ? {} : { telemetry: config.telemetry }),
    ...(Object.keys(config.security_events).length === 0 ? {} : { security_events: config.security_events }),
    ...(isDeepStrictEqual(config.logging, loggingConfig.parse({})) ? {} : { logging: config.logging }),
  });
}

/** A configuration of a version without them names none. */
function bypassesOf({ bypasses = {} }: Partial<Config>): Pick<Snapshot, 'bypasses'> {
  const named = Object.entries(bypasses).map(([id, bypass]) => ({ ...bypass, id }));
  return named.length === 0 ? {} : { bypasses: named };
}

/** Freezes a snapshot's content under a digest of it and of what is in force beside it: credentials, prices, witnesses, channels. */
export function sealSnapshot(content: Omit<Snapshot, 'digest'>, beside: object = {}): Snapshot {
  const canonical = canonicalJson({ ...content, ...beside } as unknown as Json);
  return deepFreeze({ ...content, digest: createHash('sha256').update(canonical).digest('base64url') });
}

export function compileDeployment(id: string, deployment: Config['deployments'][string]): Deployment {
  return { ...deployment, id, roles: rolesOf(deployment) };
}

/** The configured budget; where real deployments stand without one, the default hard budget. */
export function effectiveBudget(config: Config): Snapshot['budget'] {
  if (config.budget !== undefined) return config.budget;
  const real = Object.values(config.deployments).some((deployment) => !deployment.simulated);
  return real ? DEFAULT_BUDGET : undefined;
}

function compileKey(key: KeyState, config: Config, problems: ProblemList): KeyRecord {
  const filed = Object.hasOwn(config.keys, key.name) ? config.keys[key.name] : undefined;
  const who: Record<string, string> = { organisation: config.organisation, key: key.id };
  for (const field of WHO_FIELDS) {
    const made = key.who[field];
    const written = filed?.[field];
    if (made !== undefined && written !== undefined && made !== written && !key.revoked) {
      problems.error(
        ['keys', key.name, field],
        `the file says ${field} "${written}" of key "${key.name}" (${key.id}), which was made with "${made}"`,
        `write ${field}: ${made}, or make a new key with \`weighbridge keys create ${key.name}\` and revoke ${key.id}`,
      );
    }
    const value = written ?? made;
    if (value !== undefined) who[field] = value;
  }
  return {
    id: key.id,
    name: key.name,
    hmac: key.hmac,
    revoked: key.revoked,
    ...(key.aws === true ? { aws: true as const } : {}),
    ...(key.expires === undefined ? {} : { expires: key.expires }),
    ...(filed?.priority === undefined ? {} : { priority: filed.priority }),
    who: who as unknown as Who,
    ...(filed === undefined ? { policy: NOTHING, unlisted: true } : { policy: filed.policy }),
  };
}

export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
