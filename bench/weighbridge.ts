// Runs one instance for the bench, through the same composition root that `weighbridge up` uses, and prints its port
// and a fresh key. Its log goes to the file that the configuration names, where it names one, and else to standard error.
// Usage: node weighbridge.ts CONFIG HOME LANES
import { checkConfigFile, openLog, startServer } from '@weighbridge/server';

const [file = '', homeFolder = '', lanes = '1'] = process.argv.slice(2);

let toFile = false;
const log = openLog({ asked: {}, write: (line) => toFile || process.stderr.write(line), folder: homeFolder });
const server = await startServer({
  load: () => checkConfigFile(file, Date.now()),
  homeFolder,
  port: 0,
  lanes: Number(lanes),
  drainMs: 2_000,
  say: log.say,
  log: {
    ...log,
    use: (config) => {
      toFile = config.logging.file !== undefined;
      log.use(config);
    },
  },
});
const key = await server.replaceKey({ name: 'bench', purpose: 'start' });
process.stdout.write(`listening ${new URL(server.origin).port} key ${key}\n`);
process.on('SIGTERM', () => void server.stop());
await server.stopped;
await log.close();
process.exit(0);
