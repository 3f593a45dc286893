// What the sample organisation knows of its deal: invented contracts, what sellers answered, evidence, incidents, what was attested,
// each written as the desk itself would have written it at that moment. All of it follows from the month and the number of calls.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Deployment } from '@weighbridge/gateway';
import type { Actor, EntryDraft } from '@weighbridge/protocol';
import { NO_LOG, type FoldStores } from '../admin/entry-fold.ts';
import type { Blobs } from '../admin/blobs.ts';
import { enterAnswers } from '../deal/answers-as-claims.ts';
import { openDealDesk, type DealDesk } from '../deal/deal-desk.ts';
import { openingOf } from '../deal/duties.ts';
import { reference } from '../deal/reference.ts';
import { idsFrom } from './ids.ts';
import { HOUR_MS, type Month } from './month.ts';

export interface DealOptions {
  readonly seed: number;
  readonly month: Month;
  /** Calls made, of those that the amounts are written for. */
  readonly share: number;
  readonly deployments: readonly Deployment[];
  readonly blobs: Blobs;
}

const BY: Actor = { via: 'console' };
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const FILES = ['harbour-anthropic', 'harbour-cloud', 'harbour-bedrock'] as const;

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
    if (at >= month.to) continue;
    now = at;
    await act(desk);
  }
  return drafts;
}

interface Event {
  readonly at: number;
  readonly act: (desk: DealDesk) => Promise<unknown>;
}

function eventsOf({ month, share, deployments }: DealOptions): readonly Event[] {
  const last = Math.floor(month.to / DAY_MS) * DAY_MS - DAY_MS;
  return [...contractEvents(month, last, share), ...claimEvents(month, last), ...incidentEvents(month, deployments)];
}

function contractEvents(month: Month, last: number, share: number): readonly Event[] {
  return FILES.map((name, index) => ({
    at: month.from + index * MINUTE_MS,
    act: ({ contracts }) => contracts.enter({ file: `${name}.yaml`, text: contractOf(name, last, share) }, BY),
  }));
}

/** Days and amounts filled in. `last`: midnight of the last whole day. */
export function contractOf(name: (typeof FILES)[number], last: number, share: number): string {
  const text = readFileSync(new URL(`../../data/sample-contracts/${name}.yaml`, import.meta.url), 'utf8');
  return text
    .replace(/^# Invented\..*$/m, '# Invented: no such contract was ever made.')
    .replaceAll(/<day (-?\d+)>/g, (_, days: string) => dayAt(last, Number(days)))
    .replaceAll(/<month (-?\d+)>/g, (_, days: string) => dayAt(last, Number(days)).slice(0, 7))
    .replaceAll(/<usd (\d+)>/g, (_, amount: string) => Math.max(1, Math.round(Number(amount) * share)).toFixed(2))
    .replaceAll(/<rate ([\d.]+)>/g, (_, price: string) => Math.max(0.000_001, Number(price) * share).toFixed(6));
}

/** So many days after the last whole one. */
const dayAt = (last: number, days: number): string => new Date(last + days * DAY_MS).toISOString().slice(0, 10);

const digestOf = (what: string): string => createHash('sha256').update(`sample: ${what}`).digest('hex');

const ANSWERS = [
  { question: 'sla-availability', answer: 'At least 99.5 % in each month, planned work included.' },
  { question: 'exit-right', answer: 'Leaving is possible once, in the window of the contract.' },
  { question: 'security-proofs', answer: 'SOC 2 Type II, the report of this year.' },
];

function claimEvents(month: Month, last: number): readonly Event[] {
  const noon = (days: number): number => last + days * DAY_MS + 12 * HOUR_MS;
  const add = (at: number, claim: string, evidence: object): Event => ({
    at,
    act: ({ claims }) => claims.add(claim, { scope: {}, ...evidence }, BY),
  });
  const attest = (at: number, fact: string, value: boolean | string, proof: string): Event => ({
    at,
    act: ({ attestations }) => attestations.attest({ fact, value, proof }, BY),
  });
  const outage = Math.floor((month.outage.from - last) / DAY_MS);
  return [
    add(noon(-29), 'dedicated-capacity-1gw', {
      kind: 'vendor_assertion',
      digest: digestOf('a letter'),
      period: { from: dayAt(last, -60), until: dayAt(last, -31) },
      result: 'supports',
      valid_until: dayAt(last, 60),
      method: 'a letter of a seller to the sample organisation (invented)',
    }),
    {
      at: noon(-28),
      act: ({ claims, contracts }) => {
        const { contract } = contracts.held('harbour-anthropic');
        return enterAnswers(claims, contract, { answered_by: 'a seller (invented)', answers: ANSWERS }, BY);
      },
    },
    { at: noon(-27), act: ({ claims }) => claims.state(BY, 'all') },
    add(noon(-22), 'harbour-anthropic:security-proofs', {
      kind: 'independent_report',
      digest: digestOf('a report'),
      period: { from: dayAt(last, -300), until: dayAt(last, -60) },
      result: 'supports',
      valid_until: dayAt(last, -4),
      method: 'the report of an auditor, read (invented)',
    }),
    add(month.outage.from + 26 * HOUR_MS, 'harbour-anthropic:sla-availability', {
      kind: 'own_measurement',
      digest: digestOf('receipts of the month'),
      period: { from: dayAt(last, -31), until: dayAt(last, outage) },
      result: 'contradicts',
      n: 41_200,
      valid_until: dayAt(last, 90),
      method: 'receipts of the month (invented)',
    }),
    { at: noon(-1), act: ({ claims }) => claims.state(BY, 'known') },
    attest(noon(-20), 'chargeback_published', true, 'minutes of the FinOps round'),
    attest(noon(-19), 'duty_map_accepted_at', dayAt(last, -19), 'GOV-31'),
    attest(month.to - 2 * DAY_MS, 'audit_trail_verified_at', dayAt(last, -2), 'verify, exit code 0'),
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
