#!/usr/bin/env node
// The process's entry. Compiled code is kept between runs (types are stripped once, not at every start): without that,
// help alone would take twice the time it may.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

if (process.env['NODE_COMPILE_CACHE'] === undefined) {
  const folder = fileURLToPath(new URL('../../../node_modules/.cache/weighbridge', import.meta.url));
  enableCompileCache(folder);
  process.env['NODE_COMPILE_CACHE'] = folder; // For the processes that we start, such as the lab.
}
// A reader that goes away (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
const [{ runCommandLine }, { interruptions }] = await Promise.all([
  import('./command-line.ts'),
  import('./interruptions.ts'),
]);
process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  workingFolder: process.cwd(),
  nodeVersion: process.versions.node,
  signal: interruptions(),
});
