// The settings of a tool in words: this instance's address, a route, the name of a key, and never a secret.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clientsText } from '../../src/features/clients/model.ts';

const AT = 'https://gateway.example';
const ROUTES = ['fast', 'smart'];
const asked = (over: object = {}): Parameters<typeof clientsText>[0] => ({ tool: '', model: '', key: '', ...over });

describe('clients', () => {
  test('the first tool is shown unless another is asked for, and one is marked', () => {
    const first = clientsText(asked(), AT, ROUTES);
    assert.equal(first.shown.id, 'openai');
    assert.deepEqual(
      first.tools.filter(({ chosen }) => chosen).map(({ id }) => id),
      ['openai'],
    );
    assert.equal(clientsText(asked({ tool: 'cursor' }), AT, ROUTES).shown.name, 'Cursor');
    assert.equal(clientsText(asked({ tool: 'nobody' }), AT, ROUTES).shown.id, 'openai');
  });

  test('settings hold the address, the first route, and a place for the key', () => {
    const { shown } = clientsText(asked({ tool: 'vercel-ai' }), AT, ROUTES);
    assert.match(shown.settings[0]?.text ?? '', /https:\/\/gateway\.example\/v1.*wb_…[\s\S]*openai\('fast'\)/);
    const chosen = clientsText(asked({ tool: 'vercel-ai', model: 'smart', key: 'ada' }), AT, ROUTES);
    assert.match(chosen.shown.settings[0]?.text ?? '', /<secret of ada>[\s\S]*openai\('smart'\)/);
    assert.match(clientsText(asked(), AT, []).shown.settings[1]?.text ?? '', /NAME-OF-A-ROUTE/);
  });

  test('what a test runs is said, and the command gives the same', () => {
    assert.match(clientsText(asked({ tool: 'openai-agents' }), AT, ROUTES).tested, /responses-clients/);
    assert.equal(clientsText(asked({ tool: 'cursor' }), AT, ROUTES).tested, 'no test of ours runs it');
    const { command } = clientsText(asked({ tool: 'continue', model: "a'b c", key: 'ada' }), AT, ROUTES);
    assert.equal(command, `weighbridge clients continue --model 'a'\\''b c' --key ada`);
  });

  test('a tool that calls from elsewhere says that a loopback address does not reach', () => {
    const notes = (origin: string): string =>
      clientsText(asked({ tool: 'cursor' }), origin, ROUTES).shown.notes.join('\n');
    assert.match(notes('http://127.0.0.1:7411'), /this machine alone/);
    assert.doesNotMatch(notes(AT), /this machine alone/);
  });
});
