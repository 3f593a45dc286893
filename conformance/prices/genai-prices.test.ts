// Two price catalogues kept by different people agree, or the difference is explained in writing with the page that
// settles it. An explanation that no longer explains anything fails too: the catalogue moved and nobody looked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DOCUMENT, loadComparison } from './load.ts';
import { claimed, disagreementTable } from './table.ts';

const { explanations, outcomes } = loadComparison();
const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
const explained = explanations.flatMap((each) => claimed(each).map((id) => ({ id, by: each.id })));

/** Models whose every case that the seller publishes (every case we price) agrees. */
const agreeing = new Set(outcomes.filter((each) => each.agree).map((each) => each.model));
for (const outcome of outcomes) if (!outcome.agree && outcome.ours !== null) agreeing.delete(outcome.model);

test('at least fifty models agree in every published case', (context) => {
  const agreed = outcomes.filter((each) => each.agree).length;
  const compared = new Set(outcomes.map((each) => each.model)).size;
  context.diagnostic(
    `${outcomes.length} cases of ${compared} models: ${agreed} agree, ${outcomes.length - agreed} are explained`,
  );
  context.diagnostic(`${agreeing.size} models agree in every published case`);
  assert.ok(agreeing.size >= 50, `only ${agreeing.size} models agree in every case that their seller publishes`);
});

test('every disagreement is explained', () => {
  const known = new Set(explained.map((each) => each.id));
  const open = outcomes.filter((each) => !each.agree && !known.has(each.id));
  assert.deepEqual(
    open.map((each) => `${each.id}: ours ${each.ours ?? 'unpriced'}, theirs ${each.theirs ?? 'no price'}`),
    [],
    'explain these in conformance/prices/explained.yaml with the page that settles them, or correct the row',
  );
});

test('every explanation still explains a disagreement', () => {
  const idle = explained.filter(({ id }) => byId.get(id)?.agree !== false).map(({ id, by }) => `${by}: ${id}`);
  assert.deepEqual(idle, [], 'these no longer disagree (or are no longer compared): take them out of explained.yaml');
});

test('no disagreement is explained twice, and each explanation names its reason and its source', () => {
  const ids = explained.map((each) => each.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const each of explanations) {
    assert.ok(each.why.length > 40 && each.source.length > 20, `${each.id} lacks a reason or a source`);
    assert.ok(['ours', 'theirs', 'neither'].includes(each.right), `${each.id} does not say who is right`);
  }
});

test('docs/prices.md shows the disagreements as they are', () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  assert.ok(
    document.includes(disagreementTable(explanations, outcomes)),
    'run `node conformance/prices/write-table.ts` and commit docs/prices.md',
  );
});
