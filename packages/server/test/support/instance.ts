// A server in a process of its own, to be killed. Prints one JSON line when it listens.
// Usage: node instance.ts CONFIG HOME CA
import { checkConfigFile, startServer } from '@weighbridge/server';

const [file = '', homeFolder = '', trust = ''] = process.argv.slice(2);
const server = await startServer({
  load: () => checkConfigFile(file, Date.now()),
  homeFolder,
  port: 0,
  trust,
  drainMs: 1_000,
  say: (message) => process.stderr.write(`${message}\n`),
});
const { origin, interrupted } = server;
const [held] = server.administration.keys();
const key = held === undefined ? (await server.administration.createKey({ name: 'lab' })).key : null;
process.stdout.write(`${JSON.stringify({ origin, interrupted, key })}\n`);
process.on('SIGTERM', () => void server.stop());
await server.stopped;
