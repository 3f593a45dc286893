// What a schema cannot see of reserved capacity: a rate that nobody knows, a tier that would price it as if it were paid by the call.
import { capacityProblem } from '@weighbridge/gateway';
import type { ProblemList } from '@weighbridge/document';
import type { Config } from '@weighbridge/protocol';

/** How a price list calls what was bought ahead. */
const TIERS = { ptu: 'reserved', gsu: 'reserved', tpm: 'reserved', priority: 'priority', slots: null } as const;

export function checkCapacity(config: Config, problems: ProblemList): void {
  for (const [id, { capacity, tier, model, priced_as }] of Object.entries(config.deployments)) {
    if (capacity === undefined) continue;
    const missing = capacityProblem({ capacity, model, priced_as });
    if (missing !== null)
      problems.error(
        ['deployments', id, 'capacity'],
        `"${id}": ${missing}`,
        "take it from your contract or the seller's page of rates",
      );
    const wanted = TIERS[capacity.kind];
    if (wanted !== null && tier !== wanted)
      problems.error(
        ['deployments', id, 'tier'],
        `"${id}" is paid ahead, and its tier "${tier}" would price each call as if it were not`,
        `write \`tier: ${wanted}\``,
        tier === 'standard' ? 'key' : undefined,
      );
  }
}
