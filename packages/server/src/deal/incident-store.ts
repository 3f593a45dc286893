// Incidents are a fold over `incident` entries: one opens it, each further one is a step with its proof. What may come next the
// governance says; a step out of order is never written.
import { AppError, LIMITS } from '@weighbridge/kernel';
import {
  openIncident,
  stepsThatMayCome,
  takeStep,
  type Duty,
  type Incident,
  type IncidentStep,
  type Proof,
} from '@weighbridge/governance';
import type { Actor } from '@weighbridge/protocol';
import { openEntryFold, type FoldStores, type Happened } from '../admin/entry-fold.ts';

type IncidentChange = { readonly id: string; readonly proof: Proof; readonly by: Actor; readonly after: string } & (
  | {
      readonly action: 'open';
      readonly before: null;
      readonly deployment: string;
      readonly title: string;
      /** As it was then: a later map changes no clock that runs. */
      readonly duty: Duty;
      readonly counterparties: readonly string[];
      readonly serious: boolean;
      readonly note: string | null;
    }
  | { readonly action: 'step'; readonly before: string; readonly step: IncidentStep }
);

export interface HeldIncident {
  readonly incident: Incident;
  readonly title: string;
  readonly counterparties: readonly string[];
  readonly note: string | null;
  /** Ids of the entries of its steps, in their order. */
  readonly entries: readonly string[];
}

export interface Opened {
  readonly deployment: string;
  readonly title: string;
  readonly duty: Duty;
  readonly counterparties: readonly string[];
  readonly serious: boolean;
  readonly proof: Proof;
  readonly note: string | null;
}

export interface IncidentStore {
  /** Newest first. */
  all(): readonly HeldIncident[];
  /** With the steps that had been taken by then; none that was opened later. */
  asOf(at: number): readonly HeldIncident[];
  /** When the first was opened; null: none was. */
  first(): number | null;
  /** Throws BAD_REQUEST where it has no proof, or too many are open. */
  open(asked: Opened, by: Actor): Promise<HeldIncident>;
  /** Throws INCIDENT_UNKNOWN; BAD_REQUEST where the step may not come now. */
  step(id: string, step: IncidentStep, proof: Proof, by: Actor): Promise<HeldIncident>;
}

type State = ReadonlyMap<string, HeldIncident>;

export function openIncidentStore(stores: FoldStores): IncidentStore {
  const fold = openEntryFold<State, IncidentChange>(stores, { kind: 'incident', start: new Map(), apply });
  const heldOf = (state: State, id: string): HeldIncident => {
    const held = state.get(id);
    if (held !== undefined) return held;
    throw new AppError('INCIDENT_UNKNOWN', `there is no incident ${id.slice(0, 40)}`);
  };
  return {
    all: () => newestFirst(fold.state()),
    asOf: (at) => newestFirst(fold.stateAt(at)),
    first: () => fold.first(),
    open: async (asked, by) => {
      const id = stores.nextId();
      const state = await fold.write((now, at) => {
        const open = [...now.values()].filter(({ incident }) => incident.state !== 'closed').length;
        if (open >= LIMITS.incidents_open) throw new AppError('BAD_REQUEST', `${open} incidents are open already`);
        const { deployment, title, duty, counterparties, serious, proof, note } = asked;
        openIncident({ id, deployment, serious, at, by: actorText(by), proof }, duty);
        return {
          change: {
            action: 'open',
            id,
            before: null,
            after: 'opened',
            by,
            proof,
            deployment,
            title,
            duty,
            counterparties,
            serious,
            note,
          },
        };
      });
      return heldOf(state, id);
    },
    step: async (id, step, proof, by) => {
      const state = await fold.write((now, at) => {
        const { incident } = heldOf(now, id);
        const after = takeStep(incident, { step, at, by: actorText(by), proof });
        return { change: { action: 'step', id, before: incident.state, after: after.state, step, proof, by } };
      });
      return heldOf(state, id);
    },
  };
}

const newestFirst = (state: State): readonly HeldIncident[] => [...state.values()].toReversed();

const actorText = ({ via, session }: Actor): string => (session === undefined ? via : `${via} ${session}`);

function apply(state: State, { entry, at, change }: Happened<IncidentChange>): State {
  const next = new Map(state);
  const by = actorText(change.by);
  if (change.action === 'open') {
    const { id, deployment, title, duty, counterparties, serious, proof, note } = change;
    const incident = openIncident({ id, deployment, serious, at, by, proof }, duty);
    next.set(id, { incident, title, counterparties, note, entries: [entry] });
    return next;
  }
  const held = state.get(change.id);
  // What came before it may have stayed behind in a log that was damaged.
  if (held === undefined || !stepsThatMayCome(held.incident).includes(change.step)) return state;
  const incident = takeStep(held.incident, { step: change.step, at, by, proof: change.proof });
  next.set(change.id, { ...held, incident, entries: [...held.entries, entry] });
  return next;
}
