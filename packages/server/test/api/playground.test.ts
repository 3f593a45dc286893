// Calls out of the console: streamed through the gateway with a key of the session's own, weighed and sealed like any other,
// cancelled with whoever leaves, and refused in words where they are refused.
import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { LIMITS } from '@weighbridge/kernel';
import { PLAY_EVENTS, PLAY_PATH, type CallDetail, type PlayEvent } from '@weighbridge/protocol';
import { openBench, until, type Bench, type Raw, type Started } from '../support/server.ts';
import { codeOf, openBrowser, send, type Browser, type Reply } from '../support/console.ts';

const ASKED = { as: 'lab', model: 'claude-sonnet-4-5', prompt: 'Say hello.', max_output_tokens: 60 };

/** Each as it is published. */
function eventsOf(text: string): readonly PlayEvent[] {
  const blocks = text.split('\n\n').filter((block) => block.startsWith('event: '));
  return blocks.map((block) => {
    const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
    const schema = PLAY_EVENTS[event as keyof typeof PLAY_EVENTS];
    return { event, data: schema.parse(JSON.parse(data)) } as PlayEvent;
  });
}

const find = <Name extends PlayEvent['event']>(events: readonly PlayEvent[], name: Name) => {
  const found = events.find(({ event }) => event === name);
  assert.ok(found !== undefined, `there is a "${name}" among ${events.map(({ event }) => event).join(', ')}`);
  return found.data as Extract<PlayEvent, { event: Name }>['data'];
};

describe('a call of the playground', () => {
  let bench: Bench;
  let started: Started;
  let browser: Browser;
  const play = (more: Raw = {}, from = browser): Promise<Reply> =>
    from.send(PLAY_PATH, { method: 'POST', body: JSON.stringify({ ...ASKED, ...more }) });
  const sealed = (id: string | null): Promise<CallDetail> =>
    until('the receipt is sealed', 10_000, async () => {
      const reply = await browser.ask('receipt', { id: id ?? '' });
      return reply.status === 200 ? (JSON.parse(reply.text) as CallDetail) : undefined;
    });
  const keysOf = async (from = browser) => (await from.client.ask('keys', { all: true })).rows;

  before(async () => {
    bench = await openBench({ ttft_ms: 5, gap_ms: 2 });
    started = await bench.start({
      change: (raw) => {
        raw['keys'] = { ...raw['keys'], 'narrow-one': { team: 'narrow', policy: { routes: ['claude-sonnet-4-5'] } } };
        raw['limits'] = {
          rules: { 'narrow-calls': { measure: 'requests', amount: 1, window: 'day', where: { team: ['narrow'] } } },
        };
      },
    });
    browser = await openBrowser(started.server);
    // As a run that was killed leaves it.
    await started.server.administration.createKey({ name: 'ada', purpose: 'playground' });
  });
  after(() => bench.close());

  test('lists whom it may speak for, with what each may ask for', async () => {
    const shown = await browser.client.ask('playground', {});
    const lab = shown.as.find(({ id }) => id === 'lab');
    assert.deepEqual([lab?.team, lab?.models.includes('claude-sonnet-4-5')], ['platform', true]);
    assert.deepEqual(shown.as.find(({ id }) => id === 'narrow-one')?.models, ['claude-sonnet-4-5']);
    assert.deepEqual([shown.calls_at_once, shown.call_ms], [3, LIMITS.playground_call_ms]);
    for (const team of ['science', 'art'])
      await started.server.administration.createKey({ name: 'other', who: { team } });
    const two = (await browser.client.ask('playground', {})).as.filter(({ key }) => key === 'other');
    assert.deepEqual(
      two.map(({ id, team }) => [id, team]),
      [
        ['other/art//', 'art'],
        ['other/science//', 'science'],
      ],
    );
  });

  test('streams its words, says where it is served, and is sealed for the team it speaks for', async () => {
    const reply = await play({ as: 'other/science//', system: 'Be brief.', temperature: 0 });
    assert.equal(reply.status, 200, reply.text);
    assert.match(String(reply.headers['content-type']), /^text\/event-stream/);
    const events = eventsOf(reply.text);
    const head = find(events, 'started');
    assert.deepEqual(
      [events[0]?.event, events.at(-1)?.event, head.simulated, head.fallback],
      ['started', 'ended', true, false],
    );
    assert.ok(head.region !== null && head.deployment !== null && head.cloud !== null);
    const words = events.flatMap((one) => (one.event === 'text' ? [one.data.text] : []));
    assert.ok(words.length > 1 && words.join('').length > 10, 'it came in pieces');
    const end = find(events, 'ended');
    const receipt = await sealed(head.receipt);
    const { who } = receipt.personal ?? assert.fail('the personal group is shown');
    assert.deepEqual([who.team, who.session, who.tags], ['science', browser.session, { source: 'playground' }]);
    assert.deepEqual(
      [receipt.public?.outcome, receipt.public?.usage?.tokens['output']],
      ['completed', end.output_tokens],
    );
    assert.equal(receipt.commercial?.cost.status, 'exact');
    const key = (await keysOf()).find(({ id }) => id === who.key);
    assert.deepEqual([key?.name, key?.purpose, key?.who.team], ['other', 'playground', 'science']);
    assert.ok((key?.expires ?? 0) <= Date.now() + LIMITS.playground_key_ms);
    assert.doesNotMatch(reply.text, /wb_/, 'no key reaches the page');
  });

  test('takes one key for a session and whom it speaks for; a key by its name is still the one that somebody made', async () => {
    await play();
    await play();
    const made = (await keysOf()).filter(({ name, purpose }) => name === 'lab' && purpose === 'playground');
    assert.equal(made.length, 1);
    const left = (await keysOf()).filter(({ name }) => name === 'ada');
    assert.deepEqual(
      left.map(({ state }) => state),
      ['revoked'],
      'what a killed run left behind is revoked before the first is made',
    );
    await started.server.administration.createKey({ name: 'lab' });
    const foreseen = await browser.client.ask('foresee', { key: 'lab', model: ASKED.model });
    assert.equal(foreseen.answers[0]?.refusal, null);
  });

  test('is refused by the gateway as any call would be, and has a receipt of that', async () => {
    const unknown = find(eventsOf((await play({ model: 'no-such-model' })).text), 'refused');
    assert.deepEqual([unknown.code, unknown.status], ['MODEL_UNKNOWN', 404]);
    assert.match(unknown.message, /no-such-model/);
    assert.doesNotMatch(unknown.message, /Next:/);
    assert.equal((await sealed(unknown.receipt)).public?.outcome, 'refused');
    const denied = find(eventsOf((await play({ as: 'narrow-one', model: 'claude-haiku-4-5' })).text), 'refused');
    assert.ok((denied.status ?? 0) >= 400, 'the policy of the key holds');
    await play({ as: 'narrow-one' });
    const over = find(eventsOf((await play({ as: 'narrow-one' })).text), 'refused');
    assert.equal(over.code, 'LIMIT_EXCEEDED');
  });

  test('an answer that breaks off says so after the words that came', async () => {
    await afflict({ fault: 'error_after_200', count: 1 });
    const events = eventsOf((await play()).text);
    assert.deepEqual([events[0]?.event, events.at(-1)?.event], ['started', 'refused']);
    const { status, code, message, next, receipt } = find(events, 'refused');
    assert.deepEqual([status, receipt], [null, find(events, 'started').receipt]);
    assert.ok(code.startsWith('UPSTREAM_') && message.length > 3 && next.length > 10, `${code} ${message} ${next}`);
    assert.equal((await sealed(receipt)).public?.outcome, 'cut');
  });

  test('who is nobody, what has no prompt, and who has no session are refused before there is a call', async () => {
    const nobody = await play({ as: 'labb' });
    assert.deepEqual([nobody.status, codeOf(nobody)], [401, 'KEY_INVALID']);
    assert.match(nobody.text, /did you mean \\"lab\\"/);
    assert.equal(codeOf(await play({ prompt: '' })), 'BAD_REQUEST');
    assert.equal(codeOf(await play({ prompt: 'x'.repeat(70_000) })), 'BODY_TOO_LARGE');
    const body = JSON.stringify(ASKED);
    const json = { 'content-type': 'application/json' };
    const bare = await send(browser.origin, PLAY_PATH, {
      method: 'POST',
      body,
      headers: { ...json, origin: browser.origin },
    });
    assert.equal(codeOf(bare), 'SESSION_MISSING');
    const foreign = await browser.send(PLAY_PATH, {
      method: 'POST',
      body,
      headers: { origin: 'https://evil.example' },
    });
    assert.equal(codeOf(foreign), 'ORIGIN_NOT_ALLOWED');
  });

  async function afflict(rule: Raw): Promise<void> {
    const answer = await fetch(`${bench.lab.endpoints.admin}/__lab/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rule),
    });
    assert.equal(answer.status, 200, await answer.text());
  }

  /** A call that is in the middle of its answer, and stays there for a while. */
  async function long(from: Browser): Promise<{ readonly response: IncomingMessage; readonly receipt: string | null }> {
    await afflict({ fault: 'stall', ms: 2_500, count: 1 });
    const { host, hostname, port } = new URL(from.origin);
    const headers = {
      host,
      origin: from.origin,
      cookie: from.cookie,
      'weighbridge-token': from.token,
      'content-type': 'application/json',
    };
    const request = httpRequest({ host: hostname, port, path: PLAY_PATH, method: 'POST', headers, agent: false });
    request.end(JSON.stringify({ ...ASKED, prompt: '[lab tokens=200]', max_output_tokens: 500 }));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve).on('error', reject);
    });
    response.on('error', () => undefined);
    let text = '';
    for await (const chunk of response.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      text += chunk.toString('utf8');
      if (text.includes('event: text')) break;
    }
    return { response, receipt: find(eventsOf(text.slice(0, text.lastIndexOf('\n\n') + 2)), 'started').receipt };
  }

  test('whoever leaves is a client that is gone: the call is metered as far as it came', async () => {
    const { response, receipt } = await long(browser);
    response.destroy();
    assert.equal((await sealed(receipt)).public?.outcome, 'client_gone');
  });

  test('a session has three at once; when it ends they end, and its keys are revoked', async () => {
    const other = await openBrowser(started.server);
    const three = await Promise.all([long(other), long(other), long(other)]);
    assert.equal(codeOf(await play({}, other)), 'OVERLOADED');
    assert.equal((await play()).status, 200, 'another session is not held up');
    await browser.client.ask('endSession', { id: other.session });
    for (const { receipt } of three) assert.equal((await sealed(receipt)).public?.outcome, 'client_gone');
    const made = (await keysOf()).filter(
      ({ name, purpose, state }) => name === 'lab' && purpose === 'playground' && state === 'revoked',
    );
    assert.equal(made.length, 1, 'one key for its three calls');
    const left = (await keysOf()).filter(({ purpose, state }) => purpose === 'playground' && state === 'in force');
    assert.ok(left.length > 0, 'those of the other session stay');
  });

  test('a stop ends what goes on, and revokes what it made', async () => {
    await long(browser);
    await started.server.stop();
    const made = started.server.administration.keys().filter(({ purpose }) => purpose === 'playground');
    assert.ok(made.length > 2 && made.every(({ revoked }) => revoked));
  });
});
