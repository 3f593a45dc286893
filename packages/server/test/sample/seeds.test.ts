// One scenario file for the simulator, the clouds and the sample organisation: its contracts, claims and playbook are those that the
// file says, each marked as simulated, and a file with a fault makes no sample.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { openJournal } from '@weighbridge/journal';
import { checkedScenario, checkScenario, SCENARIO_FILES } from '@weighbridge/planner';
import { CONTROL } from '@weighbridge/protocol';
import {
  makeSample,
  openBlobs,
  openDealDesk,
  openSampleHome,
  readMark,
  type DealDesk,
  type Home,
} from '@weighbridge/server';
import { claimsAt } from '../../src/deal/claims.ts';
import { openScenarioDesk } from '../../src/scenario/scenario-desk.ts';
import { checkSeeds, marked, readSeeds } from '../../src/sample/seeds.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-seeds-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const NOW = Date.UTC(2026, 10, 27, 15, 25);
const textOf = (name: string): string => readFileSync(SCENARIO_FILES[name] ?? '', 'utf8');
const MID_SIZE = textOf('mid-size');

const faults = (text: string): readonly string[] =>
  checkScenario(text, checkSeeds).problems.map(({ path, line, message, mend }) => {
    assert.ok(line > 1, `${path} has its line`);
    assert.notEqual(mend, '');
    return `${path}: ${message}`;
  });

/** The desk over a sample that was made. */
function withDesk<Value>(home: Home, work: (desk: DealDesk) => Value): Value {
  const journal = openJournal(home.journal);
  const never = (): never => assert.fail('nothing is written');
  try {
    return work(
      openDealDesk({ journal, blobs: openBlobs(`${home.root}/blobs`), nextId: never, admin: { append: never } }),
    );
  } finally {
    journal.close();
  }
}

describe('the seeds of a scenario', () => {
  test('that ships are sound, and each scenario has its own', () => {
    for (const name of Object.keys(SCENARIO_FILES)) assert.deepEqual(faults(textOf(name)), []);
    const [one, other] = [readSeeds(), readSeeds({ file: 'mid-size', text: MID_SIZE })];
    assert.deepEqual([one.name, other.name], ['alliance', 'mid-size']);
    assert.notEqual(one.digest, other.digest);
  });

  test('make the sample: its contracts, claims and playbook are those of the file, marked as simulated', async () => {
    const home = openSampleHome(join(folder, 'mid'));
    const text = MID_SIZE.replace('title: Harbour Mutual buys from a cloud as it goes (invented)', 'title: As it goes')
      .replace('proof: minutes of the FinOps round', 'proof: minutes')
      .replaceAll('a seller (invented)', 'a seller');
    await makeSample({ home, now: NOW, calls: 1_000, deal: { file: 'mine.yaml', text } });
    assert.equal(readMark(home)?.deal?.name, 'mid-size');
    withDesk(home, ({ contracts, claims, attestations, registers }) => {
      assert.deepEqual(
        contracts.all().held.map(({ id }) => id),
        ['harbour-anthropic', 'harbour-bedrock', 'harbour-cloud'],
      );
      assert.equal(contracts.held('harbour-cloud').contract.title, 'As it goes (simulated)');
      assert.ok(contracts.all().held.every((held) => held.text.startsWith('# Simulated, from the scenario mid-size')));
      const { rows } = claimsAt(claims, registers, NOW);
      const own = rows.find(({ id }) => id === 'large-hall-by-2026');
      assert.deepEqual([own?.from, own?.state, own?.value], ['entered', 'reported', '20']);
      assert.match(own?.note ?? '', /^Simulated, from the scenario mid-size\./);
      assert.match(own?.evidence[0]?.method ?? '', /invented/);
      const answered = rows.filter(({ id }) => id.startsWith('harbour-anthropic:'));
      assert.ok(
        answered.length === 3 && answered.every(({ source }) => source.title === 'answer of a seller (simulated)'),
      );
      assert.deepEqual(
        rows.filter(({ evidence, id }) => evidence.length > 0 && !id.includes(':')).map(({ id }) => id),
        ['large-hall-by-2026'],
        'no claim of the alliance is moved by the other scenario',
      );
      assert.deepEqual([...attestations.all().keys()].toSorted(), ['audit_trail_verified_at', 'chargeback_published']);
      assert.equal(attestations.all().get('chargeback_published')?.proof, 'minutes (simulated)');
    });
  });

  test('of another scenario make the sample anew; the same ones leave it as it is', async () => {
    const home = openSampleHome(join(folder, 'anew'));
    const deal = { file: 'mid-size', text: MID_SIZE };
    await makeSample({ home, now: NOW, calls: 1_000 });
    assert.equal((await makeSample({ home, now: NOW, calls: 1_000 })).made, false);
    assert.equal((await makeSample({ home, now: NOW, calls: 1_000, deal })).made, true);
    assert.equal((await makeSample({ home, now: NOW, calls: 1_000, deal })).made, false);
    withDesk(home, ({ claims }) => assert.equal(claims.held('large-hall-by-2026').from, 'entered'));
  });

  test('with a fault are refused at their place, and make no sample', async () => {
    const broken = MID_SIZE.replace('until: <day 330>, amount: "<usd 1800>"', 'until: <day -40>, amount: "-5"')
      .replace('exit-right: Leaving', 'exit-rite: Leaving')
      .replace('- claim: large-hall-by-2026', '- claim: large-hall')
      .replace('fact: chargeback_published', 'fact: models_in_use')
      .replace('    large-hall-by-2026:\n', '    azure-compute-30bn:\n');
    const found = faults(broken);
    for (const wanted of [
      /^sample\.contracts\.harbour-cloud\.instruments\[0\]\.milestones\[0\]/,
      /^sample\.claims\.azure-compute-30bn: "azure-compute-30bn" is a claim of the register that ships/,
      /^sample\.answers\[0\]\.answers\.exit-rite: "exit-rite" is no question/,
      /^sample\.evidence\[0\]\.claim: "large-hall" is a claim neither of the register nor of the sample/,
      /^sample\.attested\[0\]\.fact: "models_in_use" is looked up by the product itself/,
    ])
      assert.ok(
        found.some((line) => wanted.test(line)),
        `${wanted}: ${found.join('\n')}`,
      );
    const late = MID_SIZE.replace('on: <day -22>', 'on: <day -29>').replace('until: <day -31> }', 'until: <day 3> }');
    assert.deepEqual(
      faults(late).map((line) => line.split(': ')[0]),
      ['sample.evidence[0]', 'sample.evidence[1].on'],
    );
    assert.match(faults(MID_SIZE.replace('on: <day -28>', 'on: <day -45>')).join(), /^sample\.answers\[0\]\.on: /);
    const home = openSampleHome(join(folder, 'none'));
    await assert.rejects(
      makeSample({ home, now: NOW, calls: 1_000, deal: { file: 'mine.yaml', text: broken } }),
      (error) => isAppError(error) && error.code === 'DEAL_INVALID' && error.message.includes('mine.yaml:'),
    );
    assert.equal(readMark(home), undefined);
  });

  test('count as no value of the model: a run is the same with and without them', () => {
    const without = MID_SIZE.slice(0, MID_SIZE.indexOf('\n# What the sample organisation knows'));
    const [one, other] = [checkedScenario(MID_SIZE).reading, checkedScenario(without).reading];
    assert.deepEqual(one?.tags, other?.tags);
    assert.deepEqual([one?.sample?.contracts, other?.sample], [3, null]);
  });

  test('mark what does not say so itself', () => {
    assert.deepEqual(['A', 'B (invented)', 'Simulated C'].map(marked), [
      'A (simulated)',
      'B (invented)',
      'Simulated C',
    ]);
  });
});

test('a scenario that is posted is looked at in the thread of scenarios, seeds included', async () => {
  const desk = openScenarioDesk();
  const stays = new AbortController().signal;
  const look = async (text: string) => CONTROL.checkScenario.answer.parse(await desk.check(text, stays));
  try {
    const sound = await look(MID_SIZE);
    assert.deepEqual([sound.problems, sound.reading?.id, sound.reading?.market], [[], 'mid-size', true]);
    const broken = await look(
      MID_SIZE.replace('exit-right: Leaving', 'exit-rite: Leaving').replace(
        'seller: large-cloud',
        'seller: large-clowd',
      ),
    );
    assert.equal(broken.reading, null);
    assert.deepEqual(
      broken.problems.map(({ path, line }) => [path, line > 0]),
      [
        ['channels.frontier.seller', true],
        ['sample.answers[0].answers.exit-rite', true],
      ],
    );
    const asked = CONTROL.scenario.input.parse({ name: 'own', own: MID_SIZE, paths: 20 });
    const own = await desk.run(asked, stays);
    const shipped = await desk.run(CONTROL.scenario.input.parse({ name: 'mid-size', paths: 20 }), stays);
    assert.equal(own.first.scenario, 'own');
    assert.deepEqual({ ...own.first, scenario: 'mid-size' }, shipped.first, 'the same file gives the same figures');
    await assert.rejects(
      desk.run({ ...asked, own: MID_SIZE.replace('seller: large-cloud', 'seller: large-clowd') }, stays),
      (error) =>
        isAppError(error) && error.code === 'DEAL_INVALID' && /your file:\d+:\d+: "large-clowd"/.test(error.message),
    );
    await assert.rejects(
      desk.run(CONTROL.scenario.input.parse({ name: 'alliance', against: { name: 'own' }, paths: 5 }), stays),
      (error) => isAppError(error) && error.code === 'BAD_REQUEST',
    );
  } finally {
    await desk.close();
  }
});
