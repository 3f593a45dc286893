// What a deliberate fault is: how it is switched on, and what the auditor has to say to it.
import type { EntryDraft } from '@weighbridge/protocol';
import type { Machine } from './disk/machine.ts';
import type { Sabotage } from './disk/sim-disk.ts';
import type { Plan } from './plan.ts';
import type { ProjectorSabotage } from './projector-host.ts';

interface Writer {
  append(draft: EntryDraft): Promise<void>;
}

export interface Mutation {
  readonly name: string;
  readonly what: string;
  /** In words of the auditor, one of which must come. */
  readonly caught: RegExp;
  /** What every run of it has, so that it can come to show. */
  readonly plan?: Partial<Plan>;
  readonly witnessForgets?: true;
  /** `machine`: the one that runs the journal. */
  readonly sabotage?: (machine: Machine) => Sabotage;
  /** Made anew for each run. */
  readonly projector?: () => ProjectorSabotage;
  readonly append?: (writer: Writer, draft: EntryDraft) => Promise<void>;
}
