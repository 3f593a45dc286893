// A seller that invoices in a unit of its own: what a call comes to there is shown with it, exactly, as the unit of the
// invoice and not as a further charge; where a seller invoices in currency nothing of it is shown.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import { begin, run, type Running } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-units-'));
let up: Running;
const ids: Record<string, string> = {};

const json = async <Value>(...words: string[]): Promise<Value> => {
  const { code, stdout, stderr } = await run([...words, '--json'], { folder });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Value;
};
const told = async (...words: string[]): Promise<string> => (await run(words, { folder })).stdout;

before(async () => {
  up = begin(['up', '--port', '0', '--latency', 'zero'], { folder });
  const [, origin = '', key = ''] = await up.said(/listens at (\S+)[^]*?Bearer (wb_\w+)[^]*\/log\/checkpoint/);
  for (const model of ['sonnet-on-foundry', 'sonnet-on-anthropic']) {
    const answer = await fetch(`${origin}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ model, max_tokens: 64, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    assert.equal(answer.status, 200, await answer.text());
    const id = answer.headers.get('weighbridge-receipt') ?? '';
    ids[model] = id;
    const deadline = performance.now() + 10_000;
    while ((await run(['receipt', id], { folder })).code !== 0) assert.ok(performance.now() < deadline, 'it is sealed');
  }
});
after(async () => {
  up.interrupt();
  await up.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** A unit is one cent: a hundred of them are a dollar, to the last digit. */
const centsOf = (dollars: string): string => moneyToDecimal(moneyFromDecimal(dollars) * 100n);

interface Shown {
  readonly commercial: { readonly cost: { readonly billed: string } };
  readonly invoiced?: { readonly unit: string; readonly quantity: string; readonly unit_price: string };
}

describe('Claude Consumption Units', () => {
  test('stand in the receipt of a call that is invoiced in them, and in no other', async () => {
    const shown = await json<Shown>('receipt', ids['sonnet-on-foundry'] ?? '');
    const { billed } = shown.commercial.cost;
    assert.deepEqual(shown.invoiced, { unit: 'CCU', quantity: centsOf(billed), unit_price: '0.01', currency: 'USD' });
    const text = await told('receipt', ids['sonnet-on-foundry'] ?? '');
    assert.ok(
      text.includes(`On the seller's invoice: ${centsOf(billed)} CCU (1 CCU = 0.01 USD), for the same total`),
      text,
    );
    const other = await json<Shown>('receipt', ids['sonnet-on-anthropic'] ?? '');
    assert.equal(other.invoiced, undefined);
    assert.doesNotMatch(await told('receipt', ids['sonnet-on-anthropic'] ?? ''), /CCU/);
  });

  test('are told by explain, for the call and for each alternative that is sold in them', async () => {
    const id = ids['sonnet-on-foundry'] ?? '';
    const shown = await json<{
      readonly cost: { readonly billed: string };
      readonly invoiced: { readonly quantity: string };
      readonly alternatives: readonly {
        readonly deployment: string;
        readonly cost: string;
        readonly invoiced: object;
      }[];
    }>('explain', id);
    assert.equal(shown.invoiced.quantity, centsOf(shown.cost.billed));
    const [alternative] = shown.alternatives;
    assert.ok(alternative !== undefined);
    assert.deepEqual(alternative.invoiced, { unit: 'CCU', quantity: centsOf(alternative.cost) });
    const text = await told('explain', id);
    assert.match(text, /^Invoice +the seller invoices the call as [\d.]+ CCU \(1 CCU = 0\.01 USD\)$/m);
    assert.match(text, /ON ITS INVOICE/);
    assert.doesNotMatch(await told('explain', ids['sonnet-on-anthropic'] ?? ''), /CCU|ON ITS INVOICE/);
  });

  test('add up in spend, as a part of the cost', async () => {
    const { rows, total } = await json<{
      readonly rows: readonly {
        readonly by: { readonly cloud: string };
        readonly cost: string;
        readonly invoiced: object[];
      }[];
      readonly total: readonly { readonly invoiced: readonly object[] }[];
    }>('spend', '--by', 'cloud');
    const foundry = rows.find(({ by }) => by.cloud === 'foundry');
    const expected = [{ unit: 'CCU', quantity: centsOf(foundry?.cost ?? '0') }];
    assert.deepEqual(foundry?.invoiced, expected);
    assert.deepEqual(rows.find(({ by }) => by.cloud === 'anthropic')?.invoiced, []);
    assert.deepEqual(total[0]?.invoiced, expected);
    const text = await told('spend', '--by', 'cloud');
    assert.match(text, /OF IT INVOICED AS/);
    assert.match(text, /^Total: .* for 2 calls; of it [\d.]+ CCU on the seller's invoice$/m);
    assert.doesNotMatch(await told('spend', '--by', 'cloud', '--since', '2020-01-01', '--until', '2020-01-02'), /CCU/);
  });
});
