// One gateway in front of a running lab, to be killed. Prints one JSON line when it listens.
// Usage: node instance.ts HOME ENDPOINTS.json
import { readFileSync } from 'node:fs';
import { labConfiguration, type LabEndpoints } from '@weighbridge/lab';
import { checkConfigValue, startServer } from '@weighbridge/server';

const [homeFolder = '', file = ''] = process.argv.slice(2);
const endpoints = JSON.parse(readFileSync(file, 'utf8')) as LabEndpoints;
const configuration = { ...(labConfiguration(endpoints) as object), projections: 'off' };
const server = await startServer({
  load: () => checkConfigValue('the lab', configuration, homeFolder, Date.now()),
  homeFolder,
  port: 0,
  trust: endpoints.caFile,
  drainMs: 5_000,
  say: (message) => process.stderr.write(`${message}\n`),
});
const key = await server.replaceKey({ name: 'lab', purpose: 'start' });
const { origin, interrupted, vkey, home } = server;
process.stdout.write(`${JSON.stringify({ origin, key, interrupted, vkey, journal: home.journal })}\n`);
process.on('SIGTERM', () => void server.stop());
await server.stopped;
