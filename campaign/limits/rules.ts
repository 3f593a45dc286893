// Limits as a seed draws them: every measure, window, scope and bound, and few enough names that calls meet.
import type { LimitRule, LimitWindow } from '@weighbridge/gateway';
import { LIMIT_CALENDAR, LIMIT_DIMENSIONS, LIMIT_MEASURES, type LimitDimension } from '@weighbridge/protocol';
import type { Random } from '../simulator/random.ts';

export const FACTS = {
  organisation: ['acme'],
  team: ['search', 'ads', ''],
  project: ['p1', ''],
  user: ['ada', 'bob', ''],
  key: ['k1', 'k2'],
  route: ['r1', 'r2'],
  deployment: ['d1', 'd2', 'd3'],
  end_user: ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', ''],
} as const satisfies Record<LimitDimension, readonly string[]>;

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'] as const;
const SECONDS = [1, 60, 90, 3_600, 86_400] as const;

export function drawRules(random: Random, count = random.between(1, 5), prefix = 'rule'): LimitRule[] {
  return Array.from({ length: count }, (_, index) => drawRule(random, `${prefix}-${index + 1}`));
}

function drawRule(random: Random, id: string): LimitRule {
  const measure = random.pick(LIMIT_MEASURES);
  const per = LIMIT_DIMENSIONS.filter(() => random.chance(0.2)).toSorted();
  const narrowed = LIMIT_DIMENSIONS.filter(() => random.chance(0.08));
  return {
    id,
    measure,
    amount: String(amountOf(random, measure)),
    window: measure === 'concurrency' ? null : drawWindow(random),
    per,
    where: Object.fromEntries(narrowed.map((name) => [name, [random.pick(FACTS[name])]])),
    members: random.chance(0.2) ? random.between(1, 3) : 1_000,
  };
}

function amountOf(random: Random, measure: LimitRule['measure']): number {
  if (measure === 'money') return random.between(100_000_000, 2_000_000_000);
  return measure === 'requests' || measure === 'concurrency' ? random.between(1, 12) : random.between(50, 900);
}

const drawWindow = (random: Random): LimitWindow =>
  random.chance(0.5)
    ? { kind: 'rolling', seconds: random.pick(SECONDS) }
    : { kind: 'calendar', unit: random.pick(LIMIT_CALENDAR), zone: random.pick(ZONES) };
