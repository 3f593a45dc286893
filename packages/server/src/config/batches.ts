// What a schema cannot see of deployments that take batches: a seller without a batch API that takes requests over HTTP, and
// settings that say the opposite.
import { cloudOf } from '@weighbridge/gateway';
import type { ProblemList } from '@weighbridge/document';
import { durationMs, type CloudId, type Config } from '@weighbridge/protocol';

/** Sellers that read a batch from a store of objects, and write its answers there. */
const OBJECT_STORES: Partial<Record<CloudId, string>> = {
  bedrock: 'Bedrock reads batches from S3 and writes them there',
  vertex: 'Vertex AI reads batches from Cloud Storage or BigQuery and writes them there',
};

export function checkBatches(config: Config, problems: ProblemList): void {
  const taking = Object.entries(config.deployments).filter(([, { batch }]) => batch !== undefined);
  for (const [id, { cloud, capacity, tier, stored_content: stored, batch, simulated }] of taking) {
    const path = ['deployments', id, 'batch'];
    const { batches } = cloudOf(cloud);
    const minutes = (batches?.cancelMs ?? 0) / 30_000;
    if (batch?.margin !== undefined && durationMs(batch.margin) < minutes * 60_000 && !simulated)
      problems.warning(
        [...path, 'margin'],
        `"${id}" waits ${batch.margin} before a deadline, half of it for "${cloud}" to cancel a batch, and that may take longer: then the call is paid for twice`,
        `take \`margin\` out, which makes it ${minutes}m, or give it as much`,
      );
    if (batches === undefined)
      problems.error(
        path,
        `"${id}" takes no batches: ${OBJECT_STORES[cloud] ?? `"${cloud}" has no batch API that is spoken here`}`,
        'take `batch` out; batches go through `anthropic` and `openai`',
      );
    if (capacity !== undefined || tier !== 'standard')
      problems.error(
        path,
        `"${id}" is sold as ${capacity === undefined ? `the tier "${tier}"` : 'reserved capacity'}, and a batch is a tier of its own`,
        'give batches a deployment of their own, of tier `standard`',
      );
    if (stored === 'refuse')
      problems.error(
        path,
        `"${id}" says \`stored_content: refuse\`, and a batch is stored at its seller until it is read`,
        'take one of the two out',
      );
  }
  for (const [id, { candidates, stored_content: stored }] of Object.entries(config.routes)) {
    const batched = candidates.some(({ deployment }) => config.deployments[deployment]?.batch !== undefined);
    if (stored === 'allow' && !batched)
      problems.warning(
        ['routes', id, 'stored_content'],
        `no candidate of "${id}" takes batches, so nothing of it is stored`,
        'add `batch: {}` to a deployment of the route, or take `stored_content` out',
      );
  }
}
