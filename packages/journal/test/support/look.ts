// Ways to look at a journal that several tests share.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verifyFolder } from '../../src/index.ts';
import type { World } from './world.ts';

export const walFiles = (world: World): string[] =>
  readdirSync(join(world.folder, 'wal')).filter((name) => /\.(wal|kept)$/.test(name));
export const kindsIn = (world: World): string[] => [...world.reader().entries()].map(({ leaf }) => leaf.kind);
export const idsIn = (world: World): string[] =>
  [...world.reader().entries({ kinds: ['call', 'intent'] })].map(({ leaf }) => `${leaf.kind} ${leaf.id}`);

export function assertSound(world: World, last?: string): void {
  const { vkey } = world.reader();
  const result = verifyFolder(world.folder, { vkey, vault: world.vault, ...(last === undefined ? {} : { last }) });
  assert.equal(result.outcome, last === undefined ? 'TRUNCATION_NOT_EXCLUDED' : 'ok', result.problem ?? '');
}
