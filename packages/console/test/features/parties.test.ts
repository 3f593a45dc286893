// Parties and links in words: what ships and what was entered here are never mixed up, a file says what it would do before it is
// entered, versions say what each changed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CheckedRegister, PartyRow, RegisterView } from '@weighbridge/protocol';
import { partiesSearch } from '../../src/app/register-search.ts';
import { faultText } from '../../src/features/fault.ts';
import {
  LINK_TABLE,
  partiesHeadline,
  PARTY_TABLE,
  partyPanel,
  uploadText,
  versionTexts,
} from '../../src/features/parties/model.ts';
import { BY, ENTRY, NOW } from '../support/sample-register.ts';

const maker: PartyRow = {
  id: 'maker',
  name: 'Maker',
  kind: 'entity',
  parent: null,
  jurisdiction: 'US',
  identifiers: [{ scheme: 'duns', value: '123456789' }],
  source: 'Notes',
  note: null,
  from: 'shipped',
};
const reseller: PartyRow = {
  ...maker,
  id: 'reseller',
  name: 'Our reseller',
  parent: 'maker',
  identifiers: [],
  from: 'own',
};
const link = {
  id: 'reseller-buys',
  type: 'buys_from',
  from: 'reseller',
  from_name: 'Our reseller',
  to: 'maker',
  to_name: 'Maker',
  amount: 'up to 5 GW',
  starts: null,
  ends: null,
  status: 'in_force',
  source: 'Letter',
  note: null,
  from_register: 'own',
} as const;
const change = { path: 'parties.reseller.name', change: 'added', before: null, after: 'Our reseller' } as const;

const viewOf = (given: Partial<RegisterView> = {}): RegisterView => ({
  at: NOW,
  title: 'The alliance',
  parties: [maker, reseller],
  links: [link],
  counts: { parties: 2, links: 1, watch: 0, steps: 0 },
  own: { title: 'Ours', digest: 'a'.repeat(64), file: 'ours.yaml', entered: NOW, by: BY, text: 'version: 1' },
  unread: null,
  example: 'version: 1',
  versions: [{ entry: ENTRY, at: NOW, by: BY, digest: 'a'.repeat(64), file: 'ours.yaml', changes: [change] }],
  older: 0,
  ...given,
});

describe('parties', () => {
  test('the headline counts, and says how many were entered here and by whom', () => {
    const { first, second } = partiesHeadline(viewOf());
    assert.equal(first, '2 parties and 1 link: 2 of them entered here, the others come with Weighbridge.');
    assert.match(second, /^Yours: Ours, from ours\.yaml, entered 2026-11-22 .* by .*session/);
    const none = partiesHeadline(viewOf({ parties: [maker], links: [], own: null }));
    assert.equal(none.first, '1 party and 0 links: all of them come with Weighbridge.');
    assert.match(none.second, /one file of your own/);
  });

  test('every column of the address is one of the table, and says where a row is from', () => {
    const { value } = partiesSearch.read({});
    assert.deepEqual(PARTY_TABLE.map(({ key }) => key).toSorted(), [...value.cols].toSorted());
    assert.ok(value.linkcols.every((key) => LINK_TABLE.some((column) => column.key === key)));
    const from = PARTY_TABLE.find(({ key }) => key === 'from');
    assert.deepEqual(
      [maker, reseller].map((party) => from?.cell(party)),
      [
        { kind: 'badge', text: 'with Weighbridge', tone: 'quiet' },
        { kind: 'badge', text: 'entered here', tone: 'note' },
      ],
    );
    const where = LINK_TABLE.find(({ key }) => key === 'where');
    assert.deepEqual(where?.cell(link), { kind: 'badge', text: 'entered here', tone: 'note' });
  });

  test('a party is told with its owner by name, and what joins it to others', () => {
    const { title, facts, links } = partyPanel(reseller, viewOf());
    assert.equal(title, 'Our reseller');
    assert.equal(facts.find(({ name }) => name === 'Owned by')?.value, 'Maker');
    assert.deepEqual(
      links.map(({ says }) => says),
      ['Our reseller buys from Maker, up to 5 GW (in force)'],
    );
    assert.deepEqual(
      partyPanel(maker, viewOf({ links: [] })).facts.map(({ name }) => name),
      ['Where from', 'Kind', 'Incorporated in', 'DUNS', 'Source', 'Id'],
    );
  });
});

describe('a fault of a file', () => {
  const fault = (path: string, message: string) =>
    faultText({ severity: 'error', path, line: 7, column: 3, message, mend: 'mend it' }, 0);
  test('that begins with a place keeps the spelling of the file, and says its line', () => {
    const { where, what } = fault('links.l1.type', 'links.l1.type is missing');
    assert.deepEqual([where, what], ['line 7', 'links.l1.type is missing.']);
  });
  test('that is a sentence begins as one', () => {
    assert.equal(fault('links.l1.to', '"x" is no party of this register').what, '"x" is no party of this register.');
    assert.equal(fault('links.l1.to', 'it ends too early').what, 'It ends too early.');
  });
});

describe('a file that was dropped', () => {
  const checked: CheckedRegister = {
    problems: [],
    reading: { title: 'Ours', parties: 1, links: 0, watch: 2, steps: 0, duties: 1, claims: 1 },
    replaces: null,
    changes: [change],
  };
  test('that is sound says what it adds, and follows what was seen', () => {
    const first = uploadText('ours.yaml', checked);
    assert.equal(
      first.says,
      'ours.yaml is sound: 1 party, 0 links, 2 matters to watch, 0 steps of the playbook, 1 duty, 1 claim.',
    );
    assert.deepEqual([first.state, first.state === 'sound' && first.follows], ['sound', null]);
    const next = uploadText('ours.yaml', { ...checked, replaces: { title: 'Older', digest: 'b', entered: NOW } });
    assert.match(next.says, /It takes the place of Older, which stays in the log\.$/);
    assert.deepEqual(next.state === 'sound' ? [next.enter, next.follows] : [], ['Enter as the new version', 'b']);
  });
  test('with a fault is not to be entered; many changes are counted, not all shown', () => {
    const problem = { severity: 'error', path: 'parties', line: 3, column: 2, message: 'x', mend: 'y' } as const;
    const broken = uploadText('ours.yaml', { ...checked, problems: [problem, problem], reading: null });
    assert.deepEqual(
      [broken.state, broken.says],
      ['unsound', 'ours.yaml cannot be entered yet: 2 things are to be mended.'],
    );
    const many = uploadText('ours.yaml', { ...checked, changes: Array.from({ length: 50 }, () => change) });
    assert.ok(many.state === 'sound');
    assert.deepEqual([many.changes.length, many.more], [40, 'and 10 changes more']);
  });
});

test('versions are numbered from the first, and say what was taken out or can no longer be read', () => {
  const [version] = viewOf().versions;
  assert.ok(version !== undefined);
  const versions = versionTexts({
    versions: [
      { ...version, digest: null, file: null, changes: [{ ...change, change: 'removed' }] },
      { ...version, changes: null },
      { ...version, changes: [] },
      version,
    ],
    older: 2,
  });
  assert.deepEqual(
    versions.map(({ title }) => title),
    ['Version 6: taken out', 'Version 5', 'Version 4', 'Version 3'],
  );
  assert.match(versions[1]?.none ?? '', /no longer read/);
  assert.match(versions[2]?.none ?? '', /only the writing/);
  assert.deepEqual([versions[3]?.none, versions[3]?.changes.length], ['', 1]);
});
