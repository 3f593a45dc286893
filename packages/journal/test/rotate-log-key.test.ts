import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followRotation, openVault, retireOldKeys, rotateLogKey, verifyReceipt } from '../src/index.ts';
import { makeWorld, START } from './support/world.ts';

test('a log key is handed over by a statement that both keys sign, and both sign checkpoints until the old one retires', async (t) => {
  const world = makeWorld(t);
  world.recorder().close();
  const old = world.reader().vkey;
  const vault = openVault(world.vault);
  const rotation = rotateLogKey(vault, START);
  assert.notEqual(rotation.vkey, old);
  const { statement } = JSON.parse(rotation.public) as { statement: string };
  assert.equal(followRotation(statement, old), rotation.vkey);
  assert.throws(() => followRotation(statement.replace(String(START), '1'), old), { code: 'PROOF_INVALID' });
  assert.throws(() => followRotation(statement.slice(0, statement.lastIndexOf('—')), old), { code: 'PROOF_INVALID' });

  world.restart();
  const recorder = world.recorder();
  const lane = world.lane();
  const draft = world.draft('call');
  await lane.append(draft);
  await lane.append(world.draft('config', { public: rotation.public }));
  recorder.close();
  const receipt = world.reader().receiptFor(draft.id);
  assert.deepEqual(
    [old, rotation.vkey].map((vkey) => verifyReceipt(receipt, { vkey }).outcome),
    ['ok', 'ok'],
  );
  assert.equal(world.reader().vkey, rotation.vkey);

  retireOldKeys(openVault(world.vault));
  world.restart();
  const later = world.recorder();
  const next = world.lane();
  const second = world.draft('call');
  await next.append(second);
  later.close();
  const after = world.reader().receiptFor(second.id);
  assert.deepEqual(
    [old, rotation.vkey].map((vkey) => verifyReceipt(after, { vkey }).outcome),
    ['PROOF_INVALID', 'ok'],
  );
});
