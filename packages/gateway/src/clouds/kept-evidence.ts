// Evidence is what the response itself said, kept verbatim and bounded: names from a list per cloud, values cut at a
// limit, so a hostile or broken cloud cannot make a receipt large. Region grades never claim more than is known.
import type { ResponseFacts } from '@weighbridge/dialects';
import type { Evidence, RegionEvidence, RegionGrade } from '@weighbridge/protocol';
import type { Deployment } from '../deployment.ts';
import type { Headers } from './cloud.ts';

const VALUE_CHARS = 200;
/** Fields of the body that speak of version, tier or identity. What speaks of content (why a model refused) is not evidence. */
const FIELDS = [
  'service_tier',
  'system_fingerprint',
  'request_id',
  'fallback_from',
  'amazon-bedrock-invocationMetrics',
  'latency_ms',
  'performance_latency',
  'guardrail',
];

/** Headers of the list that are there, then `body.*` fields and `usage.*` that the tap saw; each at most 200 characters. */
export function keepEvidence(headers: Headers, names: readonly string[], facts: ResponseFacts): Evidence {
  const kept: Record<string, string> = {};
  const add = (name: string, value: string | null | undefined): void => {
    if (value !== undefined && value !== null && value !== '') kept[name] = bounded(value);
  };
  for (const name of names) add(name, headers[name]);
  add('body.id', facts.id);
  add('body.model', facts.model);
  for (const name of FIELDS) add(`body.${name}`, facts.fields[name]);
  add('usage.service_tier', facts.usage.tier);
  add('usage.inference_geo', facts.usage.inference_geo);
  add('usage.speed', facts.usage.speed);
  return kept;
}

function bounded(value: string): string {
  const cut = value.length > VALUE_CHARS ? value.slice(0, VALUE_CHARS) : value;
  return cut.isWellFormed() ? cut : cut.toWellFormed();
}

/** Regions the configuration can run in: the set when it names one, else the region or scope itself. */
export function configuredRegions(deployment: Deployment): string {
  const set = deployment.region_set ?? [];
  return set.length === 0 ? deployment.region : [...set].sort().join(',').slice(0, VALUE_CHARS);
}

/** Region evidence when no field of the response speaks of where inference ran: as good as our configuration. */
export function configuredRegion(deployment: Deployment): RegionEvidence {
  return { configured: configuredRegions(deployment), reported: null, grade: deployment.region_grade };
}

/** Region evidence when the response names where inference ran: grade 2, reported by the seller per response. */
export function reportedRegion(deployment: Deployment, reported: string): RegionEvidence {
  const grade: RegionGrade = 2;
  return { configured: configuredRegions(deployment), reported: reported.slice(0, VALUE_CHARS).toWellFormed(), grade };
}

/** Tier as reported, else as configured. `default` and `on_demand` are the vendors' words for standard. */
export function servedTier(deployment: Deployment, ...reported: readonly (string | null | undefined)[]): string {
  const said = reported.find((tier) => typeof tier === 'string' && tier !== '');
  if (typeof said !== 'string') return deployment.tier;
  return said === 'default' || said === 'on_demand' ? 'standard' : said.slice(0, 32).toWellFormed();
}
