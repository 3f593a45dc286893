import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CallDetail, PlayAs, PlayCall, PlayEvent } from '@weighbridge/protocol';
import type { ConsoleApi } from '../../src/api/port.ts';
import { playgroundSearch } from '../../src/app/search-state.ts';
import { askedOf, earlierText, playForm, playHeadline, runText } from '../../src/features/playground/model.ts';
import { failed, hear, newRun, sealed, stopped, type Run } from '../../src/features/playground/run.ts';
import { snippetsOf } from '../../src/features/playground/snippet.ts';
import { createPlayStore, type Round } from '../../src/features/playground/store.ts';
import { sampleCall } from '../support/sample-calls.ts';
import { playgroundOf } from '../support/sample-play.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const hrefOf = (path: string): string => path;
const ID = '01KB3V8Y2QH9N6W4T0XZJ5RCEM';

const started: PlayEvent = {
  event: 'started',
  data: {
    receipt: ID,
    deployment: 'sonnet-direct',
    cloud: 'anthropic',
    region: { name: 'global', grade: 1 },
    fallback: false,
    simulated: true,
    lost: [],
    ms: 200,
  },
};
const word = (text: string, ms: number, kind: 'text' | 'thinking' = 'text'): PlayEvent => ({
  event: 'text',
  data: { kind, text, ms },
});
const ended = (stop = 'stop'): PlayEvent => ({
  event: 'ended',
  data: { stop, input_tokens: 12, output_tokens: 34, ms: 900 },
});
const refused: PlayEvent = {
  event: 'refused',
  data: {
    status: 402,
    code: 'BUDGET_EXCEEDED',
    message: 'the budget is used up',
    next: 'raise it',
    receipt: ID,
    ms: 3,
  },
};
const heard = (...events: readonly PlayEvent[]): Run => events.reduce(hear, newRun('1.1', 'sonnet'));

/** As the API would give it; what a page of the playground reads of it. */
function receiptOf(seed: number, cost?: string): CallDetail {
  const made = sampleCall(seed);
  const commercial =
    cost === undefined ? made.commercial : { ...made.commercial, cost: { ...made.commercial.cost, billed: cost } };
  return { id: ID, entry: 4, at: made.at, public: made.public, commercial } as unknown as CallDetail;
}

const factsOf = (run: Run): Readonly<Record<string, string>> =>
  Object.fromEntries(runText(run, hrefOf).facts.map(({ name, value }) => [name, plain(value)]));

describe('a call as it goes on', () => {
  test('gathers words and thoughts apart, and knows when the first came', () => {
    const run = heard(started, word('Hm. ', 210, 'thinking'), word('A claim ', 240), word('is closed.', 260), ended());
    const text = runText(run, hrefOf);
    assert.deepEqual([text.words, text.thinking, text.state.text], ['A claim is closed.', 'Hm. ', 'answered']);
    assert.deepEqual(factsOf(run), {
      'First token': '210 ms',
      'Whole answer': '900 ms',
      Tokens: '12 in, 34 out',
      Deployment: 'sonnet-direct',
      Cloud: 'anthropic',
      Region: 'global',
    });
    assert.deepEqual([text.simulated, text.receipt, text.href], [true, 'The receipt is being sealed.', null]);
  });

  test('takes its figures from the receipt once that is in the log', () => {
    const run = sealed(heard(started, word('Yes.', 240), ended()), receiptOf(3, '0.0123'));
    assert.equal(runText(run, hrefOf).href, `/calls/${ID}`);
    assert.equal(factsOf(run)['Cost'], '$0.0123');
    assert.match(factsOf(run)['Tokens'] ?? '', /^[\d,]+ in, \d+ out$/);
    assert.notEqual(factsOf(run)['First token'], '240 ms');
    const late = runText(sealed(heard(started, ended()), null), hrefOf);
    assert.match(late.receipt, /not in the log yet/);
    assert.equal(late.silence, 'It ended without a word of text.');
  });

  test('says what was refused, what broke off, what was stopped, and hears nothing after its end', () => {
    const no = runText(heard(refused), hrefOf);
    assert.deepEqual(
      [no.state.text, no.problem?.what, no.problem?.next],
      ['no answer', 'the budget is used up', 'raise it'],
    );
    assert.equal(no.call, ID, 'a refused call has a receipt as well');
    const broke = heard(started, word('A cl', 240), refused, word('aim', 260));
    assert.deepEqual([runText(broke, hrefOf).state.text, broke.words], ['broke off', 'A cl']);
    const stop = stopped(heard(started));
    assert.deepEqual([runText(stop, hrefOf).state.text, stop.sealing], ['stopped', 'waiting']);
    assert.equal(runText(stop, hrefOf).silence, 'Stopped before the first word.');
    const problem = { code: 'OVERLOADED', what: 'three run', next: 'wait', requestId: null, retryable: true };
    assert.equal(failed(newRun('1', 'a'), problem).sealing, 'no');
    assert.equal(failed(stop, problem), stop);
  });

  test('remarks on a fallback, a ceiling, and what a translation lost', () => {
    const head = { ...started, data: { ...started.data, fallback: true, lost: ['temperature'] } } as PlayEvent;
    assert.deepEqual(runText(heard(head, word('So', 1), ended('length')), hrefOf).remarks, [
      'Another deployment failed first.',
      'Cut by the ceiling of output tokens.',
      'The translation could not carry: temperature.',
    ]);
    const long = heard(started, word('x'.repeat(400_000), 1), word('y', 2));
    assert.deepEqual([long.words.length, long.cut], [400_000, true]);
  });
});

describe('the form', () => {
  const { as } = playgroundOf();
  const chosen = { as: '', models: [], max: '200', temperature: '' };

  test('speaks for the first there is, asks its first two models, and holds what the address says', () => {
    const form = playForm(as, chosen);
    assert.deepEqual([form?.as, form?.models, form?.more], ['search-app', ['sonnet', 'claude-sonnet-4-5'], true]);
    assert.match(form?.counted ?? '', /^Counted to team search, project assistant, under .* key search-app\.$/);
    const other = playForm(as, { ...chosen, as: 'coding-agents', models: ['opus', 'gone', 'opus'] });
    assert.deepEqual([other?.models, other?.more], [['opus', 'gone', 'opus'], false]);
    assert.deepEqual(other?.modelChoices, ['opus', 'sonnet', 'gone']);
    assert.equal(playForm([], chosen), null);
    const two = ['art', 'science'].map((team): PlayAs => ({ ...(as[0] as PlayAs), id: `search-app/${team}`, team }));
    assert.deepEqual(
      playForm(two, chosen)?.asChoices.map(({ text }) => text),
      ['search-app, art, assistant', 'search-app, science, assistant'],
    );
    assert.equal(playForm(two, { ...chosen, as: 'search-app' })?.as, 'search-app/art', 'the first of that name');
  });

  test('asks only once there is a prompt, and leaves out what nobody chose', () => {
    const form = playForm(as, chosen);
    assert.equal(askedOf(form, chosen, { system: 'Be brief.', prompt: '  ' }), null);
    assert.equal(askedOf(null, chosen, { system: '', prompt: 'Yes?' }), null);
    assert.deepEqual(askedOf(form, { max: '', temperature: '0' }, { system: '', prompt: 'Yes?' }), {
      as: 'search-app',
      system: '',
      prompt: 'Yes?',
      temperature: 0,
    });
  });

  test('an address with bounds that are none falls back', () => {
    const { value, ignored } = playgroundSearch.read({ max: '0', temp: '3', models: 'a,b' });
    assert.deepEqual([value.max, value.temp, value.models, ignored], ['400', '', 'a,b', ['max', 'temp']]);
    for (const temp of ['0', '0.7', '1.25', '2', '2.0', ''])
      assert.equal(playgroundSearch.read({ temp }).value.temp, temp);
  });
});

describe('the headline', () => {
  const asked = { as: 'a', system: '', prompt: 'When?\nSay.' };
  const round = (...runs: readonly Run[]): Round => ({ id: 1, at: 0, asked, runs });
  const named = (run: Run, key: string, model: string): Run => ({ ...run, key, model });
  const full = heard(started, word('Yes.', 240), ended());

  test('says who was quickest and cheapest, only where all are known', () => {
    const cheap = named(sealed(full, receiptOf(2, '0.001')), 'b', 'haiku');
    const dear = named(sealed(full, receiptOf(3, '0.1')), 'c', 'opus');
    const { first, second } = playHeadline(round(dear, cheap));
    assert.match(plain(first), /^(?:haiku|opus) began first, after \d+ ms; haiku cost least, \$0\.001\.$/);
    assert.equal(second, 'Together they cost $0.101.');
    const open = playHeadline(round(dear, named(full, 'd', 'gpt')));
    assert.doesNotMatch(open.first, /cost least/);
    assert.match(open.second, /once their receipts are sealed/);
    const unpriced = sealed(full, receiptOf(3));
    const none = { ...unpriced, receipt: { ...receiptOf(3), commercial: null } } as Run;
    assert.doesNotMatch(playHeadline(round(dear, named(none, 'e', 'x'))).first, /cost least/);
  });

  test('says what goes on, what came alone, and that nothing came', () => {
    assert.match(playHeadline(undefined).first, /up to three models/);
    assert.deepEqual(playHeadline(round(full, newRun('2', 'haiku'))), {
      first: 'Asking sonnet, haiku.',
      second: '1 of 2 have ended.',
    });
    const one = playHeadline(round(full, named(heard(refused), '2', 'haiku')));
    assert.equal(plain(one.first), 'sonnet began to answer after 240 ms.');
    assert.equal(one.second, 'One of 2 did not come to an answer.');
    assert.equal(playHeadline(round(heard(refused))).first, 'No answer came.');
  });

  test('an earlier question is told by its first line and what each came to', () => {
    const text = earlierText(round(full), hrefOf);
    assert.match(text.title, /^1970-01-01 .*: When\?$/);
    assert.deepEqual(text.rows[0]?.cells.map(plain), ['sonnet', 'answered', '240 ms', '', 'Yes.']);
  });
});

test('the same call as code: a shell takes the body apart as it was, whatever was typed', () => {
  const asked = { system: '', prompt: '', max_output_tokens: 20, temperature: 0.5 };
  const bodyOf = (prompt: string, system: string): unknown => {
    const made = snippetsOf({ origin: 'http://127.0.0.1:7411', model: "it's", asked: { ...asked, prompt, system } });
    const script = made[0]?.text.replace(/^curl/, 'set -- ') ?? '';
    const { stdout } = spawnSync('sh', ['-c', `${script}\nfor last; do :; done; printf %s "$last"`]);
    return JSON.parse(stdout.toString('utf8'));
  };
  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  fc.assert(
    fc.property(text, text, (prompt, system) => {
      const messages = [
        ...(system.trim() === '' ? [] : [{ role: 'system', content: system }]),
        { role: 'user', content: prompt },
      ];
      const body = { model: "it's", messages, max_completion_tokens: 20, temperature: 0.5, stream: true };
      assert.deepEqual(bodyOf(prompt, system), body);
    }),
    { numRuns: 25, examples: [['it\'s `$(date)` \\ "x"\n%', "'"]] },
  );
  const [, typescript, python] = snippetsOf({ origin: 'http://o', model: 'm', asked: { system: '', prompt: 'Hi' } });
  assert.match(
    typescript?.text ?? '',
    /model: "m",\n {2}messages: \[\{"role":"user","content":"Hi"\}\],\n {2}stream: true/,
  );
  assert.match(python?.text ?? '', /model="m",\n {4}messages=\[\{"role":"user","content":"Hi"\}\],\n {4}stream=True/);
});

describe('the memory of a tab', () => {
  type Find = { readonly kind: 'call'; readonly id: string; readonly label: string };
  function storeWith(play: (call: PlayCall) => Promise<null>, found: () => readonly Find[]) {
    const asked: string[] = [];
    const ask = (name: string) => {
      asked.push(name);
      return Promise.resolve({ ok: true, value: name === 'find' ? { rows: found() } : receiptOf(3) });
    };
    const api = { ask, play } as unknown as Pick<ConsoleApi, 'ask' | 'play'>;
    const wait = (): Promise<void> => Promise.resolve();
    return { asked, store: createPlayStore({ api, now: () => 5, wait, soon: (tell) => tell() }) };
  }
  const ROW: Find = { kind: 'call', id: ID, label: 'call' };
  const question = { as: 'a', system: '', prompt: 'When?' };

  test('asks each model once, looks for the receipt until it is there, and tells of all of it', async () => {
    let looks = 0;
    const { asked, store } = storeWith(
      async ({ asked: { model }, on }) => {
        for (const event of [started, word(`${model}!`, 240), ended()]) on(event);
        return Promise.resolve(null);
      },
      () => ((looks += 1) > 3 ? [ROW] : []),
    );
    let told = 0;
    const done = new Promise<void>((resolve) => {
      store.watch(() => {
        told += 1;
        if (store.state().rounds[0]?.runs.every(({ sealing }) => sealing === 'sealed') === true) resolve();
      });
    });
    store.ask(question, ['sonnet', 'haiku']);
    await done;
    const [round] = store.state().rounds;
    assert.deepEqual(
      round?.runs.map(({ key, words, state }) => `${key} ${words} ${state}`),
      ['1.1 sonnet! ended', '1.2 haiku! ended'],
    );
    assert.deepEqual([round?.at, asked.filter((name) => name === 'receipt').length, told > 6], [5, 2, true]);
    store.clear();
    assert.deepEqual(store.state().rounds, []);
  });

  test('stops one or all; what was stopped is looked for as well', async () => {
    const { store } = storeWith(
      ({ on, signal }) => {
        on(started);
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(null));
        });
      },
      () => [ROW],
    );
    store.ask(question, ['sonnet', 'haiku']);
    const settled = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          const runs = store.state().rounds[0]?.runs ?? [];
          if (runs.filter(({ sealing }) => sealing === 'sealed').length === count) resolve();
        };
        store.watch(look);
      });
    store.clear();
    assert.equal(store.state().rounds.length, 1, 'what goes on is not forgotten');
    const one = settled(1);
    store.stop('1.2');
    await one;
    assert.deepEqual(
      store.state().rounds[0]?.runs.map(({ state }) => state),
      ['waiting', 'stopped'],
    );
    const both = settled(2);
    store.stop();
    await both;
    assert.ok(store.state().rounds[0]?.runs.every(({ state }) => state === 'stopped'));
  });

  test('keeps what is typed, and the last twenty questions', () => {
    const { store } = storeWith(
      () => Promise.resolve(null),
      () => [ROW],
    );
    store.setDraft({ prompt: 'a' });
    store.setDraft({ system: 'b' });
    assert.deepEqual(store.state().draft, { prompt: 'a', system: 'b' });
    for (let i = 0; i < 25; i += 1) store.ask(question, ['sonnet']);
    assert.deepEqual([store.state().rounds.length, store.state().rounds[0]?.id], [20, 25]);
  });
});
