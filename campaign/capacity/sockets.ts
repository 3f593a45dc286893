// The same over real sockets: the product in front of the lab's provisioned deployment, under a load of bursts from a seed. What is
// judged is what the receipts say of each call: where it was served, what the seller answered and what it counted.
import { setTimeout } from 'node:timers/promises';
import { labConfiguration } from '@weighbridge/lab';
import { openGateway, type Receipt } from '../../conformance/support/gateway.ts';
import { openLab, type TestLab } from '../../conformance/support/lab.ts';
import type { Bought } from './sellers.ts';
import { randomOf } from './load.ts';

export interface SocketsForm {
  readonly seed: number;
  readonly ms: number;
  readonly warmUpMs: number;
  readonly callsPerSecond: number;
  readonly lanes: number;
  readonly bought: Bought;
  /** What the configuration says of it, where that is something else. */
  readonly configured?: Bought;
}

export interface SocketsJudged {
  readonly calls: number;
  readonly reserved: number;
  readonly spilled: number;
  readonly refused: number;
  readonly refusedShare: number;
  readonly usedShare: number;
  /** Receipts that say something else than the lab booked, or price a spilled call as if it were not. */
  readonly wrong: readonly string[];
}

const NAME = 'bought';

function configuration(lab: TestLab, { bought, configured = bought }: SocketsForm): unknown {
  const base = labConfiguration(lab.endpoints) as { deployments: Record<string, object> };
  const azure = base.deployments['azure-gpt-4-1'];
  const ptu = {
    ...azure,
    model: NAME,
    priced_as: 'gpt-4.1',
    tier: 'reserved',
    capacity: { kind: 'ptu', ...configured },
  };
  return {
    ...base,
    projections: 'off',
    control: 'off',
    deployments: { [NAME]: ptu, 'on-demand': azure },
    routes: { both: { candidates: [{ deployment: NAME }, { deployment: 'on-demand' }] } },
    credentials: {
      'azure-openai': (base as unknown as { credentials: Record<string, object> }).credentials['azure-openai'],
    },
  };
}

const WORDS = 'the scale stands on the road and every truck that passes is weighed and gets its ticket';

export async function overSockets(form: SocketsForm): Promise<SocketsJudged> {
  const { bought } = form;
  const lab = await openLab({
    latency: { mode: 'fixed', ttft_ms: 40, gap_ms: 1 },
    capture: false,
    provisioned: [{ name: NAME, model: 'gpt-4.1', ...bought }],
  });
  const gateway = await openGateway(lab, configuration(lab, form), form.lanes);
  try {
    const from = Date.now() + form.warmUpMs;
    const sent = await drive(form, gateway);
    const until = from + form.ms - form.warmUpMs;
    const receipts = await gateway.receipts(sent);
    return judge(form, { receipts, from, until, sent });
  } finally {
    await gateway.stop();
    await lab.stop();
  }
}

/** Open loop: a call is sent when its time has come, whatever became of those before. */
async function drive(
  { seed, ms, callsPerSecond }: SocketsForm,
  { origin, key }: { origin: string; key: string },
): Promise<number> {
  const random = randomOf(seed);
  const total = Math.round((callsPerSecond * ms) / 1000);
  const times = Array.from({ length: total }, () => {
    const at = random() * ms;
    // Half of them come in the first tenth of each second.
    return random() < 0.5 ? at : Math.floor(at / 1000) * 1000 + random() * 100;
  }).toSorted((a, b) => a - b);
  const start = performance.now();
  const open: Promise<void>[] = [];
  for (const at of times) {
    const wait = start + at - performance.now();
    if (wait > 0) await setTimeout(wait);
    open.push(call(origin, key, random));
  }
  await Promise.all(open);
  return total;
}

async function call(origin: string, key: string, random: () => number): Promise<void> {
  const tokens = 5 + Math.floor(random() * 60);
  const prompt = `[lab tokens=${tokens}] ${random()} ${WORDS.repeat(1 + Math.floor(random() ** 2 * 30))}`;
  const bound = random() < 0.7 ? { max_completion_tokens: tokens + Math.floor(random() * 200) } : {};
  const answer = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'both', ...bound, messages: [{ role: 'user', content: prompt }] }),
  });
  await answer.text();
}

interface Seen {
  readonly receipts: readonly Receipt[];
  readonly from: number;
  readonly until: number;
  readonly sent: number;
}

function judge({ bought, ms, warmUpMs }: SocketsForm, { receipts, from, until, sent }: Seen): SocketsJudged {
  const met = ({ public: { attempts } }: Receipt): boolean => attempts.some(({ status }) => status === 429);
  const refused = receipts.filter(met).length;
  const used = receipts.reduce((sum, { public: { served, usage, timing } }) => {
    const counts = served?.deployment === NAME && timing.ended >= from && timing.ended < until;
    const { input = 0, output = 0 } = usage?.tokens ?? {};
    return counts ? sum + input + output * bought.output_weight : sum;
  }, 0);
  const worth = (bought.units * bought.input_tpm_per_unit * (ms - warmUpMs)) / 60_000;
  const by = (capacity: string): number => receipts.filter((one) => one.public.served?.capacity === capacity).length;
  return {
    calls: sent,
    reserved: by('reserved'),
    spilled: by('spilled'),
    refused,
    refusedShare: refused / sent,
    usedShare: used / worth,
    wrong: receipts.flatMap((one) => wrongIn(one)).slice(0, 5),
  };
}

function wrongIn({ id, public: { served } }: Receipt): string[] {
  if (served === null) return [`${id} was not served`];
  const { capacity, deployment, spilled_from: from, reservation, tier } = served;
  const right =
    capacity === 'reserved'
      ? deployment === NAME && tier === 'reserved' && reservation?.why === 'within'
      : capacity === 'spilled' && deployment === 'on-demand' && from === NAME && tier === 'standard';
  return right ? [] : [`${id}: ${capacity} at ${deployment} from ${from ?? '-'}, tier ${tier}`];
}
