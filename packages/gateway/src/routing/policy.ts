// What a key may use. Denied by default on doubt: an unknown region, an empty set, a place that is not listed. The same
// function judges candidates before routing and the concrete deployment before every leg.
import type { KeyPolicyConfig } from '@weighbridge/protocol';
import type { Deployment, KeyRecord, Route } from '../deployment.ts';

const all = (list: readonly string[]): boolean => list.includes('*');

/** Why the key may not use this route; null when it may. */
export function routeDenial(policy: KeyPolicyConfig, route: Pick<Route, 'id'>): string | null {
  if (all(policy.routes) || policy.routes.includes(route.id)) return null;
  return `policy: the key may not use the route "${route.id}"`;
}

/** As `routeDenial`, of the key itself: one that the configuration does not list may use nothing. */
export function keyDenial(
  key: Pick<KeyRecord, 'name' | 'policy' | 'unlisted'>,
  route: Pick<Route, 'id'>,
): string | null {
  if (key.unlisted === true) return `policy: the configuration has no entry \`keys.${key.name}\``;
  return routeDenial(key.policy, route);
}

/** Why the key may not use this deployment; null when it may. */
export function deploymentDenial(
  policy: KeyPolicyConfig,
  deployment: Pick<Deployment, 'cloud' | 'region' | 'region_set'>,
): string | null {
  if (!policy.clouds.includes('*') && !policy.clouds.includes(deployment.cloud)) {
    return `policy: the key may not use the cloud "${deployment.cloud}"`;
  }
  if (all(policy.regions)) return null;
  const set = deployment.region_set;
  if (set !== undefined) {
    if (set.length === 0) return `policy: it is not known in which regions "${deployment.region}" runs`;
    const outside = set.filter((region) => region === '' || !policy.regions.includes(region));
    if (outside.length === 0) return null;
    return `policy: "${deployment.region}" can run in ${outside.join(', ')}, which the key may not use`;
  }
  if (deployment.region === '') return 'policy: the region is not known';
  return policy.regions.includes(deployment.region)
    ? null
    : `policy: the key may not use the region "${deployment.region}"`;
}

/** Names of the rules that a verdict rests on: they stand in the decision. */
export function policyRules(policy: KeyPolicyConfig): string[] {
  const text = (name: string, list: readonly string[]): string => `${name} in [${list.join(', ')}]`;
  return [text('route', policy.routes), text('cloud', policy.clouds), text('region', policy.regions)].map((rule) =>
    rule.length > 480 ? `${rule.slice(0, 480)}…` : rule,
  );
}
