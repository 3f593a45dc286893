// One seed, from its plan to the auditor's word. The same seed and code give the same story, line by line.
import { headOf } from './audit/log-files.ts';
import { audit } from './audit/auditor.ts';
import { bringToRest, endAll } from './finale.ts';
import type { Counts } from './ledger.ts';
import type { Mutation } from './mutation.ts';
import { planOf, type Plan } from './plan.ts';
import { Random } from './random.ts';
import { workloadStep } from './workload.ts';
import { settle } from './settle.ts';
import { World } from './world.ts';

export interface SeedOptions {
  readonly mutation?: Mutation;
  readonly plan?: Partial<Plan>;
  /** Told the story as it happens. */
  readonly say?: (line: string) => void;
}

export interface SeedResult {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly counts: Counts;
}

export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const { mutation = null, say = () => undefined } = options;
  const plan = { ...planOf(seed), ...mutation?.plan, ...options.plan };
  say(`seed ${seed}: ${JSON.stringify(plan)}`);
  let step = 0;
  const world = new World(plan, mutation, (line) => say(`${String(step).padStart(3)}  ${line}`));
  try {
    const random = new Random(seed, 'workload');
    for (step = 1; step <= plan.steps; step += 1) await workloadStep(world, random);
    await bringToRest(world);
    const { node, fork, ledger, counts, disk, witness, network, store, projector } = world;
    const evidence = {
      ledger,
      node: disk.filesOf(node.machine),
      fork: fork === null ? null : disk.filesOf(fork.machine),
      witnessKey: witness.vkey,
      tables: store.tables,
    };
    counts.cosignatures = ledger.cosigned.length;
    counts.log_entries = headOf(ledger.published.at(-1))?.size ?? 0;
    counts.messages = network.sent;
    counts.injected_errors = node.machine.injected + witness.machine.injected;
    counts.projector_starts = projector.starts;
    counts.database_errors = store.injected;
    const problems = audit(evidence);
    for (const problem of problems) say(`PROBLEM  ${problem}`);
    return { seed, problems, counts };
  } finally {
    await endAll(world);
    world.close();
    await settle();
  }
}
