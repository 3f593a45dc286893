// What a sample is written with: a lane's write-ahead file and a recorder, in the thread that writes, under the scenario's
// own names and an epoch of each opening's own. Whoever holds it holds the folder's lock.
import {
  nextEpoch,
  openRecorder,
  openVault,
  openWriteAhead,
  type Recorder,
  type WriteAhead,
} from '@weighbridge/journal';
import type { Home } from '../home.ts';
import { VERSION } from '../version.ts';
import type { Scenario } from './scenario.ts';

export interface Pen {
  readonly recorder: Recorder;
  readonly lane: WriteAhead;
  /** Seals what is left. */
  close(): Promise<void>;
}

/** The lane that writes the calls of a sample. */
export const LANE = 1;

/** Makes the vault where there is none. Throws what the journal throws. */
export function openPen(home: Home, scenario: Scenario, checkpointMs: number): Pen {
  const { node, organisation } = namesOf(scenario);
  openVault(home.vault, { origin: `${organisation}/${home.log}/${node}` });
  const author = authorOf(home, node);
  const recorder = openRecorder({ ...author, log: home.log, checkpointMs });
  const lane = openWriteAhead({ ...author, lane: LANE, durability: 'process', tickMs: 0 });
  return {
    recorder,
    lane,
    close: async () => {
      await lane.close();
      recorder.close();
    },
  };
}

/** The last write-ahead file goes when a recorder of a later start has seen that all of it is sealed. */
export function dropWriteAhead(home: Home, scenario: Scenario): void {
  openRecorder({ ...authorOf(home, namesOf(scenario).node), log: home.log }).close();
}

const namesOf = ({ configuration }: Scenario) =>
  configuration as { readonly node: string; readonly organisation: string };

const authorOf = (home: Home, node: string) => ({
  folder: home.journal,
  vault: home.vault,
  epoch: nextEpoch(home.journal),
  node,
  build: VERSION,
});
