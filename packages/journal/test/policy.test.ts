import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { meetsQuorum, parseKnownParties, parsePolicy, quorumText, type Policy } from '../src/policy/policy.ts';
import { trustOf } from '../src/policy/trust.ts';
import { generateCosignerKey, parseCosigner } from '../src/witness/cosignature.ts';
import { growLog } from './support/grown-log.ts';

const vkeyOf = (name: string): string =>
  parseCosigner(generateCosignerKey(name, createHash('sha256').update(name).digest())).key.vkey;
const W = ['x1', 'x2', 'x3', 'y1', 'y2', 'y3'] as const;
const log = growLog('log.example/a');
const lines = (...more: string[]): Buffer =>
  Buffer.from([`log ${log.vkey}`, ...W.map((name) => `witness ${name} ${vkeyOf(name)}`), ...more, ''].join('\n'));
const TWO_LEVELS = lines(
  'group X-witnesses 2 x1 x2 x3',
  'group Y-witnesses any y1 y2 y3',
  'group X-and-Y all X-witnesses Y-witnesses',
  'quorum X-and-Y',
);

const met = (policy: Policy, names: readonly string[]): boolean =>
  meetsQuorum(
    policy.quorum,
    new Set(policy.witnesses.filter(({ name }) => names.includes(name)).map(({ key }) => key)),
  );

describe('a policy file', () => {
  test("the specification's example asks for two of one organisation and one of the other", () => {
    const policy = parsePolicy(TWO_LEVELS);
    assert.deepEqual([policy.logs.length, policy.witnesses.length], [1, 6]);
    assert.ok(met(policy, ['x1', 'x3', 'y2']));
    assert.ok(met(policy, [...W]));
    for (const few of [[], ['x1', 'x2'], ['x1', 'y1', 'y2', 'y3'], ['x1', 'x2', 'x3']]) assert.ok(!met(policy, few));
    assert.equal(quorumText(policy.quorum), 'all of (2 of (x1, x2, x3), 1 of (y1, y2, y3))');
  });

  test('more witnesses never unmake a quorum', () => {
    const policy = parsePolicy(TWO_LEVELS);
    fc.assert(
      fc.property(fc.subarray([...W]), fc.subarray([...W]), (some, more) => {
        assert.ok(!met(policy, some) || met(policy, [...some, ...more]));
      }),
    );
  });

  test('a quorum of none is met by nobody, one of a single witness by that one', () => {
    assert.ok(met(parsePolicy(lines('quorum none')), []));
    const single = parsePolicy(lines('quorum x2'));
    assert.ok(met(single, ['x2']));
    assert.ok(!met(single, ['x1', 'x3']));
  });

  test('comments, white space, addresses and a missing last newline are understood', () => {
    const text = `\n# a comment, in Latin-1: caf\u00e9\n \t log\t${log.vkey}  https://log.example/log \nwitness w ${vkeyOf('x1')} http://w.example\n\n quorum  w`;
    const policy = parsePolicy(Buffer.from(text, 'latin1'));
    assert.equal(policy.logs[0]?.url, 'https://log.example/log');
    assert.equal(policy.witnesses[0]?.url, 'http://w.example');
  });

  test('names are octets: two that only look alike are two', () => {
    const policy = parsePolicy(
      Buffer.concat([
        Buffer.from(`witness é ${vkeyOf('x1')}\n`),
        Buffer.from(`witness \u00e9 ${vkeyOf('x2')}\n`, 'latin1'),
        Buffer.from('quorum é\n'),
      ]),
    );
    assert.equal(policy.witnesses.length, 2);
    const [first, second] = policy.witnesses;
    assert.ok(first !== undefined && second !== undefined);
    assert.ok(meetsQuorum(policy.quorum, new Set([first.key])));
    assert.ok(!meetsQuorum(policy.quorum, new Set([second.key])));
  });

  const wrong: readonly (readonly [string, Buffer, RegExp])[] = [
    ['without a quorum', lines(), /no quorum line/],
    ['with two quorums', lines('quorum x1', 'quorum x1'), /line 9 is a second quorum/],
    ['with an unknown keyword', lines('witnes z', 'quorum x1'), /line 8 begins with "witnes"/],
    ['naming what is not defined', lines('quorum z'), /names "z", which no line above/],
    ['naming what is defined later', lines('group g all h', 'group h all x1', 'quorum g'), /line 8 names "h"/],
    ['with a group of itself', lines('group g all g', 'quorum g'), /names "g"/],
    ['with a member in two groups', lines('group g all x1', 'group h all x1', 'quorum h'), /counts only once/],
    ['with a member twice', lines('group g 2 x1 x1', 'quorum g'), /counts only once/],
    ['asking for more than there are', lines('group g 3 x1 x2', 'quorum g'), /from 1 to 2/],
    ['asking for none of a group', lines('group g 0 x1 x2', 'quorum g'), /from 1 to 2/],
    ['counting in words', lines('group g two x1 x2', 'quorum g'), /"two" is not all, any/],
    ['with an empty group', lines('group g all', 'quorum g'), /has not the form: group/],
    ['defining a name twice', lines('group x1 all x2', 'quorum x1'), /defines "x1" a second time/],
    ['defining none', lines('group none all x2', 'quorum none'), /the name "none"/],
    ['with a member none', lines('group g all none', 'quorum g'), /names "none"/],
    ['with a key twice', lines(`witness again ${vkeyOf('x1')}`, 'quorum x1'), /key an earlier line has/],
    ['with one log twice', lines(`log ${log.vkey}`, 'quorum x1'), /gives a log whose key/],
    ["with a log's key for a witness", lines(`witness w ${log.vkey}`, 'quorum w'), /line 8 holds no key that fits/],
    ["with a witness's key for a log", lines(`log ${vkeyOf('x9')}`, 'quorum x1'), /line 8 holds no key that fits/],
    ['with a carriage return', lines('quorum x1\r'), /control character/],
    ['with a word too many', lines('quorum x1 x2'), /has not the form: quorum/],
    ['too long', Buffer.alloc(65_537, '#'), /more than 65536 bytes/],
  ];
  for (const [why, file, says] of wrong) {
    test(`${why} is refused, and the line named`, () => {
      assert.throws(() => parsePolicy(file), { code: 'CONFIG_INVALID', message: says });
    });
  }

  test('of a witness needs no quorum', () => {
    assert.equal(parseKnownParties(Buffer.from(`log ${log.vkey} http://h/log\n`)).quorum, undefined);
  });
});

describe('whom to believe', () => {
  const policy = parsePolicy(lines('quorum x1'));
  test('a key alone, a policy alone, or a key that the policy knows', () => {
    assert.equal(trustOf({ vkey: log.vkey }).policy, undefined);
    assert.equal(trustOf({ policy }).logs[0]?.vkey, log.vkey);
    assert.equal(trustOf({ vkey: log.vkey, policy }).logs.length, 1);
  });
  test('not a key that the policy does not know, and not nobody', () => {
    const stranger = growLog('log.example/b').vkey;
    assert.throws(() => trustOf({ vkey: stranger, policy }), {
      code: 'CONFIG_INVALID',
      message: /does not know the log/,
    });
    const none = parsePolicy(Buffer.from(`witness w ${vkeyOf('x1')}\nquorum w\n`));
    assert.throws(() => trustOf({ policy: none }), { code: 'CONFIG_INVALID', message: /no log is named/ });
    assert.equal(trustOf({ policy: none, vkey: stranger }).logs.length, 1);
  });
});
