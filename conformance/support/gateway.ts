// A gateway in front of the lab, through the product's own composition root: its own folder, a free port, one lane unless
// told otherwise, one key. Receipts are read from the journal as an auditor would read them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openJournal, type Disclosure, type LogEntry } from '@weighbridge/journal';
import type { AwsPair } from '@weighbridge/gateway';
import { labConfiguration } from '@weighbridge/lab';
import { CLOUDS, entryProblems, GROUPS, leafProblems, type CallPublic, type CloudId } from '@weighbridge/protocol';
import { checkConfigValue, startServer } from '@weighbridge/server';
import type { TestLab } from './lab.ts';

export interface Receipt {
  readonly id: string;
  readonly public: CallPublic;
}

export interface TestGateway {
  readonly origin: string;
  readonly key: string;
  /** A fresh key that may use only this cloud: what sends a model's plain name there. */
  keyFor(cloud: CloudId): Promise<string>;
  /** A fresh key of all clouds, with a pair for Amazon's clients. */
  keyWithPair(): Promise<{ readonly key: string; readonly aws: AwsPair }>;
  /** The sealed receipt of a call; waits until its checkpoint is signed. */
  receipt(id: string): Promise<Receipt>;
  /** All sealed receipts, once there are at least `count`. */
  receipts(count: number): Promise<readonly Receipt[]>;
  /** All sealed receipts, once `enough` says so of them; `what` names the wish where it fails. */
  receiptsOnce(enough: (found: readonly Receipt[]) => boolean, what: string): Promise<readonly Receipt[]>;
  stop(): Promise<void>;
}

const SEAL_MS = 10_000;
const LOOK_MS = 50;

/** `configuration`: another than the lab's own. */
export const openGateway = async (
  lab: TestLab,
  configuration: unknown = withCloudKeys(lab),
  lanes = 1,
): Promise<TestGateway> => {
  const { endpoints, folder } = lab;
  const server = await startServer({
    load: () => checkConfigValue('the lab', configuration, folder, Date.now()),
    homeFolder: join(folder, 'home'),
    port: 0,
    lanes,
    trust: endpoints.caFile,
    drainMs: 2_000,
    say: (message) => process.stderr.write(`${message}\n`),
  });
  const key = await server.replaceKey({ name: 'lab', purpose: 'start' });
  const read = (): readonly Receipt[] => {
    const journal = openJournal(server.home.journal, { vault: server.home.vault });
    try {
      return [...journal.entries({ kinds: ['call'] })].map((entry) =>
        receiptOf(journal.groups(entry.index, GROUPS), entry),
      );
    } finally {
      journal.close();
    }
  };
  const receipts = async (
    enough: (found: readonly Receipt[]) => boolean,
    what: string,
  ): Promise<readonly Receipt[]> => {
    const deadline = performance.now() + SEAL_MS;
    for (;;) {
      const found = read();
      if (enough(found)) return found;
      assert.ok(performance.now() < deadline, `${what} was not sealed within ${SEAL_MS} ms (${found.length} receipts)`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  return {
    origin: server.origin,
    key,
    keyFor: async (cloud) => (await server.administration.createKey({ name: `only-${cloud}` })).key,
    keyWithPair: async () => {
      const { key, aws } = await server.administration.createKey({ name: 'lab', aws: true });
      assert.ok(aws !== undefined);
      return { key, aws };
    },
    receipt: async (id) => {
      const all = await receipts((found) => found.some((receipt) => receipt.id === id), `receipt ${id}`);
      const own = all.find((receipt) => receipt.id === id);
      assert.ok(own !== undefined);
      return own;
    },
    receiptsOnce: receipts,
    receipts: (count) => receipts((found) => found.length >= count, `receipt number ${count}`),
    stop: () => server.stop(),
  };
};

/** The lab's own configuration, and a key policy for each cloud alone. */
const withCloudKeys = ({ endpoints }: TestLab): unknown => {
  const base = labConfiguration(endpoints) as { readonly keys: object };
  const only = CLOUDS.map((cloud) => [`only-${cloud}`, { team: 'conformance', policy: { clouds: [cloud] } }]);
  return { ...base, projections: 'off', keys: { ...base.keys, ...Object.fromEntries(only) } };
};

/** Every receipt that is read is held against the contract on the way. */
const receiptOf = (groups: Disclosure, entry: LogEntry): Receipt => {
  assert.ok(groups.public !== undefined, `entry ${entry.index} has a public group`);
  assert.ok(groups.commercial !== undefined, `entry ${entry.index} has a commercial group`);
  assert.ok(groups.personal !== undefined, `entry ${entry.index} has a personal group`);
  const said = JSON.parse(groups.public.text) as CallPublic;
  const rest = { commercial: JSON.parse(groups.commercial.text), personal: JSON.parse(groups.personal.text) };
  assert.deepEqual([...leafProblems(entry.leaf), ...entryProblems('call', { ...rest, public: said })], []);
  return { id: entry.leaf.id, public: said };
};
