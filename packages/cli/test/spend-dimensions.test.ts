import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from '@weighbridge/cli';
import { DIMENSIONS } from '@weighbridge/protocol';

test('`spend` splits by all that the console splits by, and says so', () => {
  const by = COMMANDS.find(({ name }) => name === 'spend')?.options.find(({ name }) => name === 'by')?.summary ?? '';
  const said = new Set(by.match(/[a-z_]+/g));
  for (const dimension of DIMENSIONS) assert.ok(said.has(dimension), dimension);
});
