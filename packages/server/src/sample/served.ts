// Who served a call of the sample: the roles of its deployment, and what the answer said of model and place.
import type { Deployment } from '@weighbridge/gateway';
import type { RegionEvidence, Served } from '@weighbridge/protocol';

/** `reported`: the place as the response names it; absent where it names none. */
export function servedBy(
  deployment: Deployment,
  model: string,
  reported: string | undefined,
  fallback: boolean,
): Served {
  return {
    ...deployment.roles,
    capacity: 'on_demand',
    cloud: deployment.cloud,
    deployment: deployment.id,
    evidence: {},
    fallback,
    model_reported: model,
    model_requested: deployment.model,
    region: regionOf(deployment, reported),
    tier: deployment.tier,
  };
}

function regionOf(deployment: Deployment, reported: string | undefined): RegionEvidence {
  const set = deployment.region_set ?? [];
  const configured = set.length === 0 ? deployment.region : set.toSorted().join(',');
  return reported === undefined
    ? { configured, grade: deployment.region_grade, reported: null }
    : { configured, grade: 2, reported };
}
