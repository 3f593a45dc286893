// Part `projector`: receipts a second into the tables, on one core. A log of made-up receipts is written and sealed first;
// then a process of its own, pinned to one core where that can be done, folds it: from the journal, and from facts that
// are at hand already. Beside each stands a limit of the same run: the database alone, given the same rows.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openLog } from '../test/receipts/log.ts';
import { start, type Cores } from './process.ts';

export interface FoldRate {
  /** Receipts a second of the wall. */
  readonly perSecond: number;
  /** Receipts a second of processor time, all threads together. */
  readonly perCpuSecond: number;
  readonly method: string;
}

export interface ProjectorResult {
  /** Journal to facts: read, opened, taken apart. */
  readonly decode: FoldRate;
  readonly rollups: { readonly journal: FoldRate; readonly facts: FoldRate; readonly limit: FoldRate };
  readonly recent: { readonly journal: FoldRate; readonly facts: FoldRate; readonly limit: FoldRate };
  readonly all: FoldRate;
  readonly groupsPerMillion: number;
  readonly receipts: number;
}

export interface ProjectorPlan {
  readonly folder: string;
  readonly receipts: number;
  readonly cores: Cores;
}

const RECEIPTS_AN_HOUR = 33_000;
const READY_MS = 600_000;

export const runProjectorPart = async (plan: ProjectorPlan, say: (line: string) => void): Promise<ProjectorResult> => {
  const folder = join(plan.folder, 'projector');
  const log = openLog(folder, { seed: 1, callsPerHour: RECEIPTS_AN_HOUR, teams: 12, keysPerTeam: 2, persons: 0 });
  await log.calls(plan.receipts);
  const size = log.seal();
  await log.close();
  say(`projector · a log of ${size} entries, ${plan.receipts} receipts`);
  const script = new URL('projector-run.ts', import.meta.url).pathname;
  const args = [script, log.folder, log.vaultFolder, join(folder, 'database'), String(plan.receipts)];
  const started = start({ command: process.execPath, args, cores: plan.cores });
  const [, text = ''] = await started.until(/^RESULT (.+)$/m, READY_MS);
  await started.stop();
  const result = JSON.parse(text) as ProjectorResult;
  assert.ok(
    result.groupsPerMillion <= 30_000,
    `${result.groupsPerMillion} groups per million are more than were meant`,
  );
  say(
    `projector · roll-ups ${Math.round(result.rollups.journal.perSecond)}/s from the journal, ` +
      `recent rows ${Math.round(result.recent.journal.perSecond)}/s`,
  );
  return result;
};
