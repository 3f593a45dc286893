import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAIN_FORM, shellWord, typedAs } from '@weighbridge/protocol';

test('a command is put as it is typed where the instance was started; any other text is left alone', () => {
  const form = { start: 'npm run weighbridge --', options: '--home /srv/scale --log sample' };
  assert.equal(
    typedAs(form, 'weighbridge spend --by team'),
    'npm run weighbridge -- spend --by team --home /srv/scale --log sample',
  );
  assert.equal(typedAs(PLAIN_FORM, 'weighbridge calls'), 'weighbridge calls');
  for (const text of ['weighbridges', '01KB3V8Y2QH9N6W4T0XZJ5RCEM', '', ' weighbridge calls'])
    assert.equal(typedAs(form, text), text);
});

test('a folder is one word of a shell, whatever its name', () => {
  assert.equal(shellWord('/srv/scale-1'), '/srv/scale-1');
  assert.equal(shellWord("/my files/it's"), String.raw`'/my files/it'\''s'`);
  assert.equal(shellWord(''), "''");
});
