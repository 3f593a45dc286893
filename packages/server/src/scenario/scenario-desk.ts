// Scenarios for the control API. A text with a fault is refused with DEAL_INVALID.
import {
  SCENARIO_PATHS,
  type CheckedScenario,
  type ScenarioAsked,
  type ScenarioRun,
  type Scenarios,
} from '@weighbridge/protocol';
import { openRunDesk, type RunDesk } from './run-desk.ts';
import type { QueueBounds } from './thread-queue.ts';

export type ScenarioDesk = RunDesk<Scenarios, CheckedScenario, ScenarioAsked, ScenarioRun>;

export const openScenarioDesk = (bounds?: QueueBounds): ScenarioDesk =>
  openRunDesk({
    thread: new URL('./scenario-thread.ts', import.meta.url),
    isQuick: ({ paths }) => paths <= SCENARIO_PATHS.quick,
    bounds,
  });
