// docs/fail-open.md as a reader follows it: its configuration, its call, its commands, run by a shell as they stand there.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/fail-open.md'), 'utf8');
const MAIN = resolve(import.meta.dirname, '../src/main.ts');
/** From the first port on the simulated clouds take ten. */
const CLOUD_PORTS = 12;
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-fail-open-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const block = (head: string): string => {
  const found = PAGE.slice(PAGE.indexOf('## To try it')).split(`\`\`\`${head}\n`)[1]?.split('```')[0];
  assert.ok(found !== undefined, head);
  return found;
};

/** Of a row of ports that nobody listens at now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port > 65_000 ? port - 1_000 : port;
}

const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };

/** Resolves once what was started has said it; it is ended after the test. */
async function stays(context: TestContext, line: string, ready: RegExp): Promise<void> {
  const child = spawn('bash', ['-ec', `exec ${line}`], { cwd: folder, env });
  const ended = new Promise<void>((resolved) => child.once('exit', () => resolved()));
  context.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let said = '';
  const told = new Promise<void>((resolved) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (ready.test(said)) resolved();
      });
  });
  await Promise.race([told, ended]);
  assert.match(said, ready);
}

test('docs/fail-open.md, "To try it", does what it says', async (context) => {
  const ports = { clouds: (await freePort()) - CLOUD_PORTS, gateway: await freePort() };
  const here = (text: string): string =>
    text.replaceAll('7500', String(ports.clouds)).replaceAll('7411', String(ports.gateway));
  writeFileSync(join(folder, 'try.yaml'), here(block('yaml try.yaml')));
  writeFileSync(join(folder, 'call.json'), block('json call.json'));
  writeFileSync(join(folder, 'weighbridge'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(join(folder, 'weighbridge'), 0o755);
  const commands = here(block('console')).trim().split('\n');
  const [lab = '', up = ''] = commands.map((line) => line.replace('$ ', ''));
  assert.equal(commands.length, 2);
  await stays(context, `${lab} --latency zero`, /^credentials +/m);
  await stays(context, `${up} --port ${ports.gateway} --console-port 0`, /listens at \S+/);
  const script = `set -o pipefail\n${here(block('sh'))}`;
  const { stdout } = await promisify(execFile)('bash', ['-ec', script], { cwd: folder, env, timeout: 60_000 });
  assert.match(stdout, /^weighbridge-receipt: \w+/m);
  assert.match(stdout, /^weighbridge-sealed: no/m);
  assert.match(stdout, /"keep-support-up" is open since .* 1 call without a receipt/);
  assert.match(stdout, /keep-support-up@\S+/);
});
