// Coverage by sums and by ids: no more of ours counts than a seller says, what is not told is not guessed, and a name that only a
// record has makes no gap.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { loadPriceBook, modelNames, trafficCoverage, type OurCell, type TheirCell } from '@weighbridge/ledger';

const their = (more: Partial<TheirCell> = {}): TheirCell => ({
  day: 20_000,
  seller: 'anthropic',
  source: 'anthropic-usage',
  scope: 'default',
  rank: 2,
  model: 'claude-opus-4-5',
  known: true,
  team: null,
  gateway: false,
  tokens: 1_000,
  requests: null,
  rows: 1,
  ids: 0,
  matchedRows: 0,
  matchedTokens: 0,
  matchedRequests: 0,
  ...more,
});
const our = (more: Partial<OurCell> = {}): OurCell => ({
  day: 20_000,
  seller: 'anthropic',
  model: 'claude-opus-4-5',
  team: null,
  tokens: 800,
  calls: 8,
  edgeTokens: 0,
  edgeCalls: 0,
  ...more,
});
const cover = (
  theirs: readonly TheirCell[],
  ours: readonly OurCell[],
  ids: Parameters<typeof trafficCoverage>[0]['ids'] = [],
) => trafficCoverage({ theirs, ours, ids, skew: () => 5 });

describe('coverage', () => {
  test('by sums: model by model, and what crossed of one does not cover another', () => {
    const { sellers, models } = cover(
      [their(), their({ model: 'claude-haiku-4-5', tokens: 500 })],
      [our({ tokens: 1_200 }), our({ model: 'claude-haiku-4-5', tokens: 100 })],
    );
    assert.deepEqual(
      models.map(({ name, theirs, crossed, over }) => [name, theirs, crossed, over]),
      [
        ['claude-opus-4-5', 1_000, 1_000, 200],
        ['claude-haiku-4-5', 500, 100, 0],
      ],
    );
    assert.deepEqual([sellers[0]?.theirs, sellers[0]?.crossed, sellers[0]?.how], [1_500, 1_100, 'sums']);
  });

  test('calls at the ends of a record make the interval', () => {
    const { sellers } = cover([their()], [our({ edgeTokens: 120 })]);
    assert.equal(sellers[0]?.doubt, 10, 'five minutes of an hour');
  });

  test('by request id where every row names one and ours are held: then exactly, and no clock matters', () => {
    const theirs = [their({ rows: 10, ids: 10, matchedRows: 7, matchedTokens: 650, tokens: 1_000, requests: 10 })];
    const ids = [{ day: 20_000, seller: 'anthropic', held: 8, unnamed: 1 }];
    const { sellers, exact } = cover(theirs, [our({ edgeTokens: 400 })], ids);
    assert.deepEqual([sellers[0]?.crossed, sellers[0]?.doubt, sellers[0]?.how], [650, 0, 'ids']);
    assert.deepEqual(exact, [{ seller: 'anthropic', matched: 7, onlyTheirs: 3, onlyOurs: 1 }]);
  });

  test('by sums where the ids of ours are no longer held', () => {
    const theirs = [their({ rows: 10, ids: 10, matchedRows: 0, tokens: 1_000 })];
    const { sellers } = cover(theirs, [our()], [{ day: 20_000, seller: 'anthropic', held: 1, unnamed: 1 }]);
    assert.deepEqual([sellers[0]?.crossed, sellers[0]?.how], [800, 'sums']);
  });

  test('of two records of one day the one that tells more counts, and none is added to the other', () => {
    const { sellers } = cover(
      [their(), their({ source: 'anthropic-cost', rank: 1, tokens: null }), their({ source: 'usage-table', rank: 1 })],
      [our()],
    );
    assert.equal(sellers[0]?.theirs, 1_000);
  });

  test('two accounts of a seller are added up, each by its own best record', () => {
    const { sellers } = cover(
      [
        their({ scope: 'a', source: 'bedrock-invocations', rank: 3 }),
        their({ scope: 'b', source: 'aws-cur', rank: 1 }),
      ],
      [our()],
    );
    assert.equal(sellers[0]?.theirs, 2_000);
  });

  test('a record that counts and tells of less than another does not pass in silence', () => {
    const log = their({ source: 'bedrock-invocations', rank: 3, tokens: 1_000 });
    const bill = their({ source: 'aws-cur', rank: 1, tokens: 5_000 });
    const { sellers, larger } = cover(
      [log, bill, { ...log, day: 20_001 }, { ...bill, day: 20_001, tokens: 1_005 }],
      [our()],
    );
    assert.equal(sellers[0]?.theirs, 2_000);
    assert.deepEqual(larger, [
      { seller: 'anthropic', source: 'aws-cur', than: 'bedrock-invocations', tokens: 4_000, days: 1 },
    ]);
  });

  test('a model that only the record names makes no gap: its day is compared as a whole, and it is told', () => {
    const { sellers, strange } = cover([their({ model: 'Claude4.5Opus', known: false })], [our()]);
    assert.deepEqual([sellers[0]?.crossed, strange], [800, [{ seller: 'anthropic', model: 'Claude4.5Opus' }]]);
  });

  test('teams: only an owner that was told whose it is; what nobody told is unknown', () => {
    const { teams } = cover(
      [their({ team: 'platform', tokens: 600 }), their({ tokens: 400 })],
      [our({ team: 'platform', tokens: 300 })],
    );
    assert.deepEqual(
      teams.map(({ name, theirs, crossed, known }) => [name, theirs, crossed, known]),
      [
        ['platform', 600, 300, true],
        [null, 400, 0, false],
      ],
    );
  });

  test("teams behind the gateway's own credentials: what crossed, of that and of what the team used past it", () => {
    const { teams } = cover(
      [their({ gateway: true, tokens: 700 }), their({ team: 'research', tokens: 300 })],
      [our({ team: 'platform', tokens: 500 }), our({ team: 'research', tokens: 100 })],
    );
    assert.deepEqual(
      teams.map(({ name, theirs, crossed }) => [name, theirs, crossed]),
      [
        ['platform', 500, 500],
        ['research', 400, 100],
        [null, 100, 0],
      ],
    );
  });

  test('a seller that counts requests alone is compared by requests', () => {
    const { sellers } = cover([their({ seller: 'github', tokens: null, requests: 36 })], []);
    assert.deepEqual([sellers[0]?.unit, sellers[0]?.theirs, sellers[0]?.crossed], ['requests', 36, 0]);
  });

  test('whatever the sides, no more crossed than was used, and nothing of ours is lost', () => {
    const models = ['a', 'b', 'c'].map((name) => ({ model: name }));
    const model = fc.constantFrom(...models);
    const day = fc.integer({ min: 1, max: 4 });
    const amount = fc.nat(1_000);
    const theirs = fc.array(
      fc.tuple(day, model, amount).map(([at, one, tokens]) => their({ ...one, day: at, tokens })),
    );
    const ours = fc.array(fc.tuple(day, model, amount).map(([at, one, tokens]) => our({ ...one, day: at, tokens })));
    fc.assert(
      fc.property(theirs, ours, (left, right) => {
        const { sellers } = cover(left, right);
        const told = new Set(left.map((cell) => cell.day));
        const crossing = right.filter((cell) => told.has(cell.day)).reduce((sum, cell) => sum + cell.tokens, 0);
        const used = left.reduce((sum, cell) => sum + (cell.tokens ?? 0), 0);
        const row = sellers[0];
        assert.equal(row?.theirs ?? 0, used);
        assert.ok((row?.crossed ?? 0) <= used);
        assert.equal((row?.crossed ?? 0) + (row?.over ?? 0), crossing);
      }),
      { numRuns: 200 },
    );
  });
});

describe('names of models', () => {
  test('ids with regions and dates, and names for people, are one name of the price book', () => {
    const name = modelNames(loadPriceBook(), { 'Claude4.5Sonnet': 'claude-sonnet-4-5' });
    const one = name('anthropic', 'claude-sonnet-4-5-20250929');
    assert.equal(one.known, true);
    for (const other of ['Claude Sonnet 4.5', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'Claude4.5Sonnet'])
      assert.deepEqual(name('aws', other), one, other);
    assert.deepEqual(name('aws', 'nobody-knows-it'), { name: 'nobody-knows-it', known: false });
  });
});
