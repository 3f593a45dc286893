// Single calls, what is behind a row, and the log, on both databases, against what the receipts themselves say.
import assert from 'node:assert/strict';
import { HOUR_MS } from '@weighbridge/protocol';
import { LIMITS } from '@weighbridge/kernel';
import { ask, type QueryName } from '../../src/queries/index.ts';
import { valueOf, type Known } from './support/oracle.ts';
import { ALL, END, erased, within, questions } from './support/questions.ts';

const { question, run } = questions();

question('calls: newest first, page by page, as far as they are kept', async (opened) => {
  const { sources, known } = opened;
  const seen: string[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await ask(sources, 'calls', { limit: 100, ...(before === undefined ? {} : { before }) });
    seen.push(...page.rows.map(({ id }) => id));
    assert.ok(page.kept.calls >= 500 && page.kept.calls < 600, `${page.kept.calls} are kept`);
    if (page.next === null) break;
    before = page.next;
  }
  assert.deepEqual(
    seen,
    known
      .slice(-seen.length)
      .map(({ id }) => id)
      .reverse(),
  );
  assert.deepEqual((await ask(sources, 'calls', { before: 1 })).rows, []);
});

question('calls: what a search finds is what it asks for', async (opened) => {
  const { sources, known } = opened;
  const { parseCallSearch } = await import('@weighbridge/protocol');
  const kept = (await ask(sources, 'calls', {})).kept.calls;
  const recent = known.slice(-kept).reverse();
  const cases: readonly (readonly [string, (call: Known) => boolean])[] = [
    ['team:team-1', (call) => call.who.team === 'team-1'],
    [
      'team:TEAM-1,team-2 outcome:completed',
      (call) => /^team-[12]$/.test(call.who.team ?? '') && call.public.outcome === 'completed',
    ],
    ['-model:claude*', (call) => valueOf(call, 'model')?.startsWith('claude') !== true],
    ['cloud:none', (call) => call.public.served === null],
    ['total:>5000', (call) => call.public.timing.ended - call.public.timing.started > 5_000],
    ['cost:<0.005', (call) => call.commercial.cost.billed !== null && Number(call.commercial.cost.billed) < 0.005],
    ['status:502 stream:no', (call) => call.public.status === 502 && !call.public.asked.stream],
    ['fallback:yes', (call) => call.public.served?.fallback === true],
    ['erased:yes', erased],
    ['"odd} and"', (call) => call.public.asked.alias.includes('odd} and')],
    [
      'ÜNÏCODE -frankfurt',
      (call) => call.public.asked.alias.includes('ünïcode') && valueOf(call, 'deployment') !== 'sonnet-frankfurt',
    ],
  ];
  for (const [text, wanted] of cases) {
    const { filters, problems } = parseCallSearch(text);
    assert.deepEqual(problems, []);
    const { rows } = await ask(sources, 'calls', { filters: [...filters], limit: 500 });
    assert.deepEqual(
      rows.map(({ id }) => id),
      recent.filter(wanted).map(({ id }) => id),
      text,
    );
    assert.ok(rows.length > 0 || text.startsWith('erased'), text);
  }
  const hour = await ask(sources, 'calls', { since: END - 3 * HOUR_MS, until: END - HOUR_MS, limit: 500 });
  assert.deepEqual(
    hour.rows.map(({ id }) => id),
    within(recent, END - 3 * HOUR_MS, END - HOUR_MS).map(({ id }) => id),
  );
});

question('behind: the calls of any row of a roll-up, from the table and from the journal alike', async (opened) => {
  const { sources, known } = opened;
  const filters = [
    { dimension: 'team' as const, values: ['team-2'] },
    { dimension: 'cloud' as const, values: ['openai'] },
  ];
  const found: string[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await ask(sources, 'behind', {
      ...ALL,
      filters,
      limit: 40,
      ...(before === undefined ? {} : { before }),
    });
    found.push(...page.rows.map(({ id }) => id));
    if (page.next === null) break;
    before = page.next;
  }
  const own = known.filter((call) => call.who.team === 'team-2' && valueOf(call, 'cloud') === 'openai').reverse();
  assert.deepEqual(
    found,
    own.map(({ id }) => id),
  );
  assert.ok(found.length > 50, 'both kept ones and older ones');
  const gone = await ask(sources, 'behind', {
    ...ALL,
    filters: [{ dimension: 'team', values: [null], erased: true }],
  });
  assert.deepEqual(
    gone.rows.map(({ id, team, erased: is }) => [id, team, is]),
    known
      .filter(erased)
      .reverse()
      .slice(0, 50)
      .map(({ id }) => [id, null, true]),
  );
});

question('a row read from the journal is the row of the table', async (opened) => {
  const { sources } = opened;
  const { rows } = await ask(sources, 'calls', { limit: 50 });
  const none = {
    read: (sql: string, params: readonly (string | null)[], most: number) =>
      sql.includes('recent_call') ? Promise.resolve([]) : sources.reader.read(sql, params, most),
  };
  const page = await ask({ ...sources, reader: none }, 'behind', { ...ALL, limit: 50 });
  assert.deepEqual(page.rows, rows);
});

question('receipt: everything of one call, with the decision it refers to', async (opened) => {
  const { sources, known } = opened;
  const call = known.find((each) => each.route === 'haiku' && !erased(each)) ?? assert.fail('no such call');
  const answer = await ask(sources, 'receipt', { id: call.id });
  assert.deepEqual(answer.public, call.public);
  assert.deepEqual(answer.personal, { who: call.who });
  assert.equal(answer.decision?.['route'], 'haiku');
  assert.equal(answer.erased, false);
  const gone = known.find(erased) ?? assert.fail('nobody was erased');
  const without = await ask(sources, 'receipt', { id: gone.id });
  assert.deepEqual([without.personal, without.erased], [null, true]);
  await assert.rejects(ask(sources, 'receipt', { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }), { code: 'RECEIPT_UNKNOWN' });
});

question('log: how it grew, and the checkpoint as it stands', async (opened) => {
  const { sources, journal, known } = opened;
  const answer = await ask(sources, 'log', ALL);
  assert.equal(answer.size, journal.checkpoint().size);
  const calls = answer.hours.filter(({ kind: of }) => of === 'call').reduce((sum, { entries }) => sum + entries, 0);
  assert.equal(calls, known.length);
});

question('an input that does not fit is refused before anything is read', async (opened) => {
  const { sources } = opened;
  const wrong: readonly (readonly [QueryName, unknown])[] = [
    ['overview', {}],
    ['overview', { since: 5, until: 5 }],
    ['overview', { since: 0, until: 9e14 }],
    ['overview', { ...ALL, filters: [{ dimension: 'shoe', values: ['x'] }] }],
    ['breakdown', { ...ALL, by: [] }],
    ['breakdown', { ...ALL, by: ['team; DROP TABLE rollup_hour'] }],
    ['breakdown', { ...ALL, by: ['team'], sort: 'calls); DROP TABLE rollup_hour; --' }],
    ['calls', { limit: 100_000 }],
    ['latency', { ...ALL, quantiles: [2] }],
  ];
  for (const [name, input] of wrong) {
    await assert.rejects(
      ask(sources, name, input as never),
      { code: 'BAD_REQUEST' },
      `${name} ${JSON.stringify(input)}`,
    );
  }
  assert.ok(LIMITS.query_ms > 0);
});

run();
