// Reserved capacity through a lane: which deployment a call reaches, what its receipt says of it, and that nothing stays held.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { capacityMemory, reservationsOf, type Deployment, type Snapshot } from '../../src/index.ts';
import {
  deployment,
  route,
  startLane,
  startUpstream,
  type Script,
  type TestLane,
  type Upstream,
} from '../support/fixture.ts';

let bought: Upstream;
let demand: Upstream;
const running: TestLane[] = [];
before(async () => {
  bought = await startUpstream();
  demand = await startUpstream();
});
afterEach(async () => {
  for (const lane of running.splice(0)) await lane.close();
});
after(async () => {
  await bought.close();
  await demand.close();
});

const chat = (headers: Record<string, string> = {}, status = 200): Script => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const message = { role: 'assistant', content: 'Hello' };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  const whole = { id: 'c', object: 'chat.completion', created: 1, model: 'gpt-4.1', choices, usage };
  const error = { error: { code: '429', message: 'the provisioned capacity is used up' } };
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(status === 200 ? whole : error));
  };
};

/** A thousand tokens a second; ten thousand fill it. */
const CAPACITY = {
  kind: 'ptu',
  units: 10,
  input_tpm_per_unit: 6_000,
  output_weight: 4,
  burst_seconds: 10,
  margin: 0.01,
} as const;

function deployments(): Deployment[] {
  const azure = { cloud: 'azure-openai', region: 'swedencentral', path_style: 'deployment' } as const;
  return [
    deployment('ptu', bought.port, { ...azure, model: 'unpriced-ptu', tier: 'reserved', capacity: CAPACITY }),
    deployment('payg', demand.port, { ...azure, model: 'gpt' }),
  ];
}

async function started(over: Partial<Snapshot> = {}, lanes = 1): Promise<TestLane[]> {
  const shared = capacityMemory(deployments(), Date.now());
  const snapshot = { deployments: deployments(), routes: [route('m', ['ptu', 'payg'])], ...over };
  for (let i = 0; i < lanes; i += 1) running.push(await startLane(snapshot, { capacityMemory: () => shared }));
  return running;
}

const ask = (lane: TestLane, max_tokens: number): Promise<Response> =>
  fetch(`${lane.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lane.key.key}` },
    body: JSON.stringify({ model: 'm', max_tokens, messages: [{ role: 'user', content: 'hi' }] }),
  });

const servedOf = (lane: TestLane, index: number): object | undefined => {
  const { served } = lane.sealer.receipts()[index] ?? {};
  if (served === undefined || served === null) return undefined;
  const { deployment: by, capacity, spilled_from, reservation } = served;
  return { by, capacity, spilled_from, reservation };
};

describe('a route that lists reserved capacity first', () => {
  test('a call is served within it while there is room, and says how full it was by both counts', async () => {
    bought.script(chat({ 'azure-openai-deployment-utilization': '0.4%' }));
    const [lane] = await started();
    assert.ok(lane);
    const answer = await ask(lane, 100);
    await answer.text();
    assert.equal(answer.headers.get('weighbridge-capacity'), 'reserved');
    assert.deepEqual(servedOf(lane, 0), {
      by: 'ptu',
      capacity: 'reserved',
      spilled_from: undefined,
      reservation: { of: 'ptu', why: 'within', full: 0, said: 0.004 },
    });
    assert.equal(lane.sealer.kinds().filter((kind) => kind === 'intent').length, 1, 'one intent is enough');
  });

  test('what it has no room for goes on demand without asking the seller, at that price, and says so', async () => {
    bought.script(chat());
    demand.script(chat());
    const before = bought.requests.length;
    const [lane] = await started();
    assert.ok(lane);
    let release = (): void => undefined;
    bought.script((request, response, body) => {
      release = () => chat()(request, response, body);
    });
    const large = ask(lane, 2_499);
    while (bought.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 2));
    const spilled = await ask(lane, 100);
    await spilled.text();
    release();
    await (await large).text();
    assert.equal(bought.requests.length, before + 1, 'the seller never had to refuse');
    assert.equal(spilled.headers.get('weighbridge-capacity'), 'spilled; from=ptu; reserved full');
    assert.deepEqual(servedOf(lane, 0), {
      by: 'payg',
      capacity: 'spilled',
      spilled_from: 'ptu',
      reservation: { of: 'ptu', why: 'full' },
    });
    const [{ charges, cost, decided }] = lane.sealer.receipts() as [ReturnType<TestLane['sealer']['receipt']>];
    assert.equal(cost.billed, '0.00002');
    assert.deepEqual([...new Set(charges.map(({ note }) => note))], ['on demand: spilled from ptu, reserved full']);
    const texts = lane.sealer.entries
      .filter(({ kind }) => kind === 'decided')
      .map(({ commercial }) => commercial ?? '');
    assert.ok(
      texts.some((text) => text.includes('{"deployment":"ptu","reason":"reserved full","verdict":"rejected"}')),
      decided,
    );
  });

  test('a call that the seller refuses all the same goes on, and the next waits out its time', async () => {
    bought.script(chat({ 'retry-after-ms': '60000' }, 429));
    demand.script(chat());
    const lanes = await started({}, 2);
    const [one, two] = lanes;
    assert.ok(one && two);
    await (await ask(one, 100)).text();
    assert.deepEqual(servedOf(one, 0), {
      by: 'payg',
      capacity: 'spilled',
      spilled_from: 'ptu',
      reservation: { of: 'ptu', why: 'seller_refused' },
    });
    const asked = bought.requests.length;
    await (await ask(two, 100)).text();
    assert.equal(bought.requests.length, asked, 'the other lane knows of it');
    assert.deepEqual(servedOf(two, 0), {
      by: 'payg',
      capacity: 'spilled',
      spilled_from: 'ptu',
      reservation: { of: 'ptu', why: 'full' },
    });
  });

  test('what the seller itself spilled is priced on demand, and says so', async () => {
    bought.script(chat({ 'x-ms-spillover-from-deployment': 'their-ptu' }));
    const [lane] = await started();
    assert.ok(lane);
    await (await ask(lane, 100)).text();
    assert.deepEqual(servedOf(lane, 0), {
      by: 'ptu',
      capacity: 'spilled',
      spilled_from: 'their-ptu',
      reservation: { of: 'ptu', why: 'seller_spilled', full: 0 },
    });
    assert.equal(lane.sealer.receipt().served?.tier, 'standard');
  });

  test('alone and full it is refused with the time until there is room', async () => {
    bought.script(chat());
    const [lane] = await started({ routes: [route('m', ['ptu'])] });
    assert.ok(lane);
    const memory = capacityMemory(deployments(), Date.now());
    assert.ok(memory);
    bought.script(() => undefined);
    const before = bought.requests.length;
    const waiting = ask(lane, 5_000).catch(() => null);
    while (bought.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 2));
    const refused = await ask(lane, 10);
    const body = (await refused.json()) as { error: { code: string; message: string } };
    assert.equal(refused.status, 429);
    assert.match(JSON.stringify(body), /CAPACITY_FULL|no deployment of the route/);
    const wait = Number(refused.headers.get('retry-after'));
    assert.ok(wait >= 9 && wait <= 12, `${wait} seconds`);
    await lane.close();
    running.splice(0);
    await waiting;
  });
});

test('nothing stays held: of calls that were answered, refused, broken off and left', async () => {
  const shared = capacityMemory(deployments(), Date.now());
  const lane = await startLane(
    { deployments: deployments(), routes: [route('m', ['ptu', 'payg'])] },
    { capacityMemory: () => shared },
  );
  running.push(lane);
  demand.script(chat());
  const broken: Script = (_request, response) => void response.destroy();
  for (const script of [chat(), chat({}, 500), broken, chat({}, 400)]) {
    bought.script(script);
    await (await ask(lane, 50)).text();
  }
  const left = new AbortController();
  bought.script(() => left.abort());
  await fetch(`${lane.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lane.key.key}` },
    body: JSON.stringify({ model: 'm', max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] }),
    signal: left.signal,
  }).catch(() => null);
  await lane.close();
  running.splice(0);
  const view = reservationsOf(deployments(), shared, Date.now()).get('ptu')?.view(Date.now());
  assert.equal(view?.in_flight, 0);
});
