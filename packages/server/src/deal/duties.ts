// Duties as answers show them: who answers for what in each way of getting a model, the incidents with their clocks, what is overdue.
import { AppError } from '@weighbridge/kernel';
import type { Deployment } from '@weighbridge/gateway';
import {
  deadlinesOf,
  dutyOf,
  ownDutyOf,
  overdueAt,
  reviewsOverdue,
  stepsThatMayCome,
  usualDutyOf,
  type Duty,
  type DutyMap,
  type Register,
} from '@weighbridge/governance';
import { FAILURE_NAMES, type ControlAsked, type Duties, type DutyRow, type IncidentView } from '@weighbridge/protocol';
import type { HeldIncident, Opened } from './incident-store.ts';
import { counterpartiesIn, ownDeployment, registerDeployment } from './own-deployments.ts';
import { reference, type Reference } from './reference.ts';

/** Who looks at the watch-list again. */
const REVIEWER = 'compliance officer';

/** `incidents`: as they stood at that moment. */
export function dutiesAt(
  { register, duties: map, watch }: Reference,
  own: readonly Deployment[],
  incidents: readonly HeldIncident[],
  at: number,
): Duties {
  const late = new Set(reviewsOverdue(watch, at).map(({ id }) => id));
  return {
    at,
    kinds: Object.entries(map.kinds).map(([kind, { service_model: model, scope }]) => ({
      kind,
      service_model: model,
      scope,
      duties: FAILURE_NAMES.map((failure) => dutyIn(map, kind as Duty['deployment'], failure, register)),
    })),
    deployments: [
      ...own.map(ownDeployment),
      ...Object.keys(register.deployments).flatMap((id) => registerDeployment(register, id) ?? []),
    ],
    incidents: incidents.map((held) => incidentView(held, map, at)),
    overdue: overdueAt({ incidents: incidents.map(({ incident }) => incident), watch, reviewer: REVIEWER }, at).map(
      (each) => ({ ...each }),
    ),
    watch: Object.entries(watch.matters)
      .map(([id, matter]) => ({
        id,
        from: Object.hasOwn(reference().watch.matters, id) ? ('shipped' as const) : ('own' as const),
        area: matter.area,
        parties: matter.parties.map((party) => register.parties[party]?.name ?? party),
        title: matter.title,
        date: matter.date ?? null,
        date_is: matter.date_is,
        next_review: matter.next_review,
        overdue: late.has(id),
        source: watch.sources[matter.source]?.title ?? matter.source,
        note: matter.note ?? null,
      }))
      .toSorted((a, b) => (a.next_review < b.next_review ? -1 : a.next_review > b.next_review ? 1 : 0)),
  };
}

/** As it is now: the own one before that of the map, with what the map says beside it. */
function dutyIn(map: DutyMap, kind: Duty['deployment'], failure: Duty['failure'], { parties }: Register): DutyRow {
  const own = ownDutyOf(map, kind, failure);
  const usual = usualDutyOf(map, kind, failure);
  const row = dutyRow(own ?? usual, map);
  if (own === undefined) return row;
  return {
    ...row,
    usual: `${usual.owner} leads, by ${usual.clause}`,
    party: row.party === null ? null : (parties[row.party]?.name ?? row.party),
  };
}

function dutyRow(
  { failure, owner, counterparty, party, clause, contact, clock, sources, own }: Duty,
  map: DutyMap,
): DutyRow {
  return {
    failure,
    from: own === true ? 'own' : 'shipped',
    usual: null,
    party: party ?? null,
    owner,
    counterparty: counterparty ?? null,
    clause,
    contact,
    clock: {
      acknowledge_h: clock.acknowledge_h,
      notify_h: clock.notify_h,
      resolve_h: clock.resolve_h,
      close_h: clock.close_h,
      inform_authority_h: clock.inform_authority_h ?? null,
      basis: clock.basis,
      to_be_confirmed: clock.to_be_confirmed,
      note: clock.note ?? null,
    },
    sources: sources.map((id) => map.sources[id]?.title ?? id),
  };
}

export function incidentView(
  { incident, title, counterparties, note, entries }: HeldIncident,
  map: DutyMap,
  at: number,
): IncidentView {
  return {
    id: incident.id,
    deployment: incident.deployment,
    title,
    failure: incident.duty.failure,
    serious: incident.serious,
    state: incident.state,
    duty: dutyRow(incident.duty, map),
    counterparties: [...counterparties],
    steps: incident.steps.map(({ step, at: moment, by, proof }, index) => ({
      step,
      at: moment,
      by,
      proof,
      entry: entries[index] ?? '',
    })),
    deadlines: deadlinesOf(incident).map(({ step, due, taken }) => ({
      step,
      due,
      taken: taken ?? null,
      missed: (taken ?? at) > due,
    })),
    may: [...stepsThatMayCome(incident)],
    note,
  };
}

/** What is to be opened, by the map. Throws BAD_REQUEST for a deployment that nobody knows. */
export function openingOf(
  { register, duties: map }: Reference,
  own: readonly Deployment[],
  { deployment: id, failure, serious, proof, note }: ControlAsked<'openIncident'>,
): Opened {
  const found = own.find((one) => one.id === id);
  const row = found === undefined ? registerDeployment(register, id) : ownDeployment(found);
  if (row === undefined)
    throw new AppError('BAD_REQUEST', `"${id}" is a deployment neither of the configuration nor of the register`);
  const duty = dutyOf(map, row.kind as Duty['deployment'], failure);
  return {
    deployment: id,
    title: row.title,
    duty,
    counterparties:
      duty.party === undefined ? counterpartiesIn(row, duty) : [register.parties[duty.party]?.name ?? duty.party],
    serious,
    proof: proofOf(proof),
    note: note ?? null,
  };
}

export const proofOf = ({ kind, ref, sha256 }: ControlAsked<'openIncident'>['proof']): Opened['proof'] => ({
  kind,
  ref,
  ...(sha256 === undefined ? {} : { sha256 }),
});
