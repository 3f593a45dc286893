// A configuration of the gateway for a lab that runs a market: just what the market offers, under its roles, regions and
// routes. Every deployment says `simulated: true`, so no budget counts it and every screen marks it.
import { invariant } from '@weighbridge/kernel';
import type { CloudId } from '@weighbridge/protocol';
import { frame, type Raw } from '../configuration.ts';
import type { LabEndpoints, LabSite } from '../endpoints.ts';
import type { LabMarket, LabOffer, OfferedDeployment } from './market.ts';
import { cloudNamed, CREDENTIALS, modelOf, siteOf } from './offers.ts';

/** `market` has no `marketProblems`. `priceFiles`: absolute paths of what its prices were written to. Pure. */
export function marketConfiguration(
  endpoints: LabEndpoints,
  market: LabMarket,
  priceFiles: readonly string[],
): unknown {
  const offered = market.offers.flatMap((offer) => offer.deployments);
  const batched = new Set(market.offers.flatMap(batchedOf));
  return {
    ...frame(endpoints),
    ...(priceFiles.length === 0 ? {} : { price_files: [...priceFiles] }),
    deployments: Object.fromEntries(
      offered.map((each) => [
        each.id,
        { ...deploymentOf(endpoints, each), ...(batched.has(each.id) ? { batch: BATCH } : {}) },
      ]),
    ),
    routes: Object.fromEntries(
      Object.entries(market.routes).map(([name, { aliases, candidates }]) => [
        name,
        {
          aliases,
          candidates: candidates.map((deployment) => ({ deployment })),
          ...(candidates.some((deployment) => batched.has(deployment)) ? { stored_content: 'allow' } : {}),
        },
      ]),
    ),
  };
}

/** Clouds whose batch API the lab speaks, and the gateway uses. */
const BATCHING: ReadonlySet<string> = new Set<CloudId>(['anthropic', 'openai']);
/** Whoever tries a deadline out does not want to wait for half a minute before anything is handed in. */
const BATCH: Raw = { gather: '1s', look: '1s', margin: '10s' };

/** A list of the book has a price for batches; a scenario that writes its own prices writes none. */
const batchedOf = ({ price_list: list, deployments }: LabOffer): readonly string[] =>
  typeof list === 'string' ? deployments.flatMap(({ id, cloud }) => (BATCHING.has(cloud) ? [id] : [])) : [];

/** What the path of the API is, after the origin of a site. */
const PREFIX: Partial<Record<CloudId, string>> = { openai: '/v1', 'openai-compatible': '/v1' };

function deploymentOf(endpoints: LabEndpoints, each: OfferedDeployment): Raw {
  const cloud = cloudNamed(each.cloud);
  const site: LabSite | null = cloud === null ? null : siteOf(cloud, each.region);
  invariant(cloud !== null && site !== null, `the lab has a site for ${each.id}`);
  const model = modelOf(cloud, each);
  invariant(model !== null, `the lab has a model for ${each.id}`);
  const { priced_as, region_set, region_scope, hosting, path_style, api_version, roles } = each;
  return {
    cloud,
    endpoint: `${endpoints.clouds[site]}${PREFIX[cloud] ?? ''}`,
    credential: each.credential ?? CREDENTIALS[cloud][0],
    model: each.model,
    dialect: model.dialect,
    region: each.region,
    simulated: true,
    max_output_tokens: model.maxOutput,
    ...present({ priced_as, region_set, region_scope, hosting, path_style, api_version }),
    ...(cloud === 'vertex' ? { project: endpoints.credentials.google.project } : {}),
    ...(Object.keys(roles).length === 0 ? {} : { roles }),
  };
}

const present = (value: Raw): Raw => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
