import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DeploymentRow, LaneHealth, RouteRow } from '@weighbridge/protocol';
import { DEPLOYMENT_COLUMNS } from '../../src/app/search-state.ts';
import { featuresOf, foreseenTexts, tagsOf } from '../../src/features/fleet/foresee.ts';
import {
  circuitWords,
  deploymentColumns,
  deploymentPanel,
  deploymentsHeadline,
} from '../../src/features/fleet/model.ts';
import { replayText } from '../../src/features/fleet/replay.ts';
import { routesHeadline, routeText } from '../../src/features/fleet/routes.ts';
import { spokenText } from '../../src/parts/data-table/cell.ts';
import { deploymentsOf, foreseenOf, replayedOf, routesOf } from '../support/sample-fleet.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const hrefOf = (path: string, filter?: string): string => (filter === undefined ? path : `${path}?q=${filter}`);
const { at, rows } = deploymentsOf();
const find = (id: string): DeploymentRow => {
  const row = rows.find((one) => one.id === id);
  assert.ok(row !== undefined);
  return row;
};

describe('deployments', () => {
  test('the headline names what is out, on which lanes, and why', () => {
    const { first, second } = deploymentsHeadline({ at, rows });
    assert.equal(first, '4 of 5 deployments would take a call now.');
    assert.match(
      second,
      /^sonnet-eu-central-1 is out \(circuit open: .*\)\. haiku-swedencentral is out on some lanes \(.*\)\. \d+ calls are in flight\.$/,
    );
    const up = rows.filter(({ state }) => state === 'up');
    assert.equal(deploymentsHeadline({ at, rows: up }).first, 'All 3 deployments would take a call now.');
    assert.match(deploymentsHeadline({ at, rows: up.slice(0, 1) }).first, /^The one deployment would/);
    assert.equal(deploymentsHeadline({ at, rows: [] }).first, 'No deployment is configured.');
  });

  test('circuits are told for all lanes, or for how many of them', () => {
    const lane = (circuit: LaneHealth['circuit']): LaneHealth => ({ ...(rows[0]?.lanes[0] as LaneHealth), circuit });
    assert.equal(circuitWords([lane('closed'), lane('closed')]).text, 'closed');
    assert.deepEqual(circuitWords([lane('open'), lane('closed')]), { text: 'open on 1 of 2 lanes', tone: 'bad' });
    assert.equal(circuitWords([lane('half_open'), lane('half_open')]).text, 'trying');
    assert.equal(circuitWords([lane('half_open'), lane('open')]).text, 'open on 1 of 2 lanes');
    assert.equal(circuitWords([]).text, 'none', 'where no lane runs nothing is closed');
  });

  test('the table has each column of the address; a row leads to its calls', () => {
    const columns = deploymentColumns(hrefOf);
    assert.deepEqual(
      columns.map(({ key }) => key),
      [...DEPLOYMENT_COLUMNS],
    );
    assert.deepEqual(
      columns.map(({ cell }) => spokenText(cell(find('sonnet-eu-central-1')))),
      [
        'sonnet-eu-central-1',
        'down',
        'open',
        'claude-sonnet-4-5',
        'bedrock',
        'eu-central-1, grade 1',
        'standard',
        '0',
        'no limit',
        'region',
        'ready',
        'sonnet',
      ],
    );
    const link = columns[0]?.cell(find('gpt-direct'));
    assert.ok(link?.kind === 'text' && link.href === '/calls?q=deployment:gpt-direct');
  });

  test('beside the table each lane says what it would do, and when that changes', () => {
    const { lanes, facts, simulated } = deploymentPanel(find('haiku-swedencentral'));
    assert.equal(simulated, true);
    assert.deepEqual(
      lanes.map(({ lane, circuit, reason, until }) => plain(`${lane} ${circuit.text} ${reason} ${until}`).trim()),
      ['1 open circuit open: repeated faults of the region tried again in 21.4 s', '2 closed takes calls'],
    );
    assert.ok(facts.some(({ name, value }) => name === 'Credential' && value === 'foundry, ready'));
    const unknown = { ...find('gpt-direct'), credential: { name: 'openai', ready: null }, max_concurrency: 5 };
    const told = Object.fromEntries(deploymentPanel(unknown).facts.map(({ name, value }) => [name, value]));
    assert.deepEqual([told['Credential'], told['In flight']], ['openai, not known', '4 of 5']);
  });
});

describe('routes', () => {
  test('the headline says which would serve, and which with less than is configured', () => {
    const routes = routesOf();
    assert.equal(routesHeadline(routes).first, 'All 4 routes would serve a call now.');
    assert.equal(routesHeadline(routes).second, 'With fewer candidates than configured: sonnet, haiku.');
    const down = routes.rows.map((row) =>
      row.id === 'opus'
        ? { ...row, candidates: row.candidates.map((one) => ({ ...one, state: 'down' as const })) }
        : row,
    );
    assert.match(routesHeadline({ at, rows: down }).first, /^3 of 4 routes .*; opus would not\.$/);
    assert.equal(routesHeadline({ at, rows: [] }).first, 'No route is configured.');
  });

  test('candidates stand in their order, or with their share', () => {
    const [sonnet, , opus, gpt] = routesOf().rows.map((row) => routeText(row, hrefOf));
    assert.deepEqual(
      sonnet?.candidates.map(({ order, deployment, state }) => `${order} ${deployment} ${state.text}`),
      ['1 sonnet-direct up', '2 sonnet-eu-central-1 down'],
    );
    assert.equal(sonnet?.names, 'also asked for as claude-sonnet-4-5, default');
    assert.equal(plain(gpt?.candidates[0]?.order ?? ''), '100 %');
    assert.deepEqual(
      sonnet?.candidates.map(({ marks, first, wait, there }) => plain(`${marks[0] ?? ''} ${first} ${wait} ${there}`)),
      ['control 100 % 412 ms every request', 'canary 0 %  only when it uses images and it has at most 200000 bytes'],
    );
    assert.deepEqual(opus?.candidates[0]?.marks, ['reserved']);
    assert.deepEqual(sonnet?.candidates[0]?.marks, ['control', 'batch']);
    assert.ok(opus?.facts.some(({ name, value }) => name === 'Output' && value === '32,000 tokens at most'));
    assert.ok(opus?.facts.some(({ name, value }) => name === 'First token' && plain(value) === '30.0 s'));
  });
});

describe('the way of a call', () => {
  const [sonnet, haiku, opus, gpt] = routesOf().rows.map((row) => routeText(row, hrefOf).path);
  const stepOf = (path: typeof sonnet, name: string): string =>
    plain(path?.find(({ key }) => key === name)?.text ?? 'no such step');

  test('is drawn in the order in which it is evaluated; what answers nobody stands beside it', () => {
    assert.deepEqual(
      [sonnet, haiku, opus, gpt].map((path) => path?.map(({ key }) => key).join(' ')),
      ['arms candidates hedge batch', 'cache candidates cascade', 'candidates queue hedge bypass', 'candidates mirror'],
    );
    assert.deepEqual(
      gpt?.map(({ kind }) => kind),
      ['through', 'beside'],
    );
  });

  test('says what each step does, to how many, and what happens else', () => {
    assert.equal(stepOf(sonnet, 'arms'), 'Each caller stays in one: canary 5 %, control 95 %.');
    assert.match(stepOf(sonnet, 'candidates'), /^In this order, the first that takes calls\. Up to 3 attempts, /);
    assert.match(
      stepOf(sonnet, 'hedge'),
      /^No content by the 95th percentile of late: .* For 5 % of the calls at most\.$/,
    );
    assert.match(stepOf(opus, 'hedge'), /^No content after 800 ms: a second leg goes to the next candidate/);
    assert.match(stepOf(sonnet, 'batch'), /through the batch API of sonnet-direct at batch price/);
    assert.equal(
      stepOf(haiku, 'cascade'),
      'The answer is held back and checked: it is finished; it fits a JSON Schema; it has 40 characters or more; it does not say “I cannot help”. One that fails is asked of the next candidate; that of the last is not checked.',
    );
    assert.match(stepOf(haiku, 'cache'), /^An identical request of the same team within 1h/);
    assert.match(stepOf(opus, 'queue'), /waits up to 5\.00 s, 256 on a lane at most/);
    assert.match(
      stepOf(gpt, 'mirror'),
      /^Once answered, 10 % of the calls of which it holds that model is gpt-4\.1 are sent once more; .* evaluation bears it/,
    );
    assert.equal(
      stepOf(opus, 'bypass'),
      'Only while the journal takes no entries: 5,000 calls at most, for 30 min at most, go on by “break-glass” to opus-direct, and are sealed afterwards.',
    );
  });

  test('shows whom a step concerns, how each stands and how often it is first', () => {
    const marks = sonnet?.find(({ key }) => key === 'candidates')?.marks ?? [];
    assert.deepEqual(
      marks.map(({ name, state, part }) => `${name} ${state?.text} ${part}`),
      ['sonnet-direct up 1', 'sonnet-eu-central-1 down 0'],
    );
    assert.equal(gpt?.at(-1)?.marks[0]?.state?.text, 'partly');
    const row = routesOf().rows[0] as RouteRow;
    const bare = {
      ...row,
      arms: null,
      hedge: null,
      stored_content: null,
      attempts: 1,
      candidates: row.candidates.slice(0, 1),
    };
    const [only, ...more] = routeText(bare, hrefOf).path;
    assert.deepEqual([only?.title, more], ['One candidate', []]);
    const check = { finished: false, json: true, schema: false, min_chars: null, lacks: [], tool: true } as const;
    assert.match(
      stepOf(routeText({ ...bare, cascade: { ...check, lacks: [] } }, hrefOf).path, 'cascade'),
      /it is JSON; it calls a tool\./,
    );
  });
});

describe('a request foreseen', () => {
  const asked = { key: 'search-app', features: [] };
  test('says where it would go and what was left out', () => {
    const [text] = foreseenTexts(foreseenOf({ ...asked, model: 'sonnet' }));
    assert.equal(text?.sentence, 'It would go to sonnet-direct first.');
    assert.equal(text?.lanes, 'On every lane');
    assert.deepEqual(
      text?.candidates.map(({ deployment, verdict, chance }) => plain(`${deployment} ${verdict} ${chance}`).trim()),
      ['sonnet-direct first 100 %', 'sonnet-eu-central-1 rejected'],
    );
  });
  test('says what the client would be told instead, and what to do', () => {
    const [text] = foreseenTexts(foreseenOf({ ...asked, model: 'none' }));
    assert.match(text?.sentence ?? '', /^It would be refused with MODEL_UNKNOWN: no route serves "none"\.$/);
    assert.match(text?.next ?? '', /ask for one of/);
    assert.equal(text?.tone, 'bad');
  });
  test('tells lanes apart, draws by chance, and states what may go wrong', () => {
    const answer = foreseenOf({ ...asked, model: 'sonnet' }).answers[0];
    assert.ok(answer !== undefined);
    const first = [
      { deployment: 'sonnet-direct', chance: 0.7 },
      { deployment: 'sonnet-eu-central-1', chance: 0.3 },
    ];
    const doubts = [{ deployment: 'sonnet-direct', doubt: 'its credential is not there' }];
    const texts = foreseenTexts({
      at,
      answers: [
        { ...answer, lanes: [1], first, doubts },
        { ...answer, lanes: [2, 3] },
      ],
    });
    assert.deepEqual(
      texts.map(({ lanes }) => lanes),
      ['On lane 1', 'On lanes 2, 3'],
    );
    assert.match(plain(texts[0]?.sentence ?? ''), /one of sonnet-direct \(70 %\), sonnet-eu-central-1 \(30 %\)/);
    assert.equal(texts[0]?.tone, 'warn');
    assert.match(texts[0]?.candidates[0]?.why ?? '', /credential is not there/);
  });
  test('reads features however they are written', () => {
    assert.deepEqual(featuresOf(' tools, images tools '), ['tools', 'images']);
    assert.deepEqual(featuresOf(''), []);
  });
});

describe('past calls under another strategy', () => {
  const found = replayedOf({ route: 'sonnet', strategy: 'sticky' });
  test('stand beside what was, each with its range, and are called simulated', () => {
    const { sentence, note, rows, unknown } = replayText(found);
    assert.equal(
      plain(sentence),
      '1,200 calls of 300 sessions of sonnet, as if its strategy had been sticky. 61 % of the prompt tokens would have come from a cache, instead of 28 %.',
    );
    assert.match(
      plain(note),
      /“Simulated” is reckoned\. For the calls as they were.* reckons 29 %; measured were 28 %\./,
    );
    assert.match(note, /Older calls of the period were not looked at\. 12 that nothing served/);
    assert.deepEqual(
      rows.slice(0, 2).map(({ what, was, would, range }) => plain(`${what}: ${was}, ${would}, ${range}`)),
      ['Cost: $41.20, $29.75, $28.10 to $31.40', 'Read from a cache: 28 %, 61 %, 57 % to 64 %'],
    );
    assert.ok(unknown.length > 0);
  });
  test('say what is not known, and make no zero of it', () => {
    const { was, would } = found;
    const blind = { ...found, modelled_cache_share: null, was, would: { ...would, cost: null, wait_ms: null } };
    const { rows } = replayText(blind);
    assert.deepEqual([rows[0]?.would, rows[0]?.range, rows[2]?.would], ['not known', '', 'not known']);
  });
});

test('tags are read as they are written in the header', () => {
  assert.deepEqual(tagsOf('task=summarise, tier = gold,nothing'), { task: 'summarise', tier: 'gold' });
});
