// A register as somebody writes it: what is sound is read, and each fault is told with its line, its reason and what mends it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { checkRegisterText, readRegister, ROLES, ultimateParent } from '../src/index.ts';
import { faultsOf, smallRegister, smallText } from './support/small-register.ts';

const must = (faults: readonly string[], ...expected: readonly string[]): void => assert.deepEqual(faults, expected);

describe('a sound register', () => {
  test('is read with its defaults', () => {
    const register = smallRegister();
    assert.equal(register.parties['maker']?.kind, 'entity');
    assert.equal(register.parties['others']?.kind, 'category');
    assert.deepEqual(register.links['money']?.amount, {
      value: '10',
      currency: 'USD',
      bound: 'up_to',
      approximate: false,
    });
    assert.equal(register.claims['headline']?.up_to, false);
  });
  test('knows ten roles, and a role whose holder nobody knows is kept as such', () => {
    assert.equal(ROLES.length, 10);
    const holder = smallRegister().deployments['through-cloud']?.roles.sla_provider?.[0];
    assert.equal(holder?.party, undefined);
    assert.equal(holder?.known_by, 'assumed');
  });
  test('gives the party at the top of the parents', () => {
    const register = smallRegister();
    assert.equal(ultimateParent(register, 'cloud'), 'holding');
    assert.equal(ultimateParent(register, 'maker'), 'maker');
  });
  test('may warn and be read all the same', () => {
    const text = smallText([', snapshot_sha256: "' + 'ab'.repeat(32) + '"', '']);
    const { value, problems } = checkRegisterText(text);
    assert.notEqual(value, undefined);
    assert.deepEqual(
      problems.map(({ severity, message }) => `${severity}: ${message}`),
      ['warning: of "paper" no snapshot is kept, so nobody can check later what it said'],
    );
  });
  test('warns when nobody is named as the processor', () => {
    const text = smallText(['      data_processor: [{ party: maker, known_by: reported, source: paper }]\n', '']);
    const [problem] = checkRegisterText(text).problems;
    assert.equal(problem?.severity, 'warning');
    assert.equal(problem?.message, 'nobody is named as data_processor');
    assert.equal(problem?.line, 17);
  });
});

describe('names that lead nowhere', () => {
  test('a party of a link, with the nearest', () =>
    must(
      faultsOf(['from: chips\n', 'from: chip\n']),
      '24: "chip" is no party of this register; did you mean "chips"?',
    ));
  test('a parent', () =>
    must(
      faultsOf(['parent: holding', 'parent: nobody-known']),
      '7: "nobody-known" is no party of this register; add it, or name one that is there',
    ));
  test('the holder of a role, its source, and the maker of hardware', () =>
    must(
      faultsOf(
        [
          '{ party: cloud, known_by: documented, source: paper }',
          '{ party: clod, known_by: documented, source: papr }',
        ],
        ['maker: chips', 'maker: chps'],
      ),
      '18: "clod" is no party of this register; did you mean "cloud"?',
      '18: "papr" is no source of this register; did you mean "paper"?',
      '39: "chps" is no party of this register; did you mean "chips"?',
    ));
  test('the subject of a claim', () =>
    must(
      faultsOf(['subject: compute', 'subject: computer']),
      '44: "computer" is no party, link, deployment or hardware of this register; did you mean "compute"?',
    ));
  test('a word that every object has is no party', () =>
    must(
      faultsOf(['to: maker', 'to: constructor']),
      '25: "constructor" is no party of this register; add it, or name one that is there',
    ));
});

describe('parents', () => {
  test('in a circle are refused once, with the way round', () =>
    must(
      faultsOf([
        'holding: { name: Holding AG, source: paper }',
        'holding: { name: Holding AG, source: paper, parent: cloud }',
      ]),
      '7: the parents go in a circle: cloud → holding → cloud; leave `parent` out of the one that nobody owns',
    ));
  test('that own themselves are refused', () =>
    must(
      faultsOf(['parent: holding', 'parent: cloud']),
      '7: the parents go in a circle: cloud → cloud; leave `parent` out of the one that nobody owns',
    ));
  test('that are a category are refused', () =>
    must(
      faultsOf(['parent: holding', 'parent: others']),
      '7: "others" is a category, and nobody is owned by a category; name the legal entity that owns it',
    ));
});

describe('dates', () => {
  test('the wrong way round are refused', () =>
    must(
      faultsOf(['ends: 2027-06-30', 'ends: 2025-12-31']),
      '28: 2025-12-31 lies before 2026-01; exchange the two dates',
    ));
  test('that may be in order are not refused', () => must(faultsOf(['ends: 2027-06-30', 'ends: "2026"'])));
  test('that no calendar has are refused', () => {
    const [fault = ''] = faultsOf(['ends: 2027-06-30', 'ends: 2027-02-30']);
    assert.match(fault, /^28: links\.money\.ends does not fit; write a day, a month or a year that exists/);
  });
});

describe('amounts', () => {
  test('below zero are refused', () =>
    must(
      faultsOf(['value: "10"', 'value: "-10"']),
      '26: an amount is not below zero; turn the link round, or correct the sign',
    ));
  test('of money and a quantity at once are refused, and of nothing too', () => {
    must(
      faultsOf(['{ value: "10", currency: USD,', '{ value: "10", currency: USD, unit: GW,']),
      '26: it is money and a quantity at once; write either `currency: USD` or `unit: GW`',
    );
    must(
      faultsOf(['{ value: "10", currency: USD,', '{ value: "10",']),
      '26: it does not say of what; write either `currency: USD` or `unit: GW`',
    );
  });
  test('that a reader would turn into a float are refused', () =>
    must(
      faultsOf(['value: "10"', 'value: 10']),
      '26: links.money.amount.value is a number; write a string; quote it: "10"',
    ));
  test('say whether they are firm', () => {
    const [fault = ''] = faultsOf(['currency: USD, bound: up_to', 'currency: USD']);
    assert.equal(fault, '26: links.money.amount.bound is missing; add it: firm, up_to');
  });
});

describe('ids', () => {
  test('that stand twice in one section are refused', () =>
    must(
      faultsOf(['  chips: {', '  maker: { name: Another, source: paper }\n  chips: {']),
      '9: this key stands twice in one mapping, in line 6 and in line 9; keep one of the two',
    ));
  test('that stand in two sections are refused, since a claim names its subject by id alone', () =>
    must(
      faultsOf(['  rack: {', '  money: {']),
      '39: "money" stands under `links` too; give one of the two another id',
    ));
  test('with spaces or capitals are refused', () => {
    const [fault = ''] = faultsOf(['  others: {', '  The Others: {']);
    assert.match(fault, /^10: "The Others" is not a name that may stand here; write small letters/);
  });
});

describe('legal identifiers', () => {
  const MAKER = 'maker: { name: Maker Inc, source: paper';
  const CHIPS = 'chips: { name: Chips Ltd, source: paper';
  // An example in common use; its digits leave 1 when divided by 97.
  const LEI = '5493001KJTIIGC8Y1R12';
  test('a LEI whose check digits fit is taken', () =>
    must(faultsOf([MAKER, `${MAKER}, identifiers: { lei: ${LEI} }`])));
  test('a LEI with a digit changed is refused', () =>
    must(
      faultsOf([MAKER, `${MAKER}, identifiers: { lei: 5493001KJTIIGC8Y1R13 }`]),
      '6: the check digits of 5493001KJTIIGC8Y1R13 do not fit; copy the LEI again from the public index',
    ));
  test('of two parties are refused', () =>
    must(
      faultsOf(
        [MAKER, `${MAKER}, identifiers: { duns: "123456789" }`],
        [CHIPS, `${CHIPS}, identifiers: { duns: "123456789" }`],
      ),
      '9: "maker" has this DUNS too; make one party of the two, or correct one of them',
    ));
  test('of a category are refused', () =>
    must(
      faultsOf(['kind: category, source: paper', 'kind: category, source: paper, identifiers: { vat: DE123456789 }']),
      '10: a category has no legal identifier; write `kind: entity`, or remove the identifiers',
    ));
});

describe('claims and figures', () => {
  test('whose range ends before it begins are refused', () =>
    must(
      faultsOf(
        ['low: "2.1", high: "2.1"', 'low: "2.1", high: "1.9"'],
        ['    value: "30"\n', '    range: { low: "3", high: "2" }\n'],
      ),
      '41: the range 2.1 to 1.9 ends before it begins; exchange the two ends',
      '48: the range 3 to 2 ends before it begins; exchange the two ends',
    ));
  test('that say "up to" without a figure are refused', () =>
    must(
      faultsOf(['    value: "30"\n    currency: USD\n', '    up_to: true\n']),
      '48: it says "up to" without a figure; add `value`, or remove `up_to`',
    ));
  test('with a figure of nothing are refused', () =>
    must(
      faultsOf(['    value: "30"\n    currency: USD\n', '    value: "30"\n']),
      '43: its figure needs either a currency or a unit; write `currency: USD` or `unit: GW`',
    ));
});

test('every fault of a file is told at once, under DEAL_INVALID, and there is no register', () => {
  const text = smallText(['to: maker', 'to: makr'], ['ends: 2027-06-30', 'ends: "2024"'], ['version: 1', 'version: 1']);
  assert.equal(checkRegisterText(text).value, undefined);
  assert.throws(
    () => readRegister('deal/register.yaml', text),
    (error) => {
      assert.ok(isAppError(error) && error.code === 'DEAL_INVALID', String(error));
      assert.match(error.message, /^the register has 2 errors\n/);
      assert.match(
        error.message,
        /deal\/register\.yaml:25:9: "makr" is no party of this register; did you mean "maker"\?/,
      );
      assert.match(error.message, /deal\/register\.yaml:28:11: 2024 lies before 2026-01; exchange the two dates/);
      return true;
    },
  );
});

test('a file cut off anywhere is refused or read whole, and never throws anything else', () => {
  const text = smallText();
  const whole = JSON.stringify(readRegister('register.yaml', text));
  for (let length = 0; length < text.length; length += 7) {
    const { value, problems } = checkRegisterText(text.slice(0, length));
    if (value === undefined) assert.ok(problems.length > 0, `nothing is told at ${length}`);
    else assert.ok(JSON.stringify(value).length <= whole.length);
  }
});
