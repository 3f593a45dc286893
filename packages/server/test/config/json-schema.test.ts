import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configSchemaText } from '@weighbridge/server';

test('the schema that editors use is the one that the server checks by', () => {
  const committed = readFileSync(new URL('../../../../weighbridge.schema.json', import.meta.url), 'utf8');
  assert.equal(committed, configSchemaText(), 'run: weighbridge config schema > weighbridge.schema.json');
});
