// A start runs the market that a scenario describes: real calls cross it, at its prices, under its limits, with the parties
// that it names; another scenario changes all of that and is told; a bad one is refused before anything starts.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { SCENARIO_FILES } from '@weighbridge/planner';
import { begin, run, type Running } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-market-'));
/** Those that a failed test left running. */
const running = new Set<Running>();
after(async () => {
  for (const up of running) up.interrupt('SIGTERM');
  await Promise.all([...running].map(({ ended }) => ended));
  // Seen once on a busy machine: something was written into a folder between its listing and its removal.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});
const shipped = (name: string): string => readFileSync(SCENARIO_FILES[name] ?? '', 'utf8');

interface Facts {
  readonly origin: string;
  readonly key: string;
  readonly config: string;
  readonly scenario: {
    readonly name: string;
    readonly simulated: boolean;
    readonly month: string;
    readonly changed?: { readonly before: string; readonly changes: readonly string[] };
  };
  readonly lab: { readonly admin: string };
}

interface Started {
  readonly up: Running;
  readonly facts: Facts;
}

async function start(home: string, ...words: string[]): Promise<Started> {
  const up = begin(['up', '--port', '0', '--latency', 'zero', '--no-sample', '--json', '--home', home, ...words], {
    folder,
  });
  running.add(up);
  const [line] = await up.said(/^\{.*\}$/m);
  return { up, facts: JSON.parse(line) as Facts };
}

async function stop({ up }: Pick<Started, 'up'>): Promise<string> {
  up.interrupt('SIGTERM');
  running.delete(up);
  return (await up.ended).stderr;
}

interface Answer {
  readonly id: string;
  readonly status: number;
  readonly deployment: string | null;
  readonly fallback: boolean;
}

/** One real call, by the key that the start printed. */
async function call({ facts }: Started, model: string, content = 'Hello', most = 20): Promise<Answer> {
  const response = await fetch(`${facts.origin}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': facts.key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify({ model, max_tokens: most, messages: [{ role: 'user', content }] }),
  });
  await response.text();
  return {
    id: response.headers.get('weighbridge-receipt') ?? '',
    status: response.status,
    deployment: response.headers.get('weighbridge-deployment'),
    fallback: response.headers.get('weighbridge-fallback') === 'true',
  };
}

interface Receipt {
  readonly public: {
    readonly attempts: readonly { readonly deployment: string; readonly status?: number; readonly fault?: string }[];
    readonly served: Readonly<Record<string, unknown>>;
    readonly simulated: boolean;
  };
  readonly commercial: {
    readonly charges: readonly {
      readonly token_class: string;
      readonly quantity: number;
      readonly unit_price: string;
      readonly list: string;
      readonly contracted: string;
    }[];
    readonly cost: { readonly status: string; readonly list: string; readonly contracted: string };
  };
}

/** Of an instance that has ended, so everything is sealed. */
async function receiptOf(home: string, { id }: Pick<Answer, 'id'>): Promise<Receipt> {
  const { code, stdout, stderr } = await run(['receipt', id, '--home', home, '--json'], { folder });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Receipt;
}

const tried = ({ public: { attempts } }: Receipt): (string | number)[] =>
  attempts.flatMap(({ deployment, status = 0 }) => [deployment, status]);
const parties = ({ public: { served } }: Receipt): Readonly<Record<string, unknown>> => {
  const { developer, seller, biller, host, processor } = served;
  return { developer, seller, biller, host, processor };
};
const unitPrices = ({ commercial: { charges } }: Receipt): Readonly<Record<string, string>> =>
  Object.fromEntries(charges.map((each) => [each.token_class, each.unit_price]));

const DEADLINES = readFileSync(new URL('../../../docs/deadline.md', import.meta.url), 'utf8');

interface Waited {
  readonly said: string;
  readonly shown: string;
  readonly id: string;
}

/** The call that docs/deadline.md shows, run by a shell as it stands there with this start's key: what it printed, and what the page says. */
async function waitAsShown({ facts }: Started, patience: string): Promise<Waited> {
  const [, line = '', shown = ''] = /```console\n\$ (curl [^`]*?)\n(weighbridge-deadline: .*)\n/.exec(DEADLINES) ?? [];
  const here = line
    .replace('localhost:7411', new URL(facts.origin).host)
    .replace('deadline: 1h', `deadline: ${patience}`)
    .replace('| grep', '| tee answer.txt | grep');
  assert.match(here, /tee answer/);
  const env = { PATH: process.env['PATH'] ?? '', KEY: facts.key };
  const { stdout } = await promisify(execFile)('bash', ['-ec', here], { cwd: folder, env, timeout: 60_000 });
  const [, id = ''] = /^weighbridge-receipt: (\w+)/im.exec(readFileSync(join(folder, 'answer.txt'), 'utf8')) ?? [];
  return { said: stdout.trim(), shown, id };
}

/** Near the longest prompt that the model takes: 195,000 tokens of four bytes. */
const LONG = 'text'.repeat(195_000);
const CALLS_MOST = 60;

describe('the alliance, which runs where nothing else is said', { concurrency: false }, () => {
  test('a limit of it turns calls away, the next offer takes them, and receipts say who sold, hosted and billed at what price', async () => {
    const started = await start('first');
    assert.deepEqual([started.facts.scenario.name, started.facts.scenario.simulated], ['alliance', true]);
    const plain = await call(started, 'sonnet-on-foundry');
    const waited = await waitAsShown(started, '1h');
    assert.equal(waited.said, waited.shown);
    assert.equal((await waitAsShown(started, '5s')).said, 'weighbridge-deadline: at once; why=too_near');
    // 2,000,000 tokens a minute are allowed at the developer's own API: the scenario's number.
    let spilled: Answer | undefined;
    for (let count = 0; count < CALLS_MOST && spilled === undefined; count += 1) {
      const answer = await call(started, 'claude-haiku-4-5', LONG);
      assert.equal(answer.status, 200);
      if (answer.fallback) spilled = answer;
    }
    assert.ok(spilled !== undefined, `${CALLS_MOST} calls of 195,000 tokens met no limit`);
    const status = await run(['status', '--home', 'first'], { folder });
    assert.match(
      status.stdout,
      /Scenario +alliance, as it stands in 2027-06: 7 offers of 20 deployments \(simulated\)/,
    );
    assert.match(status.stdout, /claude-on-azure +[\d,]+ tokens a minute \(simulated\)/);
    assert.match(status.stdout, /claude-direct +4,000,000 tokens a minute \(assumed\)/);
    await stop(started);

    const batched = await receiptOf('first', waited);
    // List 3 and 15 a million; a batch costs half.
    assert.deepEqual(unitPrices(batched), { input: '0.0000015', output: '0.0000075' });
    assert.equal(batched.commercial.cost.status, 'exact');
    const foundry = await receiptOf('first', plain);
    const direct = { developer: 'anthropic', seller: 'anthropic', processor: 'anthropic', host: 'anthropic' };
    assert.deepEqual(parties(foundry), { ...direct, biller: 'microsoft' });
    // List 3 and 15 a million; the organisation's contract takes a tenth off.
    assert.deepEqual(unitPrices(foundry), { input: '0.0000027', output: '0.0000135' });

    const moved = await receiptOf('first', spilled);
    assert.deepEqual(tried(moved), ['anthropic-haiku-4-5', 429, 'foundry-haiku-4-5', 200]);
    assert.deepEqual(parties(moved), { ...direct, biller: 'microsoft', host: 'microsoft' });
    // On Azure's own machines in the US data zone: list 1.1, less a tenth.
    assert.equal(unitPrices(moved)['input'], '0.00000099');
    assert.equal(moved.commercial.cost.status, 'exact');
    assert.equal(moved.public.simulated, true);
  });
});

describe('the mid-size buyer', { concurrency: false }, () => {
  test('is another market: three sellers, their prices, and one that has too little', async () => {
    const started = await start('second', '--scenario', 'mid-size');
    const frontier = await call(started, 'claude-sonnet-4-5');
    const open = await call(started, 'llama-3.3-70b');
    // 120,000 tokens a minute are allowed, and not half of that is there.
    const long = await call(started, 'claude-sonnet-4-5', 'text'.repeat(100_000));
    const short = await call(started, 'claude-sonnet-4-5');
    assert.deepEqual([long.deployment, long.fallback], ['frontier-large', false]);
    assert.equal((await call(started, 'sonnet-on-foundry')).status, 404);
    await stop(started);

    const first = await receiptOf('second', frontier);
    const cloud = { seller: 'large-cloud', biller: 'large-cloud', host: 'large-cloud', processor: 'large-cloud' };
    assert.deepEqual(parties(first), { developer: 'frontier-lab', ...cloud });
    // 3.20 and 15.50 a million, less 5 %.
    assert.deepEqual(unitPrices(first), { input: '0.00000304', output: '0.000014725' });
    const third = await receiptOf('second', open);
    assert.equal(third.public.served['seller'], 'regional-cloud');
    assert.deepEqual(third.public.served['region'], { configured: 'regional-hall', grade: 0, reported: null });
    assert.deepEqual(unitPrices(third), { input: '0.00000057', output: '0.000000855' });
    const overloaded = await receiptOf('second', short);
    assert.deepEqual(tried(overloaded), ['frontier-large', 503, 'second-large', 200]);
    assert.deepEqual(parties(overloaded)['seller'], 'other-cloud');
    assert.equal(overloaded.public.served['cloud'], 'azure-openai');
    assert.deepEqual(unitPrices(overloaded), { input: '0.00000209', output: '0.00000836' });
  });

  test("a file of one's own, where one request a minute is allowed: the second goes to the next seller by 429", async () => {
    const text = shipped('mid-size').replace('requests: { value: 60,', 'requests: { value: 1,');
    writeFileSync(join(folder, 'own.yaml'), text.replace('name: mid-size', 'name: my-market'));
    const started = await start('second', '--scenario', 'own.yaml');
    assert.equal(started.facts.scenario.name, 'my-market');
    const [one, two] = [await call(started, 'claude-sonnet-4-5'), await call(started, 'claude-sonnet-4-5')];
    await stop(started);
    assert.deepEqual(started.facts.scenario.changed, {
      before: 'mid-size',
      changes: ['frontier-large: limits', 'frontier-small: limits'],
    });
    assert.deepEqual(tried(await receiptOf('second', one)), ['frontier-large', 200]);
    assert.deepEqual(tried(await receiptOf('second', two)), ['frontier-large', 429, 'second-large', 200]);
  });

  test('a start with another scenario in the same folder says what changes, and the log holds both configurations', async () => {
    const up = begin(['up', '--port', '0', '--no-sample', '--home', 'second'], { folder });
    running.add(up);
    await up.said(/log\/checkpoint/);
    const said = await stop({ up });
    assert.match(said, /The scenario is alliance; the last start here ran my-market\./);
    assert.match(said, /^ {2}no longer sold: frontier-large, frontier-small, second-large, open-70b$/m);
    assert.match(said, /^ {2}new: anthropic-sonnet-4-5, /m);
    const { stdout, code } = await run(['verify', '--home', 'second', '--log', 'lab', '--json'], { folder });
    assert.ok(code === 0 || code === 6, stdout);
    const again = await start('second');
    // Who is refused the folder changes nothing for the instance that has it.
    const prices = join(folder, 'second', 'lab', 'prices');
    const [held = ''] = readdirSync(prices);
    const second = await run(['up', '--scenario', 'mid-size', '--port', '0', '--home', 'second'], { folder });
    assert.match(second.stderr, /FOLDER_LOCKED/);
    assert.ok(existsSync(join(prices, held, 'claude-on-aws.yaml')));
    assert.match((await run(['status', '--home', 'second'], { folder })).stdout, /^Scenario +alliance/m);
    await stop(again);
    assert.equal(again.facts.scenario.changed, undefined);
  });
});

describe('a scenario that cannot be run is refused before anything starts', { concurrency: false }, () => {
  const checkRefused = async (text: string, says: RegExp, exit = 4): Promise<void> => {
    writeFileSync(join(folder, 'bad.yaml'), text);
    const { code, stderr } = await run(['up', '--scenario', 'bad.yaml', '--home', 'never', '--port', '0'], { folder });
    assert.equal(code, exit, stderr);
    assert.match(stderr, says);
    assert.equal(existsSync(join(folder, 'never', 'lab', 'journal')), false);
    assert.equal(existsSync(join(folder, 'never', 'lab', 'lab.json')), false);
  };
  test('with a fault in its market: line, reason, mend', async () => {
    await checkRefused(
      shipped('mid-size').replace('candidates: [open-70b]', 'candidates: [opn-70b]'),
      /bad\.yaml:\d+:\d+: "opn-70b" is not a deployment of this scenario; did you mean open-70b\?[^]*DEAL_INVALID/,
    );
  });
  test('with a cloud or model that the lab has not', async () => {
    await checkRefused(
      shipped('mid-size').replace('cloud: bedrock', 'cloud: bedrok'),
      /bad\.yaml:\d+:\d+: "bedrok" is no cloud that the lab simulates; did you mean bedrock\?/,
    );
    await checkRefused(
      shipped('mid-size').replace('model: gpt-4.1\n', 'model: gpt-4.11\n'),
      /bad\.yaml:\d+:\d+: "gpt-4\.11" is no model of the lab's azure-openai; did you mean gpt-4\.1\?/,
    );
  });
  test('with a fault in what it seeds the sample with', async () => {
    await checkRefused(
      shipped('mid-size').replace('fact: chargeback_published', 'fact: chargeback_publishd'),
      /bad\.yaml:\d+:\d+: "chargeback_publishd" is no fact of the playbook; did you mean "chargeback_published"\?/,
    );
  });
  test('without a market', async () => {
    const text = shipped('mid-size');
    await checkRefused(
      text.slice(0, text.indexOf('\nmarket:')),
      /`market` is missing; add `market`: docs\/scenario\.md/,
    );
  });
  test('with a price list that is not there', async () => {
    const text = shipped('alliance').replace('price_list: google-vertex', 'price_list: google-vortex');
    await checkRefused(
      text,
      /bad\.yaml:\d+:\d+: the price book has no list "google-vortex"; did you mean google-vertex\?/,
    );
    const unknown = shipped('alliance').replace(
      'region_scope: n/a\n          price:',
      'region_scope: n/a\n          roles:',
    );
    const unpriced = unknown.replace(/roles:\n +input: [^]*?(?=\n {2}routes)/, 'roles: { host: self }');
    await checkRefused(
      unpriced,
      /the scenario alliance leaves something unpriced: "self-llama" has no price[^]*DEAL_INVALID/,
    );
  });
  test('that is neither a name nor a file', async () => {
    const { code, stderr } = await run(['up', '--scenario', 'aliance', '--home', 'never'], { folder });
    assert.equal(code, 2);
    assert.match(stderr, /"aliance" is no scenario that ships[^]*did you mean alliance\?/);
  });
  test('beside a configuration or --live, which say themselves what is called', async () => {
    writeFileSync(join(folder, 'own-config.yaml'), 'version: 1\n');
    for (const words of [['--config', 'own-config.yaml'], ['--live']]) {
      const { code, stderr } = await run(['up', '--scenario', 'alliance', '--home', 'never', ...words], { folder });
      assert.equal(code, 2, stderr);
      assert.match(stderr, /--scenario is for the simulated clouds/);
    }
  });
});
