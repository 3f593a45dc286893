// A desk that holds given contracts and, of claims, duties and the playbook, what the product brings: for sheets of any size without
// a log to write first.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readContract } from '@weighbridge/ledger';
import type { Brief } from '@weighbridge/protocol';
import { briefAtRest, NO_LOG, openBlobs, openDealDesk } from '@weighbridge/server';

const unwritten = (): never => {
  throw new Error('nothing is written here');
};

export async function briefOfContracts(texts: readonly string[], day: string): Promise<Brief> {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-brief-'));
  try {
    const desk = openDealDesk({
      journal: NO_LOG,
      blobs: openBlobs(folder),
      nextId: unwritten,
      admin: { append: unwritten },
    });
    const held = texts.map((text, at) => {
      const contract = readContract(`contract-${at}.yaml`, text);
      return { id: contract.id, contract, text, versions: [] };
    });
    const contracts = { ...desk.contracts, all: () => ({ held, unreadable: [] }) };
    return await briefAtRest({ ...desk, contracts }, { at: day, now: Date.parse(`${day}T12:00:00Z`), log: 'live' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
