// Runs one instance for the bench, through the same composition root that `weighbridge up` uses, and prints its port
// and a fresh key. Usage: node weighbridge.ts CONFIG HOME LANES
import { checkConfigFile, startServer } from '@weighbridge/server';

const [file = '', homeFolder = '', lanes = '1'] = process.argv.slice(2);

const server = await startServer({
  load: () => checkConfigFile(file, Date.now()),
  homeFolder,
  port: 0,
  lanes: Number(lanes),
  drainMs: 2_000,
  say: (message) => process.stderr.write(`${message}\n`),
});
const key = await server.replaceKey({ name: 'bench', purpose: 'start' });
process.stdout.write(`listening ${new URL(server.origin).port} key ${key}\n`);
process.on('SIGTERM', () => void server.stop());
await server.stopped;
process.exit(0);
