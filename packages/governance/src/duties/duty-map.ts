// Who answers when something fails: one row for each way of getting a model and each class of failure. The map is data, built from
// the public models of shared responsibility; it is whole, so that nobody searches for an owner while the clock runs.
import { readDocument, type DocumentForm, type DocumentPath, type ProblemList } from '@weighbridge/document';
import { AppError, didYouMean } from '@weighbridge/kernel';
import { z } from 'zod';
import type { Register } from '../register/register.ts';
import {
  DEPLOYMENT_KINDS,
  idShape,
  ROLES,
  sourceShape,
  type DeploymentKind,
  type Holder,
  type Role,
} from '../register/shape.ts';

export const FAILURES = [
  'availability',
  'latency',
  'wrong_region',
  'model_drift',
  'safety_filter',
  'data_leak',
  'billing_error',
  'key_compromise',
  'retired_model',
] as const;
export type Failure = (typeof FAILURES)[number];

const HOURS_MOST = 24 * 366;
const hours = z.int().min(1).max(HOURS_MOST);
const words = z.string().min(1).max(300);

const clockShape = z.strictObject({
  /** Each counted from the opening, but the last, which is counted from the resolution. */
  acknowledge_h: hours,
  notify_h: hours,
  resolve_h: hours,
  close_h: hours,
  /** Of a serious incident, to an authority. */
  inform_authority_h: hours.optional(),
  basis: z.enum(['own_default', 'contract', 'law']),
  to_be_confirmed: z.boolean().default(false),
  source: idShape,
  note: words.optional(),
});

const kindShape = z.strictObject({
  /** Where the way of getting a model stands in the public models, as read by us. */
  service_model: z.enum(['IaaS', 'PaaS', 'SaaS']),
  scope: words,
  sources: z.array(idShape).min(1).max(10),
});

const rowShape = z.strictObject({
  deployment: z.enum(DEPLOYMENT_KINDS),
  failure: z.enum(FAILURES),
  /** The role in the own organisation that leads. */
  owner: words,
  /** The role that has to answer; absent where there is nobody but ourselves. */
  counterparty: z.enum(ROLES as readonly [Role, ...Role[]]).optional(),
  /** What of the contract it rests on. */
  clause: words,
  /** The role to write to. */
  contact: words,
  clock: idShape,
  sources: z.array(idShape).min(1).max(10),
});

const mapShape = z.strictObject({
  version: z.literal(1),
  sources: z.record(idShape, sourceShape),
  clocks: z.record(idShape, clockShape),
  kinds: z.strictObject(
    Object.fromEntries(DEPLOYMENT_KINDS.map((kind) => [kind, kindShape])) as Record<DeploymentKind, typeof kindShape>,
  ),
  rows: z.array(rowShape).max(DEPLOYMENT_KINDS.length * FAILURES.length),
});
/** What an organisation wrote itself, for one failure of one way of getting a model: it goes before the row of the map. */
export const ownDutyShape = rowShape.omit({ clock: true, sources: true }).extend({
  /** Who answers, where that is not whoever holds the role in each deployment. */
  party: idShape.optional(),
  clock: clockShape.omit({ source: true }).extend({ basis: clockShape.shape.basis.default('own_default') }),
  source: idShape,
});
export type OwnDuty = z.infer<typeof ownDutyShape>;

export interface DutyMap extends z.infer<typeof mapShape> {
  /** By their ids; of each failure of a way of getting a model one at most. */
  readonly own?: Readonly<Record<string, OwnDuty>>;
}
export type Clock = z.infer<typeof clockShape>;

export interface Duty extends Omit<z.infer<typeof rowShape>, 'clock'> {
  readonly clock: Clock;
  /** Who answers, where an own duty names the party. */
  readonly party?: string | undefined;
  /** Of the own register. */
  readonly own?: true;
}

const MAP_FORM: DocumentForm<DutyMap> = {
  what: 'the map of duties',
  code: 'DEAL_INVALID',
  schema: mapShape,
  meaning: checkMap,
};

export const readDutyMap = (file: string, text: string): DutyMap => readDocument(file, text, MAP_FORM);

/** The own one where there is one, else the row of the map, which is whole. */
export function dutyOf(map: DutyMap, deployment: DeploymentKind, failure: Failure): Duty {
  const own = ownDutyOf(map, deployment, failure);
  return own === undefined ? usualDutyOf(map, deployment, failure) : own;
}

export function ownDutyOf(map: DutyMap, deployment: DeploymentKind, failure: Failure): Duty | undefined {
  const held = Object.values(map.own ?? {}).find((one) => one.deployment === deployment && one.failure === failure);
  if (held === undefined) return undefined;
  const { clock, source, ...row } = held;
  return { ...row, clock: { ...clock, source }, sources: [source], own: true };
}

/** What the map that comes with the product says, whether there is an own one or not. */
export function usualDutyOf(map: DutyMap, deployment: DeploymentKind, failure: Failure): Duty {
  const row = map.rows.find((one) => one.deployment === deployment && one.failure === failure);
  const clock = row === undefined ? undefined : map.clocks[row.clock];
  if (row === undefined || clock === undefined)
    throw new AppError('BAD_REQUEST', `the map has no duty for ${failure} of ${deployment}`);
  return { ...row, clock };
}

/** Who holds the role that has to answer, in a deployment of the register; empty when there is none, or nobody knows. */
export function counterpartiesOf(register: Register, deployment: string, duty: Duty): readonly Holder[] {
  const entry = Object.hasOwn(register.deployments, deployment) ? register.deployments[deployment] : undefined;
  if (entry === undefined) throw new AppError('BAD_REQUEST', `the register has no deployment "${deployment}"`);
  if (entry.kind !== duty.deployment)
    throw new AppError('BAD_REQUEST', `"${deployment}" is ${entry.kind}, and the duty is for ${duty.deployment}`);
  return duty.counterparty === undefined
    ? []
    : (entry.roles[duty.counterparty] ?? []).filter(({ party }) => party !== undefined);
}

function checkMap(map: DutyMap, problems: ProblemList): void {
  const seen = new Map<string, number>();
  for (const [index, { deployment, failure, clock, sources }] of map.rows.entries()) {
    const key = `${failure} of ${deployment}`;
    const first = seen.get(key);
    if (first !== undefined)
      problems.error(['rows', index], `${key} stands in row ${first + 1} too`, 'keep one of the two');
    else seen.set(key, index);
    if (!Object.hasOwn(map.clocks, clock))
      problems.error(
        ['rows', index, 'clock'],
        `"${clock}" is no clock of this map`,
        `use one of ${Object.keys(map.clocks).join(', ')}`,
      );
    mustKnowSources(['rows', index, 'sources'], sources, map, problems);
  }
  for (const deployment of DEPLOYMENT_KINDS) {
    mustKnowSources(['kinds', deployment, 'sources'], map.kinds[deployment].sources, map, problems);
    for (const failure of FAILURES)
      if (!seen.has(`${failure} of ${deployment}`))
        problems.error(['rows'], `nobody owns ${failure} of ${deployment}`, 'add a row for it', 'key');
  }
  for (const [id, clock] of Object.entries(map.clocks)) {
    mustKnowSources(['clocks', id, 'source'], [clock.source], map, problems);
    checkHours(clock, ['clocks', id], problems);
  }
}

function checkHours(
  { acknowledge_h: seen, notify_h: told, resolve_h: solved }: Omit<Clock, 'source'>,
  path: DocumentPath,
  problems: ProblemList,
): void {
  if (seen > told || told > solved)
    problems.error(
      path,
      'it would resolve before it notifies, or notify before it acknowledges',
      'put the hours in order',
      'key',
    );
}

/** Own duties under `duties` of a file; `parties` and `sources`: ids that may be named. */
export function checkOwnDuties(
  duties: Readonly<Record<string, OwnDuty>>,
  { parties, sources }: { readonly parties: readonly string[]; readonly sources: readonly string[] },
  problems: ProblemList,
): void {
  const seen = new Map<string, string>();
  const mustKnow = (path: DocumentPath, name: string, known: readonly string[], what: string): void => {
    if (known.includes(name)) return;
    const near = didYouMean(name, known);
    problems.error(
      path,
      `"${name}" is no ${what}`,
      near === undefined ? 'add it, or name one that is there' : `did you mean "${near}"?`,
    );
  };
  for (const [id, { deployment, failure, counterparty, party, clock, source }] of Object.entries(duties)) {
    const path = ['duties', id];
    const key = `${failure} of ${deployment}`;
    const first = seen.get(key);
    if (first !== undefined) problems.error(path, `"${first}" is for ${key} too`, 'make one of the two', 'key');
    else seen.set(key, id);
    mustKnow([...path, 'source'], source, sources, 'source of this file or of the register');
    if (party !== undefined) mustKnow([...path, 'party'], party, parties, 'party of this file or of the register');
    if (party !== undefined && counterparty === undefined)
      problems.error(
        [...path, 'party'],
        'it names who answers and not in which role',
        'add `counterparty`, such as sla_provider',
      );
    checkHours(clock, [...path, 'clock'], problems);
  }
}

function mustKnowSources(
  path: readonly (string | number)[],
  ids: readonly string[],
  map: DutyMap,
  problems: ProblemList,
): void {
  for (const id of ids)
    if (!Object.hasOwn(map.sources, id))
      problems.error(path, `"${id}" is no source of this map`, `use one of ${Object.keys(map.sources).join(', ')}`);
}
