// Tapes come out as they went in: every payload byte for byte, in each vendor's own framing. The corpus is read in place;
// the lab's own tapes are checked here too, so that they stay well formed.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { OWN_TAPES } from '../src/tapes.ts';
import {
  bedrock,
  claude,
  corpusFolder,
  eventsOf,
  framesOf,
  openAi,
  openTestLab,
  SONNET_US,
  user,
  type TestLab,
} from './support.ts';

const STREAMS = join(corpusFolder(), 'streams');
const corpus = existsSync(STREAMS);
const ASK = { model: 'claude-sonnet-4-5', max_tokens: 50, messages: user('play') };
const CHAT = { model: 'gpt-4.1', messages: user('play') };
const BEDROCK = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 50, messages: user('play') };

const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');

describe('tapes', () => {
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab(corpus ? { corpus: STREAMS } : {});
  });
  after(() => lab.close());

  const own = readdirSync(OWN_TAPES);

  it('the lab ships tapes of text, tools, thinking and usage in both dialects', async () => {
    const names = new Set((await lab.control.tapes()).map((tape) => tape.name));
    for (const name of [
      'lab-anthropic-text',
      'lab-anthropic-tools',
      'lab-anthropic-thinking',
      'lab-openai-text',
      'lab-openai-tools',
      'lab-openai-usage',
    ]) {
      assert.ok(names.has(name), name);
    }
  });

  for (const file of own.filter((name) => name.endsWith('.chunks.txt'))) {
    const name = file.slice(0, -'.chunks.txt'.length);
    it(`${name} plays through byte for byte as a stream`, async () => {
      const wanted = linesOf(join(OWN_TAPES, file));
      if (name.includes('anthropic')) {
        const sse = await claude(lab.endpoints, { ...ASK, stream: true }, { 'x-lab-tape': name });
        assert.deepEqual(
          eventsOf(sse.text).map((event) => event.data),
          wanted,
        );
        await lab.control.playTape(name, 1, 'bedrock');
        const binary = await bedrock(lab.endpoints, SONNET_US, BEDROCK, { stream: true });
        assert.deepEqual(
          framesOf(binary.bytes).map((frame) => Buffer.from(frame.body['bytes'] ?? '', 'base64').toString()),
          wanted,
        );
      } else {
        const sse = await openAi(lab.endpoints, { ...CHAT, model: `tape:${name}`, stream: true });
        assert.deepEqual(
          eventsOf(sse.text).map((event) => event.data),
          [...wanted, '[DONE]'],
        );
      }
    });
  }

  it('a whole tape is its file, byte for byte', async () => {
    await lab.control.playTape('lab-anthropic-tools');
    const answer = await claude(lab.endpoints, ASK);
    assert.deepEqual(answer.bytes, readFileSync(join(OWN_TAPES, 'lab-anthropic-tools.json')));
    assert.equal((await lab.control.served()).rows.at(-1)?.tape, 'lab-anthropic-tools');
    assert.equal(
      (await claude(lab.endpoints, ASK)).json['model'],
      'claude-sonnet-4-5-20250929',
      'only one request plays it',
    );
  });

  it('an unknown tape, one of another dialect and one without a stream are refused plainly', async () => {
    await assert.rejects(lab.control.playTape('nope'), { code: 'NOT_FOUND' });
    const foreign = await claude(lab.endpoints, { ...ASK, stream: true }, { 'x-lab-tape': 'lab-openai-text' });
    assert.equal(foreign.status, 400);
    assert.match(foreign.text, /speaks openai-chat/);
    const whole = await claude(lab.endpoints, ASK, { 'x-lab-tape': 'lab-anthropic-thinking' });
    assert.match(whole.text, /only a stream/);
  });

  const missing = process.env['CI'] === 'true' ? false : `the corpus is not at ${STREAMS}`;
  it(
    'every Anthropic stream of the corpus plays through byte for byte, over SSE and over the event stream',
    { skip: corpus ? false : missing },
    async () => {
      assert.ok(corpus, `CI needs the corpus at ${STREAMS}`);
      const files = readdirSync(join(STREAMS, 'anthropic')).filter((name) => name.endsWith('.chunks.txt'));
      assert.ok(files.length >= 30);
      for (const file of files) {
        const name = file.slice(0, -'.chunks.txt'.length);
        const wanted = linesOf(join(STREAMS, 'anthropic', file));
        const sse = await claude(lab.endpoints, { ...ASK, stream: true }, { 'x-lab-tape': name });
        assert.equal(sse.status, 200, `${name}: ${sse.text.slice(0, 200)}`);
        assert.deepEqual(
          eventsOf(sse.text).map((event) => event.data),
          wanted,
          name,
        );
        await lab.control.playTape(name, 1, 'bedrock');
        const binary = await bedrock(lab.endpoints, SONNET_US, BEDROCK, { stream: true });
        assert.deepEqual(
          framesOf(binary.bytes).map((frame) => Buffer.from(frame.body['bytes'] ?? '', 'base64').toString()),
          wanted,
          name,
        );
      }
    },
  );

  it(
    'the OpenAI chat stream of the corpus plays through byte for byte',
    { skip: corpus ? false : missing },
    async () => {
      const wanted = linesOf(join(STREAMS, 'openai', 'openai-text.chunks.txt'));
      const sse = await openAi(lab.endpoints, { ...CHAT, model: 'tape:openai-text', stream: true });
      assert.deepEqual(
        eventsOf(sse.text).map((event) => event.data),
        [...wanted, '[DONE]'],
      );
    },
  );
});
