// The instance of the made-up organisation in its own words.
import type { ControlAnswer } from '@weighbridge/protocol';
import type { TestLog } from './journal.ts';
import { NOW } from './sample-organisation.ts';
import { openBypassesOf } from './sample-windows.ts';

export function statusOf(log: TestLog): ControlAnswer<'status'> {
  const { size } = log.journal.checkpoint();
  return {
    version: '0.1.0',
    organisation: 'Acme Insurance',
    node: 'node-1',
    log: 'sample',
    simulated: true,
    origin: 'http://127.0.0.1:7411',
    started: NOW - 7_200_000,
    now: NOW,
    command: { start: 'npm run weighbridge --', options: '--log sample' },
    vkey: log.vkey,
    journal: { origin: 'acme.example/lab/node-1', size },
    up_to: NOW - 2_000,
    currency: 'USD',
    lanes: 2,
    calls: { in_flight: 11, calls: 9_204, unauthenticated: 2, receipts: 9_193, unsealed: 0, draining: false },
    interrupted: 0,
    windows: openBypassesOf(),
    budget: null,
    configuration: {
      digest: 'pYx8fQ0mTzQk1a9GZVbq3XyLJv0sS2cW4dEoR5tU6yI',
      source: 'weighbridge.yaml',
      watch: { file: 'weighbridge.yaml', state: 'watching', since: NOW - 7_200_000, problem: null },
    },
    projections: { state: 'running', store: 'embedded', memory_bytes: 380_000_000, problem: null, projections: [] },
  };
}
