// What a lane learns of its own calls, what conditions see of a request, and by what a session is told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CandidateWhen, Usage } from '@weighbridge/protocol';
import { personOf, sessionOf } from '../../src/routing/belonging.ts';
import { conditionOf, type Conditioned } from '../../src/routing/condition.ts';
import { Learnt } from '../../src/routing/learnt.ts';
import { deployment, route } from '../support/fixture.ts';

const usage = (tokens: Usage['tokens'], source: Usage['source'] = 'reported'): Usage => ({ tokens, source, raw: null });
const answered = { route: 'm', deployment: 'a', stream: true, waitMs: 100, requestBytes: 3_000, now: 0 };

describe('a wait', () => {
  test('that is longer counts at once, a shorter one by and by, and it fades while nobody tries', () => {
    const learnt = new Learnt();
    const plain = usage({ input: 10, output: 1 });
    assert.equal(learnt.waitMs('a', true, 0), null);
    learnt.answered({ ...answered, usage: plain });
    learnt.answered({ ...answered, waitMs: 900, now: 1_000, usage: plain });
    assert.equal(learnt.waitMs('a', true, 1_000), 900);
    learnt.answered({ ...answered, waitMs: 100, now: 4_000, usage: plain });
    const after = learnt.waitMs('a', true, 4_000) ?? 0;
    assert.ok(after > 700 && after < 900, `${after}`);
    assert.ok((learnt.waitMs('a', true, 94_000) ?? Infinity) < after / 15);
    // Whole answers take longer than a first token, and are told apart.
    assert.equal(learnt.waitMs('a', false, 4_000), null);
  });
  test('in vain counts as long as it was', () => {
    const learnt = new Learnt();
    learnt.gaveUp('a', true, 60_000, 5);
    assert.equal(learnt.waitMs('a', true, 5), 60_000);
  });
});

describe('what a request would use', () => {
  test('is reckoned from its bytes before anything was learnt', () => {
    const { tokens, source } = new Learnt().expected({
      route: 'm',
      deployment: 'a',
      requestBytes: 3_500,
      maxOutputTokens: 100,
    });
    assert.deepEqual([tokens.input, tokens.output, source], [1_000, 100, 'estimated']);
  });
  test('follows what its route used, and the cache of each deployment', () => {
    const learnt = new Learnt();
    for (let i = 0; i < 40; i += 1) {
      learnt.answered({ ...answered, usage: usage({ input: 100, cache_read: 900, output: 40 }) });
      learnt.answered({ ...answered, deployment: 'b', usage: usage({ input: 1_000, output: 40 }) });
    }
    const at = (id: string) =>
      learnt.expected({ route: 'm', deployment: id, requestBytes: 6_000, maxOutputTokens: undefined }).tokens;
    assert.deepEqual([at('a').input, at('a').cache_read, at('a').output], [200, 1_800, 40]);
    assert.deepEqual([at('b').input, at('b').cache_read], [2_000, 0]);
    assert.deepEqual(
      [learnt.cacheShare('m', 'a'), learnt.cacheShare('m', 'c')].map((one) => one?.toFixed(2)),
      ['0.90', undefined],
    );
    // An estimate is no lesson.
    learnt.answered({ ...answered, deployment: 'c', usage: usage({ input: 1, output: 1 }, 'estimated') });
    assert.equal(learnt.cacheShare('m', 'c'), null);
    learnt.adopt({ deployments: [deployment('b', 1)], routes: [route('m', ['b'])] });
    assert.deepEqual([learnt.cacheShare('m', 'a'), learnt.waitMs('a', true, 0)], [null, null]);
  });
});

describe('a condition', () => {
  const asked: Conditioned = {
    facts: { features: ['tools'], stream: true, bodyBytes: 5_000 },
    who: { tags: { task: 'summarise', tier: 'gold' } },
    parsed: { metadata: { job: 'nightly', run: 7 } },
  };
  const rule = (when: CandidateWhen, over: Partial<Conditioned> = {}): string | null =>
    conditionOf(when)?.({ ...asked, ...over }) ?? null;

  test('holds for what the request says', () => {
    const held: readonly CandidateWhen[] = [
      { task: ['translate', 'summarise'], tags: { tier: 'gold' } },
      { metadata: { job: 'nightly', run: ['6', '7'] } },
      { features: ['tools'], without: ['images'], stream: true },
      { request_bytes: { at_least: 5_000, at_most: 5_000 } },
    ];
    for (const when of held) assert.equal(rule(when), null, JSON.stringify(when));
    assert.equal(conditionOf({}), null);
  });
  test('that does not hold says which it is', () => {
    assert.equal(rule({ task: 'translate' }), 'its task is translate');
    assert.equal(rule({ features: ['images'] }), 'it uses images');
    assert.equal(rule({ without: ['tools'] }), 'it does not use tools');
    assert.equal(rule({ stream: false }), 'it is no stream');
    assert.equal(rule({ request_bytes: { at_most: 4_999 } }), 'it has at most 4999 bytes');
    assert.equal(rule({ metadata: { toString: 'x' } }), 'its metadata toString is x');
  });
  test('is not met by what the request does not say', () => {
    assert.equal(rule({ data_class: ['public'] }), 'its data class is public');
    assert.equal(rule({ max_output_tokens: { at_most: 100 } }), 'it asks for at most 100 output tokens');
    assert.equal(rule({ max_output_tokens: { at_least: 0 } }), 'it asks for at least 0 output tokens');
    assert.equal(rule({ tags: { tier: 'gold' } }, { who: null }), 'its tag tier is gold');
  });
});

describe('a session', () => {
  const who = { organisation: 'acme', key: 'k' };
  const turn = (...messages: object[]) => ({ system: 'You are a clerk.', messages });
  const user = { role: 'user', content: [{ type: 'text', text: 'How long is a furlong?' }] };

  test('is told by its name, else its end user, else the beginning of its prompt, else its key', () => {
    const parsed = turn(user);
    const told = [
      { who: { ...who, session: 's', end_user: 'u' }, parsed },
      { who: { ...who, end_user: 'u' }, parsed },
      { who, parsed },
      { who, parsed: { messages: [] } },
    ].map(sessionOf);
    assert.deepEqual(
      told.map(({ by }) => by),
      ['session', 'end_user', 'prompt', 'key'],
    );
    assert.equal(new Set(told.map(({ hash }) => hash)).size, 4);
    assert.equal(personOf({ who: { ...who, session: 's', end_user: 'u' }, parsed }).by, 'end_user');
  });
  test('goes on as the prompt grows, and another question is another session', () => {
    const first = sessionOf({ who, parsed: turn(user) }).hash;
    const later = turn(user, { role: 'assistant', content: '220 yards' }, { role: 'user', content: 'And a rod?' });
    assert.equal(sessionOf({ who, parsed: later }).hash, first);
    assert.notEqual(sessionOf({ who, parsed: turn({ role: 'user', content: 'And a rod?' }) }).hash, first);
    const chat = { messages: [{ role: 'system', content: 'You are a clerk.' }, user] };
    assert.equal(sessionOf({ who, parsed: chat }).by, 'prompt');
  });
});
