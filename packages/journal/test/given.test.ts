// What a verifier's own user gets wrong is told apart from evidence that is wrong.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { checkpointProblem, isReceiptLike, keyProblem, type Journal } from '../src/index.ts';
import { generateSignerKey, parseSignerKey } from '../src/note/note-key.ts';
import { callDrafts, makeWorld, ORIGIN } from './support/world.ts';

async function written(t: TestContext): Promise<{ journal: Journal; id: string }> {
  const world = makeWorld(t);
  const recorder = world.recorder();
  const lane = world.lane();
  const { intent, call } = callDrafts(world);
  await Promise.all([lane.append(intent), lane.append(call)]);
  await lane.close();
  recorder.close();
  return { journal: world.reader(), id: call.id };
}

const otherKey = parseSignerKey(generateSignerKey(ORIGIN)).verifier.vkey;

describe('what a verifier is given', () => {
  test('is a key, or it is said what is wrong with it', () => {
    assert.equal(keyProblem(otherKey), null);
    assert.match(keyProblem('x') ?? '', /name\+hash\+base64/);
    const typo = otherKey.replace(/[A-Z](?=[^A-Z]*$)/, (letter) => (letter === 'B' ? 'C' : 'B'));
    assert.match(keyProblem(typo) ?? '', /hash in the verifier key is not of this key|form name/);
  });

  test('is a checkpoint, or it is said what is wrong with it', async (t) => {
    const { journal } = await written(t);
    assert.equal(checkpointProblem(journal.checkpoint().text), null);
    assert.match(checkpointProblem('# A readme\n') ?? '', /malformed/);
  });

  test('is a receipt though any byte of it was changed, and no receipt when it never was one', async (t) => {
    const { journal, id } = await written(t);
    const receipt = Buffer.from(journal.receiptFor(id));
    for (let at = 0; at < receipt.length; at += 1) {
      const changed = Buffer.from(receipt);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.ok(isReceiptLike(changed.toString('utf8')), `byte ${at}`);
    }
    for (const other of ['', '# Read me: the header weighbridge-receipt', '{"id":"01","public":{}}', '[]'])
      assert.equal(isReceiptLike(other), false, other);
  });
});
