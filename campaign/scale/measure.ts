// An instance on a log of millions of receipts, asked as the console asks it: questions to roll-ups one by one, a search
// that finds nothing and so looks through everything, and every page in a browser where there is one.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAppError } from '@weighbridge/kernel';
import { startLab } from '@weighbridge/lab';
import { controlClient, type ControlClient } from '@weighbridge/protocol';
import { askControl, controlSocket, type Status } from '@weighbridge/server';
import type { InstanceFacts } from '../soak/instance-facts.ts';
import { startNode } from '../soak/processes.ts';
import { residentOf } from '../soak/samples.ts';
import type { PagesMeasured } from './pages-measured.ts';
import type { Place } from './place.ts';
import { rollupQuestions } from './questions.ts';

export interface QuestionTime {
  readonly what: string;
  /** Of several tries, over the control socket. */
  readonly median_ms: number;
  readonly max_ms: number;
  /** Tries that ran past the deadline of questions: their time is that until the refusal. */
  readonly refused: number;
}

export interface SearchTime {
  readonly pages: number;
  /** Calls looked through; a page says so far it is. */
  readonly scanned: number;
  readonly of: number;
  readonly first_ms: number;
  readonly median_ms: number;
  readonly max_ms: number;
  readonly seconds: number;
}

export interface Measured {
  readonly calls: number;
  readonly questions: readonly QuestionTime[];
  readonly search: SearchTime;
  /** Null where there is no browser. */
  readonly pages: PagesMeasured | null;
  readonly rss_mib: { readonly before: number | null; readonly after: number | null };
  readonly database_mib: number;
}

const INSTANCE = fileURLToPath(new URL('../soak/instance.ts', import.meta.url));
const PAGES = fileURLToPath(new URL('../../packages/console/test/measure-pages.ts', import.meta.url));
const BUILD = fileURLToPath(new URL('../../packages/console/build/main.ts', import.meta.url));
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const READY_MS = 600_000;
const MIB = 1024 * 1024;

export interface MeasureOptions {
  /** Each question is asked so often, after once to warm up. */
  readonly tries: number;
  /** Pages of the search that are waited for. */
  readonly searchPages: number;
  readonly browser: boolean;
}

export async function measure(place: Place, options: MeasureOptions): Promise<Measured> {
  const browser = options.browser && existsSync(CHROMIUM);
  if (browser) await buildConsole();
  const lab = await startLab({ folder: join(place.folder, 'lab'), seed: 1, latency: { mode: 'zero' } });
  const endpoints = join(place.folder, 'endpoints.json');
  writeFileSync(endpoints, JSON.stringify(lab.endpoints));
  const instance = startNode([INSTANCE, join(place.folder, 'home'), endpoints, '1']);
  try {
    const facts = JSON.parse(await instance.firstLine) as InstanceFacts;
    const status = await tablesUp(facts);
    const client = controlClient(controlSocket(facts.socket));
    const memory = (): number | null => residentOf({ instance: instance.pid })?.['instance'] ?? null;
    const until = Date.now();
    const { totals } = await client.ask('overview', { since: until - 90 * 86_400_000, until });
    const before = memory();
    const questions = await askAll(client, facts, until, options.tries);
    const search = await lookThrough(client, options.searchPages, totals.calls);
    const pages = browser ? await browse(client) : null;
    const { projections } = await askControl<Status>(facts.socket, 'GET', '/status');
    return {
      calls: totals.calls,
      questions,
      search,
      pages,
      rss_mib: { before, after: memory() },
      database_mib: Math.round((projections.memory_bytes ?? status.projections.memory_bytes ?? 0) / MIB),
    };
  } finally {
    instance.kill('SIGTERM');
    await instance.ended;
    await lab.stop();
  }
}

async function tablesUp({ socket }: InstanceFacts): Promise<Status> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const status = await askControl<Status>(socket, 'GET', '/status');
    const { state, projections: tables } = status.projections;
    if (state === 'running' && tables.every(({ lag_entries: lag }) => lag === 0)) return status;
    if (performance.now() > deadline)
      throw new Error(`the tables are not there: ${JSON.stringify(status.projections)}`);
    await setTimeout(200);
  }
}

async function askAll(
  client: ControlClient,
  facts: InstanceFacts,
  until: number,
  tries: number,
): Promise<readonly QuestionTime[]> {
  const times: QuestionTime[] = [];
  let asked = 0;
  for (const { what, name, input } of rollupQuestions(until)) {
    const taken: number[] = [];
    let refused = 0;
    for (let i = 0; i <= tries; i += 1) {
      asked += 1;
      const began = performance.now();
      try {
        await client.ask(name, asNew(input, asked));
      } catch (error) {
        if (!isAppError(error) || error.code !== 'QUERY_TIMEOUT') throw error;
        refused += 1;
        await tablesUp(facts);
      }
      // The first is to warm up.
      if (i > 0) taken.push(performance.now() - began);
    }
    times.push({ what, ...spread(taken), refused });
  }
  return times;
}

/** The same question with a filter of its own that leaves nothing out: what the tables remember of another one does not answer it. */
function asNew<Input>(input: Input, number: number): Input {
  const { filters = [] } = input as { readonly filters?: readonly unknown[] };
  return { ...input, filters: [...filters, { dimension: 'model', values: [`no-such-model-${number}`], not: true }] };
}

async function lookThrough(client: ControlClient, most: number, of: number): Promise<SearchTime> {
  const filters = [{ kind: 'word' as const, word: 'no-call-has-this-word', not: false }];
  const taken: number[] = [];
  let scanned = 0;
  let before: number | undefined;
  do {
    const began = performance.now();
    const page = await client.ask('calls', { filters, limit: 50, ...(before === undefined ? {} : { before }) });
    taken.push(performance.now() - began);
    scanned += page.scanned;
    before = page.next ?? undefined;
  } while (before !== undefined && taken.length < most);
  const seconds = Math.round(taken.reduce((sum, ms) => sum + ms, 0)) / 1000;
  return { pages: taken.length, scanned, of, first_ms: Math.round(taken[0] ?? 0), ...spread(taken), seconds };
}

async function buildConsole(): Promise<void> {
  const building = startNode([BUILD, 'build']);
  const code = await building.ended;
  if (code !== 0) throw new Error(`the console could not be built:\n${building.said()}`);
}

async function browse(client: ControlClient): Promise<PagesMeasured> {
  const [{ url }, { rows }] = await Promise.all([
    client.ask('createLink', {}),
    client.ask('calls', { filters: [], limit: 1 }),
  ]);
  return JSON.parse(await startNode([PAGES, url, rows[0]?.id ?? '']).firstLine) as PagesMeasured;
}

const spread = (values: readonly number[]): { median_ms: number; max_ms: number } => {
  const sorted = values.toSorted((a, b) => a - b);
  return { median_ms: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0), max_ms: Math.round(sorted.at(-1) ?? 0) };
};
