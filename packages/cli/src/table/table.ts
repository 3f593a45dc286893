// The command table. Help, completions, docs/cli.md and the test that runs every example are made from it.
import type { Command } from '../frame/command.ts';
import { BACKUP_COMMANDS } from './backup.ts';
import { BRIEF_COMMANDS } from './brief.ts';
import { CAPACITY_COMMANDS } from './capacity.ts';
import { CACHE_COMMANDS } from './cache.ts';
import { CLIENTS_COMMANDS } from './clients.ts';
import { DEAL_COMMANDS } from './deal.ts';
import { DEAL_RECORD_COMMANDS } from './deal-record.ts';
import { DEAL_REGISTER_COMMANDS } from './deal-register.ts';
import { LAB_COMMANDS } from './lab.ts';
import { LIMITS_COMMANDS } from './limits.ts';
import { SECURITY_COMMANDS } from './security.ts';
import { LOG_KEY_COMMANDS } from './log-key.ts';
import { MOVING_COMMANDS } from './moving.ts';
import { OBSERVE_COMMANDS } from './observe.ts';
import { PLAN_COMMANDS } from './plan.ts';
import { PLAN_EXPOSURE_COMMANDS } from './plan-exposure.ts';
import { PLAN_HOURS_COMMANDS } from './plan-hours.ts';
import { PLAN_CODESIGN_COMMANDS } from './plan-codesign.ts';
import { PLAN_PERFORMANCE_COMMANDS } from './plan-performance.ts';
import { PLAN_SCORE_COMMANDS } from './plan-score.ts';
import { PROVE_COMMANDS } from './prove.ts';
import { ROUTE_COMMANDS } from './route.ts';
import { RUN_COMMANDS } from './run.ts';
import { SAMPLE_COMMANDS } from './sample.ts';
import { SCENARIO_COMMANDS } from './scenario.ts';
import { SET_UP_COMMANDS } from './set-up.ts';
import { SHELL_COMMANDS } from './shell.ts';
import { WATCH_COMMANDS } from './watch.ts';
import { WINDOW_COMMANDS } from './windows.ts';
import { WITNESS_COMMANDS } from './witness.ts';

export const COMMANDS: readonly Command[] = [
  ...RUN_COMMANDS,
  ...WATCH_COMMANDS,
  ...LIMITS_COMMANDS,
  ...SECURITY_COMMANDS,
  ...CAPACITY_COMMANDS,
  ...CACHE_COMMANDS,
  ...OBSERVE_COMMANDS,
  ...WINDOW_COMMANDS,
  ...ROUTE_COMMANDS,
  ...PROVE_COMMANDS,
  ...LOG_KEY_COMMANDS,
  ...BACKUP_COMMANDS,
  ...WITNESS_COMMANDS,
  ...DEAL_COMMANDS,
  ...DEAL_RECORD_COMMANDS,
  ...DEAL_REGISTER_COMMANDS,
  ...BRIEF_COMMANDS,
  ...SCENARIO_COMMANDS,
  ...PLAN_COMMANDS,
  ...PLAN_HOURS_COMMANDS,
  ...PLAN_PERFORMANCE_COMMANDS,
  ...PLAN_CODESIGN_COMMANDS,
  ...PLAN_EXPOSURE_COMMANDS,
  ...PLAN_SCORE_COMMANDS,
  ...SET_UP_COMMANDS,
  ...MOVING_COMMANDS,
  ...CLIENTS_COMMANDS,
  ...LAB_COMMANDS,
  ...SAMPLE_COMMANDS,
  ...SHELL_COMMANDS,
];
