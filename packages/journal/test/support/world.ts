// A journal in a temporary folder with a clock that stands still until told: what most tests here need.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createUlid, type Clock } from '@weighbridge/kernel';
import type { EntryDraft, EntryKind } from '@weighbridge/protocol';
import {
  createSignals,
  nextEpoch,
  openJournal,
  openRecorder,
  openVault,
  openWriteAhead,
  type Journal,
  type Recorder,
  type RecorderOptions,
  type WriteAhead,
  type WriteAheadOptions,
} from '../../src/index.ts';

export const ORIGIN = 'journal.example/node-1/lab';
export const START = Date.UTC(2026, 10, 22, 12, 0, 0);

export interface FakeClock extends Clock {
  advance(ms: number): void;
}

export function fakeClock(start = START): FakeClock {
  let now = start;
  return { wall: () => now, monotonic: () => now - start, advance: (ms) => void (now += ms) };
}

export interface World {
  readonly folder: string;
  readonly vault: string;
  readonly clock: FakeClock;
  readonly signals: SharedArrayBuffer;
  readonly nextId: () => string;
  epoch: number;
  /** As after a restart of the process: a new epoch. */
  restart(): void;
  recorder(options?: Partial<RecorderOptions>): Recorder;
  /** Numbered from 1, unless the options say otherwise. */
  lane(options?: Partial<WriteAheadOptions>): WriteAhead;
  reader(): Journal;
  draft(kind: EntryKind, given?: Partial<EntryDraft>): EntryDraft;
}

export function temporaryFolder(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-journal-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** `home`: a folder to use instead of a temporary one. */
export function makeWorld(t: TestContext, home = temporaryFolder(t)): World {
  const folder = join(home, 'journal');
  const vault = join(home, 'vault');
  const clock = fakeClock();
  const signals = createSignals();
  const nextId = createUlid(
    () => clock.wall(),
    (bytes) => crypto.getRandomValues(bytes),
  );
  openVault(vault, { origin: ORIGIN });
  let lanes = 0;
  const world: World = {
    folder,
    vault,
    clock,
    signals,
    nextId,
    epoch: nextEpoch(folder),
    restart: () => void (world.epoch = nextEpoch(folder)),
    recorder: (options) => openRecorder({ ...common(world), log: 'lab', clock, ...options }),
    lane: (options) => {
      lanes += 1;
      const base = {
        ...common(world),
        lane: lanes,
        durability: 'process',
        clock,
        tickMs: 0,
        reserveBytes: 65_536,
      } as const;
      const lane = openWriteAhead({ ...base, ...options });
      t.after(() => lane.close());
      return lane;
    },
    reader: () => {
      const journal = openJournal(folder, { vault });
      t.after(() => journal.close());
      return journal;
    },
    draft: (kind, given = {}) => ({
      kind,
      id: nextId(),
      at: clock.wall(),
      public: `{"n":${JSON.stringify(kind)}}`,
      ...given,
    }),
  };
  return world;
}

const common = ({ folder, vault, signals, epoch }: World) => ({
  folder,
  vault,
  signals,
  epoch,
  node: 'node-1',
  build: 'test',
});

/** An intent and, unless `open`, its call. */
export function callDrafts(world: World, given: Partial<EntryDraft> = {}): { intent: EntryDraft; call: EntryDraft } {
  const id = world.nextId();
  const who = { personal: '{"who":{"organisation":"acme.example","principal":"ada.lovelace"}}', subject: 'person/ada' };
  const commercial = '{"decided":"abc"}';
  const asked = '{"alias":"sonnet"}';
  return {
    intent: world.draft('intent', { id, public: `{"asked":${asked}}`, commercial, ...who, ...given }),
    call: world.draft('call', { id, public: `{"asked":${asked},"outcome":"completed"}`, commercial, ...who, ...given }),
  };
}
