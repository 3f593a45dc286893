// A log whose key was handed over, with a receipt from before, from between and from after.
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { openVault, type Recorder } from '../../src/index.ts';
import type { NoteSigner } from '../../src/note/note-key.ts';
import { handoversPath } from '../../src/store/layout.ts';
import { makeWorld, type World } from './world.ts';

export interface Rotated {
  readonly world: World;
  readonly recorder: Recorder;
  /** The first key and the second, as public keys and as those that sign. */
  readonly first: string;
  readonly second: string;
  readonly oldSigner: NoteSigner;
  /** Receipts of calls before, while both keys sign, and after the old one was retired. */
  readonly before: string;
  readonly between: string;
  readonly after: string;
  readonly remembered: string;
}

export async function call(world: World, recorder: Recorder): Promise<string> {
  const lane = world.lane();
  const draft = world.draft('call');
  await lane.append(draft);
  await lane.close();
  recorder.step({ seal: true });
  return world.reader().receiptFor(draft.id);
}

export async function rotated(t: TestContext): Promise<Rotated> {
  const world = makeWorld(t);
  const recorder = world.recorder();
  const first = world.reader().vkey;
  const oldSigner = openVault(world.vault).signer;
  const before = await call(world, recorder);
  const remembered = world.reader().checkpoint().text;
  const { vkey: second } = recorder.rotateKey('yearly');
  const between = await call(world, recorder);
  recorder.retireKeys('yearly');
  const after = await call(world, recorder);
  return { world, recorder, first, second, oldSigner, before, between, after, remembered };
}

export const handoversOf = (world: World): string => readFileSync(handoversPath(world.folder), 'utf8');
