// One gateway in front of a running lab, to be killed. Prints one JSON line when it listens, or its refusal on standard
// error. The configuration is read again at a reload.
// Usage: node instance.ts HOME CONFIG.json CA.pem
import { readFileSync } from 'node:fs';
import { toAppError } from '@weighbridge/kernel';
import { checkConfigValue, startServer } from '@weighbridge/server';

const [homeFolder = '', file = '', trust = ''] = process.argv.slice(2);
const say = (message: string): void => void process.stderr.write(`${message}\n`);
try {
  const server = await startServer({
    load: () => checkConfigValue('the lab', JSON.parse(readFileSync(file, 'utf8')), homeFolder, Date.now()),
    homeFolder,
    port: 0,
    trust,
    drainMs: 5_000,
    say,
  });
  const key = await server.replaceKey({ name: 'lab', purpose: 'start' });
  const { origin, interrupted, vkey, home } = server;
  process.stdout.write(`${JSON.stringify({ origin, key, interrupted, vkey, journal: home.journal })}\n`);
  process.on('SIGTERM', () => void server.stop());
  await server.stopped;
  process.exit(0);
} catch (error) {
  const { code, message } = toAppError(error);
  say(`refused ${code}: ${message}`);
  process.exit(4);
}
