// What the sample organisation knows of its deal: contracts, claims, what sellers answered, evidence and what was attested, as the
// scenario seeds them, and incidents that follow from what goes wrong in the month; each written as the desk itself would have written
// it at that moment. All of it follows from the month, the number of calls and the seeds.
import type { Deployment } from '@weighbridge/gateway';
import { DAY_MS, type Actor, type EntryDraft } from '@weighbridge/protocol';
import { NO_LOG, type FoldStores } from '../admin/entry-fold.ts';
import type { Blobs } from '../admin/blobs.ts';
import { enterAnswers } from '../deal/answers-as-claims.ts';
import { openDealDesk, type DealDesk } from '../deal/deal-desk.ts';
import { openingOf } from '../deal/duties.ts';
import { reference } from '../deal/reference.ts';
import { idsFrom } from './ids.ts';
import type { Month } from './month.ts';
import {
  claimOf,
  contractText,
  evidenceOf,
  filled,
  marked,
  momentOf,
  type SampleSeeds,
  type Setting,
} from './seeds.ts';

export interface DealOptions {
  readonly seed: number;
  readonly month: Month;
  /** Calls made, of those that the amounts are written for. */
  readonly share: number;
  readonly deployments: readonly Deployment[];
  readonly blobs: Blobs;
  readonly seeds: SampleSeeds;
}

const BY: Actor = { via: 'console' };
const MINUTE_MS = 60_000;

/** In order of time. */
export async function dealDrafts(options: DealOptions): Promise<readonly EntryDraft[]> {
  const { seed, month, blobs } = options;
  const drafts: EntryDraft[] = [];
  const ids = idsFrom(seed, 'deal');
  let now = month.from;
  const stores: FoldStores & { readonly blobs: Blobs } = {
    journal: NO_LOG,
    blobs,
    nextId: () => ids(now),
    now: () => now,
    admin: { append: async (draft) => void drafts.push(draft) },
  };
  const desk = openDealDesk(stores);
  for (const { at, act } of eventsOf(options).toSorted((a, b) => a.at - b.at)) {
    if (at < month.from || at >= month.to) continue;
    now = at;
    await act(desk);
  }
  return drafts;
}

interface Event {
  readonly at: number;
  readonly act: (desk: DealDesk) => Promise<unknown>;
}

const midnightOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

const settingOf = (month: Month, share: number): Setting => ({
  last: midnightOf(month.to) - DAY_MS,
  outage: midnightOf(month.outage.from),
  share,
});

function eventsOf({ month, share, deployments, seeds }: DealOptions): readonly Event[] {
  const setting = settingOf(month, share);
  return [
    ...enteredFirst(month, seeds, setting),
    ...seededEvents(seeds, setting),
    ...incidentEvents(month, deployments),
  ];
}

/** What stands from the first minutes on. */
function enteredFirst({ from }: Month, { name, seeds }: SampleSeeds, setting: Setting): readonly Event[] {
  const acts: readonly Event['act'][] = [
    ...Object.entries(seeds.contracts).map(
      ([id, given]): Event['act'] =>
        ({ contracts }) =>
          contracts.enter({ file: `${id}.yaml`, text: contractText(id, given, name, setting) }, BY),
    ),
    ...Object.entries(seeds.claims).map(
      ([id, given]): Event['act'] =>
        ({ claims }) =>
          claims.enter(id, claimOf(given, name, setting), BY),
    ),
  ];
  return acts.map((act, index) => ({ at: from + index * MINUTE_MS, act }));
}

/** Days before the last whole one on which everything, and then what was stated before, is stated. */
const STATED = { first: '<day -27>', again: '<day -1>' } as const;

function seededEvents({ seeds }: SampleSeeds, setting: Setting): readonly Event[] {
  const answers = seeds.answers.map(({ contract: id, on, answered_by: who, answers: given }): Event => {
    const told = Object.entries(given).map(([question, answer]) => ({ question, answer }));
    return {
      at: momentOf(on, setting),
      act: ({ claims, contracts }) =>
        enterAnswers(claims, contracts.held(id).contract, { answered_by: marked(who), answers: told }, BY),
    };
  });
  const evidence = seeds.evidence.map((given): Event => ({
    at: momentOf(given.on, setting),
    act: ({ claims }) => claims.add(given.claim, evidenceOf(given, setting), BY),
  }));
  const attested = seeds.attested.map(({ fact, on, value, proof }): Event => ({
    at: momentOf(on, setting),
    act: ({ attestations }) => attestations.attest({ fact, value: filled(value, setting), proof: marked(proof) }, BY),
  }));
  return [
    ...answers,
    ...evidence,
    { at: momentOf(STATED.first, setting), act: ({ claims }) => claims.state(BY, 'all') },
    { at: momentOf(STATED.again, setting), act: ({ claims }) => claims.state(BY, 'known') },
    ...attested,
  ];
}

function incidentEvents(month: Month, deployments: readonly Deployment[]): readonly Event[] {
  const { outage, region } = month;
  const steps = (at: number, which: 'availability' | 'wrong_region', taken: readonly (readonly [number, Step])[]) =>
    taken.map(([minutes, step]): Event => ({
      at: at + minutes * MINUTE_MS,
      act: async ({ incidents }) => {
        const found = incidents.all().find(({ incident }) => incident.duty.failure === which);
        if (found === undefined) return;
        await incidents.step(found.incident.id, step, { kind: 'ticket', ref: `OPS-${which}-${step}` }, BY);
      },
    }));
  const open = (at: number, deployment: string, failure: 'availability' | 'wrong_region', note: string): Event => ({
    at,
    act: ({ incidents }) =>
      incidents.open(
        openingOf(reference(), deployments, {
          deployment,
          failure,
          serious: false,
          proof: { kind: 'ticket', ref: `OPS-${failure}` },
          note,
        }),
        BY,
      ),
  });
  return [
    open(outage.from + 7 * MINUTE_MS, 'anthropic-sonnet', 'availability', 'calls end with errors (invented)'),
    ...steps(outage.from, 'availability', [
      [19, 'acknowledged'],
      [41, 'counterparty_notified'],
      [96, 'resolved'],
    ]),
    open(region.from + 55 * MINUTE_MS, 'azure-gpt-4-1-eu', 'wrong_region', 'answers name another region (invented)'),
    ...steps(region.from, 'wrong_region', [[140, 'acknowledged']]),
  ];
}

type Step = 'acknowledged' | 'counterparty_notified' | 'resolved';
