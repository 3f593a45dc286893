// One gateway in front of a running lab, with everything on that `npm start` has on: journal, tables, control API and
// console. Prints one JSON line when it listens; ends on SIGTERM.
// What may wait, and what may be under way, is bounded (`bounded.ts`).
// Usage: node instance.ts HOME ENDPOINTS.json LANES RATE
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LabEndpoints } from '@weighbridge/lab';
import { checkConfigValue, readInstance, startServer } from '@weighbridge/server';
import { boundedConfiguration } from './bounded.ts';
import type { InstanceFacts } from './instance-facts.ts';

const [homeFolder = '', file = '', lanes = '1', rate = '200'] = process.argv.slice(2);
const endpoints = JSON.parse(readFileSync(file, 'utf8')) as LabEndpoints;
const configuration = boundedConfiguration(endpoints, Number(rate));
const server = await startServer({
  load: () => checkConfigValue('the lab', configuration, homeFolder, Date.now()),
  homeFolder,
  port: 0,
  controlPort: 0,
  consoleFolder: fileURLToPath(new URL('../../packages/console/dist', import.meta.url)),
  lanes: Number(lanes),
  trust: endpoints.caFile,
  drainMs: 10_000,
  say: (message) => process.stderr.write(`${message}\n`),
});
const key = await server.replaceKey({ name: 'lab', purpose: 'start' });
const { origin, vkey, home } = server;
const socket = readInstance(home)?.socket ?? '';
const facts: InstanceFacts = { origin, key, vkey, socket, journal: home.journal, vault: home.vault };
process.stdout.write(`${JSON.stringify(facts)}\n`);
process.on('SIGTERM', () => void server.stop());
await server.stopped;
