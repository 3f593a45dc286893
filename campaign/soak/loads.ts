// The clients of a soak, each load a process of its own with a file of what its clients saw.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkloadSummary } from '@weighbridge/lab';
import type { InstanceFacts } from './instance-facts.ts';
import type { LoadPlan } from './load.ts';
import { startNode } from './processes.ts';

export interface RunningLoad {
  readonly pid: number;
  readonly file: string;
  /** When the last of its calls is over. */
  readonly summary: Promise<WorkloadSummary>;
}

const LOAD = fileURLToPath(new URL('./load.ts', import.meta.url));

export class Loads {
  readonly #folder: string;
  readonly #target: Pick<InstanceFacts, 'origin' | 'key'>;
  readonly #begun: RunningLoad[] = [];

  constructor(folder: string, { origin, key }: InstanceFacts) {
    this.#folder = folder;
    this.#target = { origin, key };
  }

  begin(name: string, rest: Omit<LoadPlan, 'origin' | 'key' | 'file'>): RunningLoad {
    const file = join(this.#folder, `${name}.ndjson`);
    const plan = join(this.#folder, `${name}.json`);
    writeFileSync(plan, JSON.stringify({ ...this.#target, ...rest, file } satisfies LoadPlan));
    const { pid, firstLine } = startNode([LOAD, plan]);
    const summary = firstLine.then((line) => JSON.parse(line) as WorkloadSummary);
    summary.catch(() => undefined); // Whoever cares awaits it.
    const load = { pid, file, summary };
    this.#begun.push(load);
    return load;
  }

  others(than: RunningLoad): readonly RunningLoad[] {
    return this.#begun.filter((load) => load !== than);
  }
}
