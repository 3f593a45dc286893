// What an organisation adds to the register that ships: it is laid over it and takes the place of nothing, each fault is told where
// it stands in the file, and two versions are compared by what they say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import {
  checkOwnRegister,
  diffOwnRegisters,
  dutyOf,
  GOVERNANCE_FILES,
  gradePlaybook,
  layOver,
  judge,
  linkedGroups,
  readDutyMap,
  readOwnRegister,
  readPlaybook,
  readRegister,
  readWatchList,
  reviewsOverdue,
  ultimateParent,
  usualDutyOf,
  type BaseRegister,
} from '../src/index.ts';

const shipped = (name: 'register' | 'watchList' | 'playbook' | 'duties' | 'ownRegister'): string =>
  readFileSync(GOVERNANCE_FILES[name], 'utf8');
const register = readRegister('register.yaml', shipped('register'));
const base: BaseRegister = {
  register,
  watch: readWatchList('watch-list.yaml', shipped('watchList'), Object.keys(register.parties)),
  playbook: readPlaybook('buyer.yaml', shipped('playbook')),
  duties: readDutyMap('responsibility.yaml', shipped('duties')),
};

const TEXT = `version: 1
title: What Harbour knows of its sellers
sources:
  letter: { title: A letter, outlet: our file, captured_at: 2026-11-02 }
parties:
  harbour-holding: { name: Harbour Holding, source: letter }
  harbour-cloud: { name: Harbour Cloud, parent: harbour-holding, source: letter }
links:
  holding-invests-in-anthropic:
    type: invests_in
    from: harbour-holding
    to: anthropic
    amount: { value: "2000000", currency: USD, bound: firm }
    status: in_force
    source: letter
watch:
  works-council: { area: ai_law, parties: [harbour-cloud], title: Agreement on monitoring, date_is: not_stated, source: letter, next_review: 2026-11-20 }
facts:
  works_council_agreed: { what: the works council has agreed, kind: flag }
steps:
  ask-the-works-council:
    group: months_0_6
    text: Agree on what is recorded of people
    needs: [{ fact: works_council_agreed, is: true }]
    next: put it on the agenda
    who: compliance officer
`;

const faults = (text: string): readonly string[] =>
  checkOwnRegister(base, text)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ line, message, mend }) => `${line}: ${message}; ${mend}`);

describe('a register of ones own', () => {
  test('is laid over the one that ships, and adds to every fold of it', () => {
    const own = readOwnRegister(base, 'own.yaml', TEXT);
    const all = layOver(base, own);
    assert.equal(Object.keys(all.register.parties).length, Object.keys(register.parties).length + 2);
    assert.equal(ultimateParent(all.register, 'harbour-cloud'), 'harbour-holding');
    const [group] = linkedGroups(all.register, { types: ['invests_in'], on: '2026-11-30' });
    assert.ok(
      ['harbour-cloud', 'nvidia'].every((id) => group?.members.includes(id)),
      String(group?.members),
    );
    const late = reviewsOverdue(all.watch, Date.UTC(2026, 10, 30)).map(({ id }) => id);
    assert.ok(late.includes('works-council'));
    const step = gradePlaybook(all.playbook, { works_council_agreed: true }, 0).items.find(
      ({ id }) => id === 'ask-the-works-council',
    );
    assert.equal(step?.grade, 'done');
    assert.deepEqual(base.register, register, 'what ships stays as it is');
  });

  test('may cite what ships, and warns nobody of what ships', () => {
    const text = TEXT.replace('parent: harbour-holding, source: letter', 'parent: microsoft, source: alliance-notes');
    const { value, problems } = checkOwnRegister(base, text);
    assert.equal(value?.parties['harbour-cloud']?.parent, 'microsoft');
    assert.deepEqual(problems, []);
  });

  test('takes the place of nothing that ships', () => {
    const own = (section: string, line: string): string => `version: 1\ntitle: t\n${section}:\n  ${line}\n`;
    const party = '{ name: X, source: alliance-notes }';
    const why = 'is an id of the register that comes with Weighbridge, which is not replaced';
    for (const [section, id, line] of [
      ['parties', 'nvidia', party],
      ['parties', 'gb300-nvl72', party],
      ['sources', 'alliance-notes', '{ title: X, outlet: X, captured_at: 2026-01-01 }'],
      [
        'links',
        'nvidia-supplies-microsoft',
        '{ type: supplies, from: aws, to: nvidia, status: reported, source: calendar }',
      ],
      ['facts', 'clouds_tested', '{ what: X, kind: flag }'],
    ] as const) {
      const [first, ...more] = faults(own(section, `${id}: ${line}`));
      assert.ok(first?.startsWith(`4: "${id}" ${why}`), `${section}: ${first}`);
      assert.deepEqual(more, []);
    }
  });

  test('is refused with the line, the reason and the mend of each fault', () => {
    const broken = TEXT.replace('parent: harbour-holding', 'parent: harbour-holdin')
      .replace('to: anthropic', 'to: antropic')
      .replace('value: "2000000"', 'value: "-2000000"')
      .replace('parties: [harbour-cloud]', 'parties: [harbour-clod]')
      .replace('fact: works_council_agreed', 'fact: works_council_agred');
    assert.deepEqual(faults(broken), [
      '7: "harbour-holdin" is no party of this register; did you mean "harbour-holding"?',
      '12: "antropic" is no party of this register; did you mean "anthropic"?',
      '13: an amount is not below zero; turn the link round, or correct the sign',
      '17: "harbour-clod" is no party of the register; name one of the register',
      '24: "works_council_agred" is no fact of this playbook; did you mean "works_council_agreed"?',
    ]);
    assert.throws(
      () => readOwnRegister(base, 'own.yaml', broken),
      (error) => isAppError(error) && error.code === 'DEAL_INVALID' && error.message.includes('own.yaml:7:'),
    );
  });

  test('has no parents in a circle, and no legal identifier twice', () => {
    const circle = TEXT.replace('name: Harbour Holding,', 'name: Harbour Holding, parent: harbour-cloud,');
    assert.match(faults(circle).join(), /^[67]: the parents go in a circle: harbour-/);
    const twice = TEXT.replace(
      /source: letter }\n {2}harbour-cloud: \{/,
      'identifiers: { duns: "123456789" }, source: letter }\n  harbour-cloud: { identifiers: { duns: "123456789" },',
    );
    assert.match(faults(twice).join(), /^7: "harbour-holding" has this DUNS too/);
  });
});

describe('two versions', () => {
  const own = readOwnRegister(base, 'own.yaml', TEXT);
  test('differ in what they say, entry by entry', () => {
    const after = TEXT.replace('name: Harbour Cloud', 'name: Harbour Cloud Ltd')
      .replace('value: "2000000"', 'value: "3000000"')
      .replace(/watch:\n.*\n/, '');
    const changes = diffOwnRegisters(own, readOwnRegister(base, 'own.yaml', after));
    assert.deepEqual(
      changes.map(({ path, change }) => `${change} ${path}`).filter((line) => !line.includes('works-council.')),
      ['changed parties.harbour-cloud.name', 'changed links.holding-invests-in-anthropic.amount'],
    );
    assert.ok(changes.some(({ path, change }) => path === 'watch.works-council.title' && change === 'removed'));
    assert.deepEqual(changes[0], {
      path: 'parties.harbour-cloud.name',
      change: 'changed',
      before: 'Harbour Cloud',
      after: 'Harbour Cloud Ltd',
    });
  });
  test('do not differ in their order or layout, and the first one adds everything', () => {
    const [, head = '', parties = '', links = ''] = /^([\s\S]*?)(parties:[\s\S]*?)(links:[\s\S]*)$/.exec(TEXT) ?? [];
    assert.deepEqual(diffOwnRegisters(own, readOwnRegister(base, 'own.yaml', `${head}${links}${parties}`)), []);
    const first = diffOwnRegisters(null, own);
    assert.ok(first.length > 10 && first.every(({ change }) => change === 'added'));
    assert.ok(diffOwnRegisters(own, null).every(({ change }) => change === 'removed'));
  });
});

describe('duties and claims of ones own', () => {
  const EXAMPLE = shipped('ownRegister');
  test('the example that comes with the product is sound, and fills every part of the form', () => {
    const own = readOwnRegister(base, 'example.yaml', EXAMPLE);
    for (const [name, part] of Object.entries(own))
      if (typeof part === 'object') assert.ok(Object.keys(part).length > 0, name);
  });
  test('an own duty goes before the row of the map, which stays; every other failure keeps its row', () => {
    const laid = layOver(base, readOwnRegister(base, 'example.yaml', EXAMPLE));
    const duty = dutyOf(laid.duties, 'cloud_sold', 'availability');
    assert.deepEqual(
      [duty.own, duty.owner, duty.party, duty.clock.resolve_h, duty.sources],
      [true, 'service desk', 'our-reseller', 8, ['offer']],
    );
    assert.deepEqual(
      usualDutyOf(laid.duties, 'cloud_sold', 'availability'),
      dutyOf(base.duties, 'cloud_sold', 'availability'),
    );
    assert.deepEqual(dutyOf(laid.duties, 'cloud_sold', 'latency'), dutyOf(base.duties, 'cloud_sold', 'latency'));
    assert.deepEqual(
      dutyOf(laid.duties, 'own_accelerators', 'availability'),
      dutyOf(base.duties, 'own_accelerators', 'availability'),
    );
  });
  test('an own claim is one of the register: it has a source with the digest of what was seen, and can be judged', () => {
    const { register: all } = layOver(base, readOwnRegister(base, 'example.yaml', EXAMPLE));
    const claim = all.claims['reseller-says-p95'];
    assert.ok(claim !== undefined);
    assert.deepEqual(
      [claim.subject, claim.metric, claim.value, claim.unit, claim.conditions.length],
      ['our-reseller', 'time to first token, p95', '800', 'ms', 1],
    );
    assert.match(all.sources[claim.source]?.snapshot_sha256 ?? '', /^[0-9a-f]{64}$/);
    assert.equal(judge(claim, [], 0, all).state, 'unverified');
  });
  const change = (from: string | RegExp, to: string): readonly string[] => {
    assert.notEqual(EXAMPLE.replace(from, to), EXAMPLE, String(from));
    return faults(EXAMPLE.replace(from, to));
  };
  const WRONG: readonly (readonly [string, string | RegExp, string, RegExp])[] = [
    [
      'an unknown party',
      'party: our-reseller #',
      'party: our-resellers #',
      /"our-resellers" is no party.*did you mean "our-reseller"/,
    ],
    [
      'an unknown source',
      'source: offer\n\nclaims',
      'source: ofer\n\nclaims',
      /"ofer" is no source.*did you mean "offer"/,
    ],
    ['an unknown failure', 'failure: availability', 'failure: availabilty', /availability/],
    ['hours out of order', 'resolve_h: 8', 'resolve_h: 0', /resolve_h/],
    [
      'a party without its role',
      /^ {4}counterparty: .*\n/m,
      '',
      /it names who answers and not in which role; add `counterparty`/,
    ],
    ['told before it is seen', 'notify_h: 1', 'notify_h: 9', /would resolve before it notifies/],
    [
      'a subject of nobody',
      'subject: our-reseller',
      'subject: nobody',
      /"nobody" is no party, link, deployment or hardware/,
    ],
    ['a figure of nothing', '    unit: ms\n', '', /its figure needs either a currency or a unit/],
    [
      'an id of a claim that ships',
      'reseller-says-p95:',
      'dedicated-capacity-1gw:',
      /is an id of the register that comes with Weighbridge/,
    ],
  ];
  for (const [what, from, to, said] of WRONG)
    test(`${what} is told with its line, the reason and the mend`, () => {
      const found = change(from, to);
      assert.ok(found.length > 0, what);
      assert.match(found.join('\n'), said);
      assert.ok(
        found.every((fault) => /^[1-9]\d*: .+; .+/.test(fault)),
        found.join('\n'),
      );
    });
  test('two for one failure are refused, and a change of either is told', () => {
    const twice = EXAMPLE.replace(
      'duties: #',
      'duties:\n  another:\n    { deployment: cloud_sold, failure: availability, owner: me, clause: c, contact: c, clock: { acknowledge_h: 1, notify_h: 1, resolve_h: 8, close_h: 72 }, source: offer }\n  #',
    );
    assert.match(faults(twice).join(), /"another" is for availability of cloud_sold too; make one of the two/);
    const [was, is] = [EXAMPLE, EXAMPLE.replace('owner: service desk', 'owner: night shift')].map((text) =>
      readOwnRegister(base, 'r.yaml', text),
    );
    assert.deepEqual(diffOwnRegisters(was ?? null, is ?? null), [
      { path: 'duties.resold-outage.owner', change: 'changed', before: 'service desk', after: 'night shift' },
    ]);
  });
});
