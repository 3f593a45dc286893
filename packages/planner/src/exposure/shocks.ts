// What can happen, as a change of the estate: prices, power, capacity, a model, a region, a seller. A shock says of each deployment how much
// of it is left and how dear it is then, and for how long it is known before; nothing else follows from it by itself.
import { refuse, share, within } from '../numbers/refuse.ts';
import { knownName, type Estate, type PlanDeployment } from './estate.ts';

/** Deployments of which all of this is true. */
export interface Selector {
  readonly deployment?: string;
  readonly seller?: string;
  readonly developer?: string;
  readonly model?: string;
  readonly family?: string;
  readonly cloud?: string;
  readonly region?: string;
  readonly accelerator?: string;
}

export type Shock =
  | { readonly kind: 'price_shock'; readonly of: Selector; readonly times: number }
  /** Power so many times as dear; sellers pass a part of it on, and power is a share of what they charge. */
  | {
      readonly kind: 'energy_shock';
      readonly of: Selector;
      readonly times: number;
      readonly energy_share: number;
      readonly pass_through: number;
    }
  | { readonly kind: 'capacity_lost'; readonly of: Selector; readonly share: number }
  | { readonly kind: 'model_retired'; readonly model: string; readonly notice_days: number }
  | { readonly kind: 'region_closed'; readonly region: string }
  | { readonly kind: 'seller_gone'; readonly seller: string };

/** Of a deployment after a shock. */
export interface Blow {
  /** 0 to 1. */
  readonly left: number;
  readonly dearer: number;
}
export interface Struck extends Blow {
  /** Null: it was not met. */
  readonly why: string | null;
}

const AXIS_NAMES = ['seller', 'developer', 'model', 'family', 'cloud', 'region', 'accelerator'] as const;
const WHOLE: Struck = { left: 1, dearer: 1, why: null };

/** Throws PLAN_INVALID for a shock that meets nothing of the estate: a name typed wrong would look like safety. */
export function strike(estate: Estate, shock: Shock): ReadonlyMap<string, Struck> {
  const met = selectorOf(shock);
  checkSelector(estate, met);
  const effect: Struck = { ...blowOf(shock), why: shockText(shock) };
  const struck = new Map(
    Object.entries(estate.deployments).map(([name, deployment]) => [
      name,
      isMet(met, name, deployment) ? effect : WHOLE,
    ]),
  );
  if (![...struck.values()].some((each) => each !== WHOLE))
    refuse('no deployment is all of what the shock names', 'name fewer properties, or others');
  return struck;
}

export function shockText(shock: Shock): string {
  const of = Object.entries(selectorOf(shock))
    .map(([axis, value]) => `${axis} ${value}`)
    .join(', ');
  switch (shock.kind) {
    case 'price_shock':
      return `${of}: ${shock.times} times as dear`;
    case 'energy_shock':
      return `${of || 'everywhere'}: power ${shock.times} times as dear`;
    case 'capacity_lost':
      return `${of}: ${Math.round(shock.share * 100)} % of capacity lost`;
    case 'model_retired':
      return `${of} retired, ${shock.notice_days} days after it is announced`;
    case 'region_closed':
      return `${of} closed`;
    case 'seller_gone':
      return `${of} gone`;
  }
}

/** Days from the moment it is known until it strikes. */
export const warningDays = (shock: Shock): number => (shock.kind === 'model_retired' ? shock.notice_days : 0);

function selectorOf(shock: Shock): Selector {
  if (shock.kind === 'model_retired') return { model: shock.model };
  if (shock.kind === 'region_closed') return { region: shock.region };
  return shock.kind === 'seller_gone' ? { seller: shock.seller } : shock.of;
}

/** What is left of a deployment that it meets, and how dear that is. Throws PLAN_INVALID. */
export function blowOf(shock: Shock): Blow {
  switch (shock.kind) {
    case 'price_shock':
      return { left: 1, dearer: within('times', shock.times, { most: 1000 }) };
    case 'energy_shock': {
      const [part, passed] = [share('energy_share', shock.energy_share), share('pass_through', shock.pass_through)];
      return { left: 1, dearer: 1 + part * passed * (within('times', shock.times, { most: 1000 }) - 1) };
    }
    case 'capacity_lost':
      return { left: 1 - share('share', shock.share), dearer: 1 };
    case 'model_retired':
      within('notice_days', shock.notice_days, { most: 10_000 });
      return { left: 0, dearer: 1 };
    default:
      return { left: 0, dearer: 1 };
  }
}

function checkSelector({ deployments }: Estate, selector: Selector): void {
  if (selector.deployment !== undefined) knownName('the shock', selector.deployment, Object.keys(deployments));
  for (const axis of AXIS_NAMES) {
    const name = selector[axis];
    const known = [...new Set(Object.values(deployments).flatMap((each) => each[axis] ?? []))];
    if (name !== undefined) knownName(`${axis} of the shock`, name, known);
  }
}

const isMet = (selector: Selector, name: string, deployment: PlanDeployment): boolean =>
  (selector.deployment === undefined || selector.deployment === name) &&
  AXIS_NAMES.every((axis) => selector[axis] === undefined || selector[axis] === deployment[axis]);
