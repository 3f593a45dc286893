// Which faults are on. A rule says what goes wrong, for which requests, and how often: a count that runs down, or a
// seeded probability. The first rule that matches a request takes it; a request carries at most one fault.
import { AppError } from '@weighbridge/kernel';
import { CLOUDS, type CloudId } from '@weighbridge/protocol';
import { LAB_SITES, type LabSite } from '../endpoints.ts';
import { Draw } from '../model/random.ts';
import { faultNamed, LAB_FAULTS, type FaultName, type FaultSettings } from './table.ts';

const RULES = 256;

/** As an admin posts it. Every condition that is absent matches all. */
export interface FaultRule extends Partial<FaultSettings> {
  readonly fault: FaultName;
  readonly site?: LabSite;
  readonly cloud?: CloudId;
  /** Model or deployment as the caller names it; `*` at the end matches a prefix. */
  readonly model?: string;
  /** Only streams, or only what is not one. */
  readonly stream?: boolean;
  /** How many requests it takes, then it is gone. Absent: until removed. */
  readonly count?: number;
  /** Share of matching requests that it takes, 0 to 1. Absent: all. */
  readonly probability?: number;
  readonly seed?: number;
}

export interface ActiveFault extends FaultRule {
  readonly id: string;
  readonly hits: number;
}

/** A fault that befell one request, its settings complete. */
export interface Affliction extends FaultSettings {
  readonly fault: FaultName;
}

export interface FaultQuery {
  readonly site: LabSite;
  readonly cloud: CloudId;
  readonly model: string;
  readonly stream: boolean;
}

interface Entry {
  readonly id: string;
  readonly rule: FaultRule;
  readonly draw: Draw;
  left: number;
  hits: number;
}

export class FaultRegistry {
  readonly #entries: Entry[] = [];
  readonly #seed: number;
  #made = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Adds a rule and returns its id. Throws FAULT_UNKNOWN or BAD_REQUEST. */
  add(raw: unknown): string {
    const rule = checkRule(raw);
    if (this.#entries.length >= RULES)
      throw new AppError('BAD_REQUEST', `the lab holds at most ${RULES} fault rules at a time`);
    this.#made += 1;
    const id = `fault-${this.#made}`;
    const draw = new Draw(rule.seed ?? this.#seed, id);
    this.#entries.push({ id, rule, draw, left: rule.count ?? Number.POSITIVE_INFINITY, hits: 0 });
    return id;
  }

  /** Removes one rule, or all of them; says how many. */
  remove(id: string | null): number {
    const before = this.#entries.length;
    for (let i = before - 1; i >= 0; i -= 1) if (id === null || this.#entries[i]?.id === id) this.#entries.splice(i, 1);
    return before - this.#entries.length;
  }

  list(): ActiveFault[] {
    return this.#entries.map(({ id, rule, hits }) => ({ ...rule, id, hits }));
  }

  pick(query: FaultQuery): Affliction | null {
    for (const [index, entry] of this.#entries.entries()) {
      if (!matches(entry.rule, query)) continue;
      if (entry.rule.probability !== undefined && entry.draw.unit() >= entry.rule.probability) continue;
      entry.hits += 1;
      entry.left -= 1;
      if (entry.left <= 0) this.#entries.splice(index, 1);
      return afflictionOf(entry.rule);
    }
    return null;
  }
}

function matches(rule: FaultRule, query: FaultQuery): boolean {
  if (rule.site !== undefined && rule.site !== query.site) return false;
  if (rule.cloud !== undefined && rule.cloud !== query.cloud) return false;
  if (rule.stream !== undefined && rule.stream !== query.stream) return false;
  if (rule.model === undefined) return true;
  return rule.model.endsWith('*') ? query.model.startsWith(rule.model.slice(0, -1)) : rule.model === query.model;
}

const DEFAULTS: FaultSettings = { ms: 0, after: 0, retry_after: null, status: 500, silent: false };

export function afflictionOf(rule: FaultRule): Affliction {
  const { fault, site: _site, cloud: _cloud, model: _model, ...settings } = rule;
  return { ...DEFAULTS, ...LAB_FAULTS[fault].settings, ...settings, fault };
}

const isNumber = (low: number, high: number) => (value: unknown) =>
  typeof value === 'number' && value >= low && value <= high;
const isWhole = (low: number, high: number) => (value: unknown) =>
  Number.isInteger(value) && isNumber(low, high)(value);
const isFlag = (value: unknown): boolean => typeof value === 'boolean';

/** Settings by name: what is allowed, in words and as a check. */
const SETTINGS: Readonly<Record<string, readonly [string, (value: unknown) => boolean]>> = {
  site: [`one of ${LAB_SITES.join(', ')}`, (value) => (LAB_SITES as readonly unknown[]).includes(value)],
  cloud: [`one of ${CLOUDS.join(', ')}`, (value) => (CLOUDS as readonly unknown[]).includes(value)],
  model: ['a model name', (value) => typeof value === 'string' && value !== ''],
  stream: ['true or false', isFlag],
  count: ['a whole number from 1', isWhole(1, 1_000_000_000)],
  probability: ['a number from 0 to 1', isNumber(0, 1)],
  seed: ['a whole number', isWhole(-2_147_483_648, 4_294_967_295)],
  ms: ['milliseconds from 0 to 600000', isWhole(0, 600_000)],
  after: ['a whole number from 0', isWhole(0, 1_000_000)],
  retry_after: ['seconds, or null to leave the header out', (value) => value === null || isNumber(0, 86_400)(value)],
  status: ['a status from 500 to 599', isWhole(500, 599)],
  silent: ['true or false', isFlag],
};

function checkRule(raw: unknown): FaultRule {
  if (typeof raw !== 'object' || raw === null)
    throw new AppError('BAD_REQUEST', 'a fault rule is a JSON object with a "fault"');
  const { fault, ...rest } = raw as Record<string, unknown>;
  const name = faultNamed(fault);
  for (const [key, value] of Object.entries(rest)) {
    const setting = SETTINGS[key];
    if (setting === undefined) {
      throw new AppError('BAD_REQUEST', `a fault rule has no "${key}"; it has ${Object.keys(SETTINGS).join(', ')}`);
    }
    if (!setting[1](value)) throw new AppError('BAD_REQUEST', `"${key}" of a fault rule must be ${setting[0]}`);
  }
  return { ...rest, fault: name };
}
