// The market that the last start in this home folder ran, to say what changes and what runs now.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MarketPlan } from '@weighbridge/planner';
import type { Context } from '../frame/command.ts';
import { homeFolder } from './folders.ts';

const planFile = (context: Context): string => join(homeFolder(context), 'lab', 'scenario.json');

/** The plan that the last start here ran. Undefined where there was none, or none that can be read. */
export function lastPlan(context: Context): MarketPlan | undefined {
  let held: string;
  try {
    held = readFileSync(planFile(context), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(held) as MarketPlan;
  } catch {
    context.out.warn(`${planFile(context)} cannot be read: which scenario ran last is not known`);
    return undefined;
  }
}

export function keepPlan(context: Context, plan: MarketPlan): void {
  writeFileSync(planFile(context), `${JSON.stringify(plan)}\n`, { mode: 0o600 });
}
