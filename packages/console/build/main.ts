// `node packages/console/build/main.ts [build|dev]`: builds the console when its sources changed, or serves it and the
// gallery of its parts while one works on them. What builds is loaded only when there is something to build.
import { join } from 'node:path';
import { consoleState } from './state.ts';

const job = process.argv[2] ?? 'build';
if (job === 'build') {
  if (!consoleState().current) {
    const began = performance.now();
    process.stderr.write('The console is being built from its sources.\n');
    await (await import('./build.ts')).buildConsole();
    process.stderr.write(`The console is built (${((performance.now() - began) / 1000).toFixed(1)} s).\n`);
  }
} else if (job === 'dev') {
  const [{ createServer }, { BASE_PATH, viteConfig }] = await Promise.all([import('vite'), import('./build.ts')]);
  const server = await createServer({
    ...viteConfig({ outDir: join(consoleState().folder, 'unused'), page: 'index.html' }),
    logLevel: 'info',
    server: {
      host: '127.0.0.1',
      port: 7480,
      proxy: { '/log': 'http://127.0.0.1:7412', '/control': 'http://127.0.0.1:7412' },
    },
  });
  await server.listen();
  process.stderr.write(`console: http://127.0.0.1:7480${BASE_PATH} and ${BASE_PATH}gallery.html\n`);
} else {
  process.stderr.write(`console: no job "${job}": use build or dev\n`);
  process.exitCode = 2;
}
