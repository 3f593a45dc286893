// Which site, model and credential of the lab stand for a deployment that a market offers; and what of a market the lab's
// clouds cannot be.
import { didYouMean } from '@weighbridge/kernel';
import { CLOUDS, type CloudId } from '@weighbridge/protocol';
import { LAB_SITES, SITE_FACTS, type LabSite } from '../endpoints.ts';
import { converseModel } from '../model/bedrock-models.ts';
import {
  LAB_MODELS,
  modelNamed,
  PROFILE_REGIONS,
  VERTEX_LOCATIONS,
  vertexModel,
  type LabModel,
} from '../model/catalogue.ts';
import type { LabMarket, OfferedDeployment } from './market.ts';

/** Made-up credentials that each cloud takes; the first where none is named. */
export const CREDENTIALS: Readonly<Record<CloudId, readonly [string, ...string[]]>> = {
  anthropic: ['anthropic'],
  foundry: ['foundry', 'entra-secret', 'entra-workload'],
  'azure-openai': ['azure-openai', 'entra-secret', 'entra-workload'],
  bedrock: ['aws', 'aws-session', 'bedrock-bearer'],
  vertex: ['google', 'google-workload'],
  openai: ['openai'],
  'openai-compatible': ['openai-compatible'],
};

const HOSTINGS = ['azure', 'anthropic'];

export const cloudNamed = (name: string): CloudId | null => CLOUDS.find((cloud) => cloud === name) ?? null;

/** The site that serves a region of a cloud; a cloud with one site serves all its regions there. */
export function siteOf(cloud: CloudId, region: string): LabSite | null {
  const sites = LAB_SITES.filter((site) => SITE_FACTS[site].cloud === cloud);
  return sites.length === 1 ? (sites[0] ?? null) : (sites.find((site) => SITE_FACTS[site].region === region) ?? null);
}

/** Which model of the catalogue answers. Azure's deployments have names of their own, so the priced name may say it. */
export function modelOf(cloud: CloudId, { model, priced_as }: OfferedDeployment): LabModel | null {
  if (cloud === 'bedrock') return converseModel(model)?.model ?? null;
  if (cloud === 'vertex') return vertexModel(model);
  return modelNamed(model) ?? (priced_as === undefined ? null : modelNamed(priced_as));
}

export interface OfferProblem {
  readonly offer: string;
  readonly deployment: string;
  readonly field: 'cloud' | 'model' | 'region' | 'credential' | 'hosting';
  readonly message: string;
  readonly mend: string;
}

/** What the lab's clouds cannot be; empty when they can be all of it. */
export function marketProblems(market: LabMarket): OfferProblem[] {
  return market.offers.flatMap((offer) =>
    offer.deployments.flatMap((each) =>
      problemsOf(each).map((problem) => ({ ...problem, offer: offer.name, deployment: each.id })),
    ),
  );
}

/** Where the lab serves a model of a cloud; null: anywhere, since one site stands for all regions. */
function regionsOf(cloud: CloudId, model: string): readonly string[] | null {
  if (cloud === 'vertex') return [...VERTEX_LOCATIONS];
  const sites = LAB_SITES.filter((site) => SITE_FACTS[site].cloud === cloud).map((site) => SITE_FACTS[site].region);
  if (sites.length === 1) return null;
  const scope = converseModel(model)?.scope ?? '';
  const profile = scope === 'global' ? undefined : PROFILE_REGIONS[scope];
  return profile === undefined ? sites : sites.filter((region) => profile.includes(region));
}

type Found = Pick<OfferProblem, 'field' | 'message' | 'mend'>;

function problemsOf(each: OfferedDeployment): Found[] {
  const cloud = cloudNamed(each.cloud);
  if (cloud === null) return [unknown('cloud', each.cloud, 'is no cloud that the lab simulates', CLOUDS)];
  const model = modelOf(cloud, each);
  const found: Found[] = [];
  if (model === null) {
    const names = LAB_MODELS.map(({ id }) => id);
    found.push(unknown('model', each.model, `is no model of the lab's ${cloud}`, names));
  }
  const regions = regionsOf(cloud, each.model);
  if (regions !== null && !regions.includes(each.region))
    found.push(unknown('region', each.region, `is no region of the lab's ${cloud} for this model`, regions));
  const sold = cloud === 'bedrock' ? converseModel(each.model) : null;
  if (sold?.scope === '' && !sold.traits.bare)
    found.push({
      field: 'model',
      message: `"${each.model}" is sold by inference profile only`,
      mend: `write eu.${each.model} or another profile`,
    });
  if (each.credential !== undefined && !CREDENTIALS[cloud].includes(each.credential))
    found.push(unknown('credential', each.credential, `opens no ${cloud} of the lab`, CREDENTIALS[cloud]));
  const hosted = cloud === 'foundry' && model?.dialect === 'anthropic-messages';
  if (hosted && !HOSTINGS.includes(each.hosting ?? ''))
    found.push(unknown('hosting', each.hosting ?? '', 'does not say who hosts Claude in Foundry', HOSTINGS));
  if (!hosted && each.hosting !== undefined)
    found.push({ field: 'hosting', message: '`hosting` is for Claude in Foundry', mend: 'leave it out' });
  return found;
}

function unknown(field: OfferProblem['field'], given: string, why: string, known: readonly string[]): Found {
  const near = didYouMean(given, known);
  const mend = near === undefined ? `use one of ${known.join(', ')}` : `did you mean ${near}?`;
  return { field, message: `"${given.slice(0, 120)}" ${why}`, mend };
}
