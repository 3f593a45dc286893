// The campaign of reserved capacity: many seeds of a bursty load on a simulated clock, and runs over real sockets through the product
// on one lane and on two, against a seller that answers 429 at its true limit, which is the configured one or a twentieth below.
// The result is docs/evidence/capacity.json and capacity.md. Usage: npm run campaign -- capacity [--seeds 60] [--seconds 75] [--runs 3]
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
/** The issue asks for 97 % and 0.5 %; these leave room. */
const USED_LEAST = 0.98;
const REFUSED_MOST = 0.003;
/** Scenes that are judged by them: those in which what is bought and what is configured differ little. */
const JUDGED: ReadonlySet<string> = new Set(['plain', 'one lane', 'a twentieth less than configured']);

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '75' },
    runs: { type: 'string', default: '3' },
  },
});

interface Row {
  readonly scene: string;
  readonly calls: number;
  readonly refused: number;
  readonly worstRefusedShare: number;
  readonly leastUsedShare: number;
}

interface Ran extends SocketsJudged {
  readonly seed: number;
  readonly lanes: number;
  /** Of what is configured, what the seller enforces. */
  readonly trueShare: number;
}

const BOUGHT = { units: 100, input_tpm_per_unit: 3_000, output_weight: 4, burst_seconds: 10 };
const real: Ran[] = [];
for (let seed = 1; seed <= Number(values.runs); seed += 1)
  for (const lanes of [1, 2]) for (const trueShare of [1, 0.95]) real.push(await run(seed, lanes, trueShare));
const rows = Object.entries(SCENES).flatMap(([scene, form]) => [
  over(scene, form),
  over(`${scene}, reacting only`, { ...form, reactive: true }),
]);
write(rows, real);

async function run(seed: number, lanes: number, trueShare: number): Promise<Ran> {
  const judged = await overSockets({
    seed,
    lanes,
    ms: Number(values.seconds) * 1000,
    warmUpMs: 15_000,
    callsPerSecond: 40,
    bought: { ...BOUGHT, input_tpm_per_unit: BOUGHT.input_tpm_per_unit * trueShare },
    configured: BOUGHT,
  });
  process.stderr.write(`${JSON.stringify({ seed, lanes, trueShare, ...judged })}\n`);
  return { seed, lanes, trueShare, ...judged };
}

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

function write(simulated: readonly Row[], sockets: readonly Ran[]): void {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
  const good =
    simulated.every(
      ({ scene, leastUsedShare, worstRefusedShare }) =>
        !JUDGED.has(scene) || (leastUsedShare >= USED_LEAST && worstRefusedShare <= REFUSED_MOST),
    ) &&
    sockets.every(
      ({ usedShare, refusedShare, wrong }) =>
        usedShare >= USED_LEAST && refusedShare <= REFUSED_MOST && wrong.length === 0,
    );
  const summary = { commit, node: process.version, machine, seeds: Number(values.seeds), simulated, sockets, good };
  const folder = join(ROOT, 'docs', 'evidence');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'capacity.json'), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(folder, 'capacity.md'), page(summary));
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  process.exitCode = good ? 0 : 3;
}

interface Summary {
  readonly commit: string;
  readonly machine: string;
  readonly seeds: number;
  readonly simulated: readonly Row[];
  readonly sockets: readonly Ran[];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function page({ commit, machine, seeds, simulated, sockets }: Summary): string {
  const lines = simulated.map(
    ({ scene, calls, refused, worstRefusedShare: worst, leastUsedShare: least }) =>
      `| ${scene} | ${calls} | ${refused} | ${percent(worst)} | ${percent(least)} |`,
  );
  const runs = sockets.map(
    ({ seed, lanes, trueShare, calls, reserved, refused, refusedShare, usedShare }) =>
      `| ${seed} | ${lanes} | ${percent(trueShare)} | ${calls} | ${reserved} | ${refused} | ${percent(refusedShare)} | ${percent(usedShare)} |`,
  );
  const wrong = sockets.flatMap((one) => one.wrong);
  return `# Reserved capacity

*Simulated*: the sellers are the lab's provisioned deployment, a leaky bucket that answers 429 above 100 % as its documentation says, and
two that serve what is beyond on demand: scale units checked by the window, and tokens a minute in and out. Loads of 1.4 times what was bought,
more than half of it in bursts, prompts and answers of very different lengths, part of them without a bound on the answer and part of the
prompts cached; each way takes 20 to 80 ms, so that what is sent first may arrive last. ${seeds} seeds of each scene; twenty minutes each, the first two
not judged. "Reacting only" sends every call there first and goes elsewhere when it is refused. Used is what the seller served within it as a share
of what it is worth in that time; a little over 100 % is the bucket being fuller at the end than at the beginning. A burst of ten seconds cannot hold
what these loads bring in one, whoever sends it: the row of who only reacts says what there was to have. Two lanes where a row does not say one.

| scene | calls | met the limit | worst seed | least used |
|---|---|---|---|---|
${lines.join('\n')}

Over real sockets, through the product with its journal (${machine}, commit ${commit.slice(0, 12)}): forty calls a second, half of them in the first tenth of
each second, 2.9 times what was bought, whose bucket holds ten seconds of it. All calls are judged by whether they met a 429, from the first on; what
was used after fifteen seconds. The true limit is given as a share of what is configured.

| seed | lanes | true limit | calls | within it | met a 429 | of all | used |
|---|---|---|---|---|---|---|---|
${runs.join('\n')}

Receipts that contradict themselves: ${wrong.length === 0 ? 'none' : wrong.join('; ')}.
`;
}
