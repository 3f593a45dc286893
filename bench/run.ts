// `npm run bench`: compares the gateway with its peers in one run on one machine, prints every ratio beside its
// threshold, and keeps the numbers as JSON with a page and a drawing. Metering and journal are on for ours.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SMALL, type Dialect } from './bodies.ts';
import { drawHop } from './drawing.ts';
import { ALL_CELLS, isHeadline, runHopPart, type CellResult } from './hop.ts';
import { startOurs } from './ours.ts';
import { runJournalPart, type JournalResult } from './journal.ts';
import { describeMachine, type Machine } from './machine.ts';
import { startBareHop, startHaproxy, startPortkey, startUpstream, type Subject, type SubjectName } from './peers.ts';
import { pinThreads, startLoader } from './process.ts';
import { runProjectorPart, type ProjectorResult } from './projector.ts';
import { markdown, verdictTable, type Report } from './report.ts';
import { GAP_MS, runStreamsPart, type StreamRun } from './streams.ts';

const HELP = `Usage: npm run bench -- [options]

  --part hop|streams|journal|projector
                               only these parts (repeat for several); default all
  --quick                      about two minutes: headline cells, fewer rounds
  --subject NAME               only these (repeat): bare-hop, haproxy, portkey, weighbridge; direct is always there
  --dialect openai-chat|anthropic-messages
  --no-pin                     leave out the second table of part hop, with the serving threads pinned to a core
  --full                       one more subject, weighbridge-full: ours with everything on (bench/everything.ts)
  --keep                       write results to bench/results (default: print only with --quick, keep otherwise)
  --out FOLDER                 write results elsewhere
  --profile FOLDER             write a CPU profile of each of our threads there
`;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const options = () => {
  const { values } = parseArgs({
    options: {
      part: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      subject: { type: 'string', multiple: true },
      dialect: { type: 'string', default: 'openai-chat' },
      'no-pin': { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      keep: { type: 'boolean' },
      out: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
};
type Options = ReturnType<typeof options>;

interface Pins {
  readonly subject: string;
  readonly rig: string;
}

/** Which cores serving threads and the rest get in the second table of part `hop`. */
const pins = (given: Options): Pins | null => {
  const cores = availableParallelism();
  if (given['no-pin'] || cores < 2 || process.platform !== 'linux') return null;
  return { subject: '1', rig: cores === 2 ? '0' : `0,2-${cores - 1}` };
};

interface Rig {
  readonly upstream: Subject;
  readonly subjects: readonly Subject[];
}

const startRig = async (given: Options, folder: string, lanes = 1): Promise<Rig> => {
  const wanted = (name: SubjectName): boolean => given.subject === undefined || given.subject.includes(name);
  const upstream = await startUpstream(null);
  const subjects: Subject[] = [upstream];
  if (wanted('bare-hop')) subjects.push(await startBareHop(upstream.port, null));
  if (wanted('haproxy')) subjects.push(await startHaproxy(upstream.port, null, folder));
  if (wanted('portkey')) subjects.push(await startPortkey(upstream.port, null));
  if (wanted('weighbridge')) {
    const orders = [...ALL_CELLS, { delayMs: GAP_MS, bytes: SMALL }];
    const { dialect, profile } = { dialect: given.dialect as Dialect, profile: given.profile };
    const own = {
      upstream: upstream.port,
      cores: null,
      folder,
      dialect,
      orders,
      durability: 'process' as const,
      lanes,
    };
    subjects.push(await startOurs(profile === undefined ? own : { ...own, profile }));
    if (given.full) subjects.push(await startOurs({ ...own, everything: true }));
  }
  return { upstream, subjects };
};

/** Pins what serves; processes were started free, so that threads made later are free as well. */
const pinRig = ({ subjects }: Rig, cores: { readonly subject: string; readonly rig: string }): void => {
  for (const { name, pid, serving } of subjects) {
    const core = name === 'direct' ? cores.rig : cores.subject;
    pinThreads(pid, serving, core, cores.rig);
  }
};

const stopRig = async ({ subjects }: Rig): Promise<void> => {
  for (const subject of subjects.toReversed()) await subject.stop();
};

const hop = async (given: Options, rig: Rig, cores: Pins | null): Promise<readonly CellResult[]> => {
  if (cores !== null) pinRig(rig, cores);
  const loader = startLoader(cores?.rig ?? null);
  const plan = {
    dialect: given.dialect as Dialect,
    cells: given.quick || cores !== null ? ALL_CELLS.filter(isHeadline) : ALL_CELLS,
    beforehandMs: cores === null ? 12_000 : 0,
    rounds: given.quick ? 2 : 3,
    headlineRounds: given.quick ? 3 : 7,
    warmupMs: 500,
    measureMs: 1500,
  };
  const results = await runHopPart(plan, rig.subjects, rig.upstream, loader, say);
  loader.stop();
  return results;
};

const streams = async (given: Options, rig: Rig): Promise<readonly StreamRun[]> => {
  const loader = startLoader(null);
  const plan = {
    dialect: given.dialect as Dialect,
    concurrent: [200, 500],
    rounds: given.quick ? 2 : 5,
    each: given.quick ? 2 : 3,
    beforehand: 6,
  };
  const runs = await runStreamsPart(plan, rig.subjects, rig.upstream, loader, say);
  loader.stop();
  return runs;
};

const METHOD = (cores: Pins | null): readonly string[] => [
  'hop: no process is pinned; load generator, upstream and subject share the cores; each subject has had twelve seconds of load before',
  ...(cores === null
    ? []
    : [
        `hop, second table: the subject’s serving thread (in ours the lane) has core ${cores.subject} to itself; its other threads, upstream and load generator share core ${cores.rig}; CPU per request counts all its threads`,
      ]),
  'streams: no process is pinned; load generator, upstream and subject share all cores; each subject has played 1,200 streams before',
  'the load generator and the upstream are processes of their own on raw sockets, so that the rig costs less than what it measures; where the rig is busier than 0.9 of its core it was the limit, and the subject could do more',
  'rounds are interleaved: every round visits all subjects; ratios and differences are medians over rounds of the same round’s figures',
  'one request body and one answer body per cell, JSON; small is 200 B of text each way, 100 kB is 100 kB each way',
  'a stream is 64 deltas at 20 ms; frame delay is the upstream’s write to the client’s read on one monotonic clock',
  'projector: one process, pinned to one core where there are two; seeded receipts of 12 teams at 33,000 an hour',
  'streams, second table: the same with as many lanes as cores',
  'Weighbridge runs one lane, where nothing else is said, with keys, routing, metering, rating and journal on (durability process)',
];

const keep = (report: Report, folder: string): void => {
  mkdirSync(folder, { recursive: true });
  const stamp = report.machine.at.slice(0, 16).replace(/[:T]/g, '-');
  writeFileSync(join(folder, `${stamp}.json`), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(folder, `${stamp}.svg`), drawHop(report.results.hop));
  writeFileSync(join(folder, `${stamp}.md`), markdown(report, `${stamp}.svg`));
  say(`kept as ${join(folder, stamp)}.{json,md,svg}`);
};

/** What to do about peers that are wanted and not there. */
const missingPeers = (given: Options, machine: Machine): readonly string[] => {
  const wanted = (name: SubjectName): boolean => given.subject === undefined || given.subject.includes(name);
  const lacks = (name: SubjectName, version: string): boolean => wanted(name) && version === 'not installed';
  return [
    lacks('haproxy', machine.haproxy) ? 'HAProxy is not installed: run `apt-get install haproxy`' : null,
    lacks('portkey', machine.portkey) ? 'Portkey is not installed: run `npm ci` in bench/' : null,
  ].filter((what) => what !== null);
};

const main = async (given: Options): Promise<void> => {
  const machine = describeMachine();
  const missing = given.part?.every((part) => part === 'journal') === true ? [] : missingPeers(given, machine);
  if (missing.length > 0) {
    for (const what of missing) say(`${what}, or name the subjects that are there with --subject`);
    process.exit(4);
  }
  const began = performance.now();
  const cores = pins(given);
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-bench-'));
  const wanted = (part: string): boolean => given.part === undefined || given.part.includes(part);
  let subjects: Report['subjects'] = [];
  let hopResults: readonly CellResult[] = [];
  let pinned: readonly CellResult[] = [];
  let streamResults: readonly StreamRun[] = [];
  let streamsByCore: readonly StreamRun[] = [];
  let journal: JournalResult | null = null;
  let projector: ProjectorResult | null = null;
  try {
    if (wanted('hop')) {
      const rig = await startRig(given, folder);
      subjects = rig.subjects.map(({ name, method }) => ({ name, method }));
      hopResults = await hop(given, rig, null);
      if (cores !== null) pinned = await hop(given, rig, cores);
      await stopRig(rig);
    }
    if (wanted('streams')) {
      const rig = await startRig(given, folder);
      subjects = rig.subjects.map(({ name, method }) => ({ name, method }));
      streamResults = await streams(given, rig);
      await stopRig(rig);
      if (machine.cores > 1) {
        const wide = await startRig(
          { ...given, full: false, subject: ['bare-hop', 'weighbridge'] },
          folder,
          machine.cores,
        );
        streamsByCore = await streams(given, wide);
        await stopRig(wide);
      }
    }
    if (wanted('journal')) {
      const size = given.quick ? { entries: 40_000, treeSize: 1_000_000 } : { entries: 200_000, treeSize: 10_000_000 };
      journal = await runJournalPart({ dialect: given.dialect as Dialect, folder, ...size }, say);
    }
    if (wanted('projector')) {
      const receipts = given.quick ? 100_000 : 400_000;
      projector = await runProjectorPart({ folder, receipts, cores: cores?.subject ?? null }, say);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const results = { hop: hopResults, pinned, streams: streamResults, streamsByCore, journal, projector };
  const seconds = (performance.now() - began) / 1000;
  const report: Report = { machine, method: METHOD(cores), subjects, seconds, results };
  process.stdout.write(markdown(report, 'hop.svg'));
  say(verdictTable(results));
  if (given.keep ?? !given.quick) keep(report, given.out ?? new URL('results', import.meta.url).pathname);
};

const given = options();
if (given.help) process.stdout.write(HELP);
else {
  await main(given);
  process.exit(0);
}
