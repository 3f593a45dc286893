// An incident as a state machine: opened, acknowledged, counterparty notified, resolved, closed. Each step has its moment, who took it
// and a proof; deadlines come from the duty's clock. A step out of order is refused, so what is recorded is what happened.
import { AppError } from '@weighbridge/kernel';
import type { Duty } from './duty-map.ts';

export const STEPS = [
  'opened',
  'acknowledged',
  'counterparty_notified',
  'authority_informed',
  'resolved',
  'closed',
] as const;
export type Step = (typeof STEPS)[number];
/** Informing an authority runs beside the others and is no state of its own. */
export type IncidentState = Exclude<Step, 'authority_informed'>;

export interface Proof {
  readonly kind: 'tlog_proof' | 'receipt' | 'message' | 'ticket' | 'document';
  /** Where it lies: an entry's id, a ticket's number. */
  readonly ref: string;
  readonly sha256?: string;
}

export interface StepTaken {
  readonly step: Step;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: string;
  readonly proof: Proof;
}

export interface Incident {
  readonly id: string;
  /** Of the register. */
  readonly deployment: string;
  readonly duty: Duty;
  /** Serious in the sense of the law that the clock names. */
  readonly serious: boolean;
  readonly state: IncidentState;
  readonly steps: readonly StepTaken[];
}

export interface Opening extends Omit<StepTaken, 'step'> {
  readonly id: string;
  readonly deployment: string;
  readonly serious?: boolean;
}

export function openIncident({ id, deployment, serious = false, at, by, proof }: Opening, duty: Duty): Incident {
  mustProve('opened', proof);
  return { id, deployment, duty, serious, state: 'opened', steps: [{ step: 'opened', at, by, proof }] };
}

/** The incident with one step more. Throws `BAD_REQUEST` when the step may not come now, saying which may. */
export function takeStep(incident: Incident, taken: StepTaken): Incident {
  const may = stepsThatMayCome(incident);
  if (!may.includes(taken.step)) {
    const list = may.length === 0 ? 'nothing follows' : `${may.join(' or ')} may follow`;
    throw new AppError(
      'BAD_REQUEST',
      `incident ${incident.id} is ${incident.state}: ${taken.step} cannot come now, ${list}`,
    );
  }
  const last = incident.steps.at(-1);
  if (last !== undefined && taken.at < last.at)
    throw new AppError('BAD_REQUEST', `incident ${incident.id}: ${taken.step} would come before ${last.step}`);
  mustProve(taken.step, taken.proof);
  const state = taken.step === 'authority_informed' ? incident.state : taken.step;
  return { ...incident, state, steps: [...incident.steps, taken] };
}

export function stepsThatMayCome({ state, duty, serious, steps }: Incident): readonly Step[] {
  const informs = serious && duty.clock.inform_authority_h !== undefined;
  const open = informs && !steps.some(({ step }) => step === 'authority_informed');
  const beside: readonly Step[] = open ? ['authority_informed'] : [];
  if (state === 'opened') return ['acknowledged', ...beside];
  if (state === 'acknowledged')
    return [duty.counterparty === undefined ? 'resolved' : 'counterparty_notified', ...beside];
  if (state === 'counterparty_notified') return ['resolved', ...beside];
  // It is not closed over an authority that was not informed.
  if (state === 'resolved') return open ? beside : ['closed'];
  return [];
}

export interface Deadline {
  readonly step: Step;
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** When the step was taken; undefined while it is not. */
  readonly taken: number | undefined;
}

const HOUR_MS = 3_600_000;

/** Of every step that has one already, in the order in which they fall due. */
export function deadlinesOf({ steps, duty, serious }: Incident): readonly Deadline[] {
  const when = (wanted: Step): number | undefined => steps.find(({ step }) => step === wanted)?.at;
  const opened = when('opened');
  const resolved = when('resolved');
  const { clock, counterparty } = duty;
  const due = (from: number | undefined, hours: number | undefined): number | undefined =>
    from === undefined || hours === undefined ? undefined : from + hours * HOUR_MS;
  const rows: readonly (readonly [Step, number | undefined])[] = [
    ['acknowledged', due(opened, clock.acknowledge_h)],
    ['counterparty_notified', counterparty === undefined ? undefined : due(opened, clock.notify_h)],
    ['authority_informed', serious ? due(opened, clock.inform_authority_h) : undefined],
    ['resolved', due(opened, clock.resolve_h)],
    ['closed', due(resolved, clock.close_h)],
  ];
  return rows
    .flatMap(([step, moment]) => (moment === undefined ? [] : [{ step, due: moment, taken: when(step) }]))
    .toSorted((a, b) => a.due - b.due);
}

/** Steps that were not taken in time: still open after their deadline at `at`, or taken after it. */
export const missedBy = (incident: Incident, at: number): readonly Deadline[] =>
  deadlinesOf(incident).filter(({ due, taken }) => (taken === undefined || taken > at ? at : taken) > due);

function mustProve(step: Step, { ref }: Proof): void {
  if (ref.trim() === '')
    throw new AppError('BAD_REQUEST', `${step} has no proof: name the entry, message or ticket that shows it`);
}
