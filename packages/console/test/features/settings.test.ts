import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ControlKey } from '@weighbridge/protocol';
import { settingsSearch } from '../../src/app/search-state.ts';
import {
  actorText,
  configurationText,
  historyTexts,
  keyColumns,
  keyFacts,
  settingsHeadline,
} from '../../src/features/settings/model.ts';
import { secretOf } from '../../src/features/sign-in/model.ts';
import { spokenText } from '../../src/parts/data-table/cell.ts';
import { configurationOf, historyOf, keysOf } from '../support/sample-fleet.ts';

const { rows } = keysOf({ all: true, limit: 100 });
const key = (given: Partial<ControlKey> = {}): ControlKey => ({ ...(rows[0] as ControlKey), ...given });

describe('settings', () => {
  test('the headline says what is in force, since when, and what to look at', () => {
    const view = configurationOf();
    const headline = settingsHeadline(rows, view);
    assert.match(headline?.first ?? '', /^The configuration of weighbridge\.yaml is in force since 2026-11-20/);
    assert.equal(headline?.second, '4 keys are in force. 1 place needs a second look.');
    const quiet = settingsHeadline(null, { ...view, since: null, warnings: [] });
    assert.deepEqual(quiet, {
      first: 'The configuration of weighbridge.yaml is in force.',
      second: 'Nothing in it needs a second look.',
    });
    assert.equal(settingsHeadline(rows, null), null);
  });

  test('a key says what it may use; one that no configuration lists may use nothing', () => {
    const may = (given: Partial<ControlKey>): string =>
      spokenText(keyColumns()[4]?.cell(key(given)) ?? { kind: 'text', text: '' });
    assert.equal(may({}), 'every route');
    assert.equal(may({ policy: null }), 'nothing: the configuration does not list it');
    assert.equal(
      may({ policy: { routes: ['opus'], clouds: ['bedrock'], regions: ['eu-central-1'] } }),
      'opus on bedrock in eu-central-1',
    );
    assert.deepEqual(
      keyColumns().map((column) => column.key),
      [...settingsSearch.initial.cols],
    );
    const facts = Object.fromEntries(
      keyFacts(key({ revoked: 0, purpose: 'start' })).map(({ name, value }) => [name, value]),
    );
    assert.deepEqual(
      [facts['Team'], facts['Revoked'], facts['Made by'], facts['Expires']],
      ['search', '1970-01-01 00:00:00 UTC', 'a start, for its own use', 'never'],
    );
  });

  test('the configuration is shown section by section, warnings with their place and mend', () => {
    const text = configurationText(configurationOf());
    assert.deepEqual(
      text.sections.map(({ name, summary }) => `${name}: ${summary}`),
      [
        'organisation: "Acme Insurance"',
        'deployments: 5 entries',
        'routes: sonnet, haiku, opus, gpt',
        'keys: 5 entries',
      ],
    );
    assert.deepEqual(
      text.warnings.map(({ where, next }) => `${where} ${next}`),
      ['deployments.sonnet-direct.region, line 14 name a region_set, or say that any will do'],
    );
    assert.deepEqual(JSON.parse(text.whole), configurationOf().config);
  });

  test('history tells what changed, from what to what, and who did it', () => {
    const [newest, first] = historyTexts(historyOf());
    assert.equal(newest?.title, '3 changes in weighbridge.yaml');
    assert.equal(newest?.by, 'File changed, noticed by the instance');
    assert.deepEqual(newest?.changes.map(({ path, before, after }) => [path, before, after]).slice(0, 2), [
      ['routes.sonnet.candidates.0.deployment', '"sonnet-direct"', '"sonnet-eu-central-1"'],
      ['deployments.opus-europe-west1.max_concurrency', null, '20'],
    ]);
    assert.equal(newest?.changes[2]?.after, null);
    assert.equal(first?.title, 'First in force: weighbridge.yaml');
    assert.equal(actorText({ via: 'console', session: '01K' }), 'in this console, session 01K');
  });
});

describe('the sign-in page', () => {
  test('takes a link, its end, or the secret alone, and nothing else', () => {
    const secret = 'abcdefghijklmnop_-12';
    for (const text of [secret, `#link=${secret}`, ` http://127.0.0.1:7412/console/#link=${secret}\n`])
      assert.equal(secretOf(text), secret, text);
    for (const text of ['', 'hello', 'http://127.0.0.1:7412/console/', `#link=${secret}?x`, 'x'.repeat(200)])
      assert.equal(secretOf(text), null, text);
  });
});
