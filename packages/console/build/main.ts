// `node packages/console/build/main.ts [build|dev]`: builds the console when its sources changed, or serves it and the
// gallery of its parts while one works on them.
import { join } from 'node:path';
import { createServer } from 'vite';
import { BASE_PATH, buildConsole, consoleFolder, viteConfig } from './build.ts';

const job = process.argv[2] ?? 'build';
if (job === 'build') {
  const { folder, built } = await buildConsole();
  process.stderr.write(built ? `console: built into ${folder}\n` : 'console: up to date\n');
} else if (job === 'dev') {
  const server = await createServer({
    ...viteConfig({ outDir: join(consoleFolder(), 'unused'), page: 'index.html' }),
    logLevel: 'info',
    server: {
      host: '127.0.0.1',
      port: 7480,
      proxy: { '/log': 'http://127.0.0.1:7411', '/control': 'http://127.0.0.1:7411' },
    },
  });
  await server.listen();
  process.stderr.write(`console: http://127.0.0.1:7480${BASE_PATH} and ${BASE_PATH}gallery.html\n`);
} else {
  process.stderr.write(`console: no job "${job}": use build or dev\n`);
  process.exitCode = 2;
}
