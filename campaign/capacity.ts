// The campaign of reserved capacity: many seeds of a bursty load on a simulated clock, and one run over real sockets through the
// product, against a seller that answers 429 at its true limit. The result is docs/evidence/capacity.json and capacity.md.
// Usage: npm run campaign -- capacity [--seeds 100] [--seconds 90]
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drawLoad } from './capacity/load.ts';
import { SCENES, sceneOf, simulate, SIMULATED_MS, type Judged, type Scene } from './capacity/simulate.ts';
import { overSockets, type SocketsJudged } from './capacity/sockets.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USED_LEAST = 0.97;
const REFUSED_MOST = 0.005;

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '100' }, seconds: { type: 'string', default: '90' } },
});

interface Row {
  readonly scene: string;
  readonly calls: number;
  readonly refused: number;
  readonly worstRefusedShare: number;
  readonly leastUsedShare: number;
}

const sockets = await overSockets({
  seed: 1,
  ms: Number(values.seconds) * 1000,
  warmUpMs: 15_000,
  callsPerSecond: 40,
  bought: { units: 100, input_tpm_per_unit: 3_000, output_weight: 4, burst_seconds: 10 },
});
const rows = Object.entries(SCENES).flatMap(([scene, form]) => [
  over(scene, form),
  over(`${scene}, reacting only`, { ...form, reactive: true }),
]);
write(rows, sockets);

function over(scene: string, form: Scene): Row {
  const judged: Judged[] = [];
  for (let seed = 1; seed <= Number(values.seeds); seed += 1)
    judged.push(simulate(form, drawLoad(sceneOf(seed)), SIMULATED_MS));
  return {
    scene,
    calls: judged.reduce((sum, { calls }) => sum + calls, 0),
    refused: judged.reduce((sum, { refused }) => sum + refused, 0),
    worstRefusedShare: Math.max(...judged.map(({ refusedShare }) => refusedShare)),
    leastUsedShare: Math.min(...judged.map(({ usedShare }) => usedShare)),
  };
}

function write(simulated: readonly Row[], real: SocketsJudged): void {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
  const [plain] = simulated;
  const good =
    plain !== undefined &&
    plain.leastUsedShare >= USED_LEAST &&
    plain.worstRefusedShare <= REFUSED_MOST &&
    real.usedShare >= USED_LEAST &&
    real.refusedShare <= REFUSED_MOST &&
    real.wrong.length === 0;
  const summary = {
    commit,
    node: process.version,
    machine,
    seeds: Number(values.seeds),
    simulated,
    sockets: real,
    good,
  };
  const folder = join(ROOT, 'docs', 'evidence');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'capacity.json'), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(folder, 'capacity.md'), page(summary));
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  process.exitCode = good ? 0 : 3;
}

function page({
  commit,
  machine,
  seeds,
  simulated,
  sockets: real,
}: {
  commit: string;
  machine: string;
  seeds: number;
  simulated: readonly Row[];
  sockets: SocketsJudged;
}): string {
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  const lines = simulated.map(
    ({ scene, calls, refused, worstRefusedShare: worst, leastUsedShare: least }) =>
      `| ${scene} | ${calls} | ${refused} | ${percent(worst)} | ${percent(least)} |`,
  );
  return `# Reserved capacity

*Simulated*: the seller is the lab's provisioned deployment, a leaky bucket that answers 429 above 100 % as its documentation says. Loads of
1.4 times what was bought, more than half of it in bursts, prompts and answers of very different lengths, part of them without a bound
on the answer and part of the prompts cached. ${seeds} seeds of each scene; twenty minutes each, the first two not judged. "Reacting only" sends
every call there first and goes elsewhere when it is refused. Used is what the seller served within it as a share of what it is worth in that time;
a little over 100 % is the bucket being fuller at the end than at the beginning.

| scene | calls | met a 429 | worst seed | least used |
|---|---|---|---|---|
${lines.join('\n')}

Over real sockets, through the product with its journal (${machine}, commit ${commit.slice(0, 12)}): ${real.calls} calls, ${real.reserved} within the reservation,
${real.spilled} spilled, ${real.refused} met a 429 (${percent(real.refusedShare)}), ${percent(real.usedShare)} of the capacity used; receipts that contradict
themselves: ${real.wrong.length === 0 ? 'none' : real.wrong.join('; ')}.
`;
}
