// What `verify` remembers of the texts it has seen must hide nothing: among many records that are alike, the one that was
// tampered with is found, whether somebody changed a file or the keeper of the log sealed it that way.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { auditReceipts } from '@weighbridge/cli';
import { isAppError } from '@weighbridge/kernel';
import { verifyFolder, type CheckedEntry, type Verification } from '@weighbridge/journal';
import { compileBook } from '@weighbridge/ledger';
import { book, bookDraft, callDraft, commercial, rated, said, sealLog, type SealedLog } from './support/sealed-log.ts';

const CALLS = 120;

/** The rows that price these calls, so that a pass takes milliseconds. */
const small = compileBook({ lists: book.lists, rows: book.rows.filter((row) => row.model === 'claude-haiku-4-5') });
const charges = rated.charges.map((charge) => ({
  ...charge,
  price: charge.price === null ? null : { ...charge.price, book: small.id },
}));
const priced = { ...commercial, charges };

const alike = (t: TestContext, last: object = {}): Promise<SealedLog> =>
  sealLog(t, (home) => [
    bookDraft(home, small),
    ...Array.from({ length: CALLS }, () => callDraft({ commercial: priced })),
    callDraft({ commercial: priced, ...last }),
  ]);

function verify({ home, folder, vkey }: SealedLog): Verification & { readonly rerated: number } {
  const audit = auditReceipts(folder, join(home, 'blobs'));
  const verified = verifyFolder(folder, { vkey, onEntry: audit.onEntry });
  return { ...verified, rerated: audit.finish().prices.rerated };
}

/** Where text stands again and again in the file. */
function placesOf(bytes: Buffer, text: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

describe('in a log of many records that are alike', () => {
  test('every flip of any bit of any group is found', async (t) => {
    const log = await alike(t);
    const sound = verify(log);
    assert.deepEqual([sound.outcome, sound.rerated], ['TRUNCATION_NOT_EXCLUDED', CALLS + 1]);
    const path = join(log.folder, 'records', '0.open');
    const records = readFileSync(path);
    for (const text of [callDraft().public, callDraft({ commercial: priced }).commercial]) {
      const group = Buffer.from(text ?? '');
      const places = placesOf(records, group);
      assert.equal(places.length, CALLS + 1);
      const flip = fc.tuple(fc.nat({ max: CALLS }), fc.nat({ max: group.length - 1 }), fc.nat({ max: 7 }));
      fc.assert(
        fc.property(flip, ([entry, offset, bit]) => {
          const changed = Buffer.from(records);
          const at = (places[entry] ?? 0) + offset;
          changed[at] = (changed[at] ?? 0) ^ (1 << bit);
          writeFileSync(path, changed);
          assert.equal(verify(log).outcome, 'PROOF_INVALID', `entry ${entry}, byte ${offset}, bit ${bit}`);
        }),
        { numRuns: 250 },
      );
    }
    writeFileSync(path, records);
    assert.equal(verify(log).outcome, 'TRUNCATION_NOT_EXCLUDED');
  });

  const [first] = charges;
  const lies: readonly (readonly [string, object, RegExp])[] = [
    [
      'a charge a digit higher',
      { commercial: { ...priced, charges: [{ ...first, contracted: `${first?.contracted}1` }, ...charges.slice(1)] } },
      /quantity times price/,
    ],
    [
      'a unit price of another row',
      { commercial: { ...priced, charges: [{ ...first, unit_price: '0.000009' }, ...charges.slice(1)] } },
      /a unit, its row/,
    ],
    [
      'usage a token higher',
      { public: { ...said, usage: { ...said.usage, tokens: { input: 1001, output: 50 } } } },
      /1001/,
    ],
    ['a status that is none', { public: { ...said, status: -200 } }, /public\.status: is -200/],
    ['a member that is missing', { public: { ...said, served: { ...said.served, host: undefined } } }, /served\.host/],
  ];
  for (const [what, last, pattern] of lies) {
    test(`${what}, sealed by the keeper of the log, is found`, async (t) => {
      const { outcome, problem } = verify(await alike(t, last));
      assert.equal(outcome, 'PROOF_INVALID');
      assert.match(problem ?? '', new RegExp(`entry ${CALLS + 2} .*${pattern.source}`));
    });
  }
});

describe('an audit that has seen many records', () => {
  /** What the audit says of a call with these groups: null when it is content. */
  function auditor(log: SealedLog): (commercialText: Buffer, publicText: Buffer) => string | null {
    const audit = auditReceipts(log.folder, join(log.home, 'blobs'));
    const passage = (bytes: Buffer): NonNullable<CheckedEntry['groups']['public']> => ({
      page: { bytes, text: bytes.toString('latin1'), at: 0 },
      from: 0,
      to: bytes.length,
    });
    const { id } = callDraft();
    const by = { build: 'test', epoch: 1, lane: 0, node: 'node-1', seq: 1 };
    const leaf = { at: 1, by, groups: {}, id, kind: 'call', v: 1 } as const;
    return (commercialText, publicText) => {
      const groups = { commercial: passage(commercialText), public: passage(publicText) };
      try {
        audit.onEntry({ index: 7, leaf, leafProblems: [], groups });
        return null;
      } catch (error) {
        if (isAppError(error)) return error.message;
        throw error;
      }
    };
  }

  test('says of any text what it says when it parses it: a space in front leaves a scan unsure, and changes nothing else', async (t) => {
    const say = auditor(await alike(t));
    const texts = [callDraft({ commercial: priced }).commercial, callDraft().public].map((text) =>
      Buffer.from(text ?? ''),
    );
    const [money = Buffer.alloc(0), open = Buffer.alloc(0)] = texts;
    for (let i = 0; i < 50; i += 1) assert.equal(say(money, open), null);
    const slow = (text: Buffer): Buffer => Buffer.concat([Buffer.from(' '), text]);
    const change = fc.tuple(
      fc.boolean(),
      fc.nat(),
      fc.oneof(fc.constantFrom(...Buffer.from('0123456789".,:{}[]-aeZ\\ ')), fc.nat(255)),
    );
    let content = 0;
    fc.assert(
      fc.property(change, ([inMoney, offset, byte]) => {
        const changed = Buffer.from(inMoney ? money : open);
        changed[offset % changed.length] = byte;
        const [a, b] = inMoney ? [changed, open] : [money, changed];
        const said = say(a, b);
        assert.equal(said, say(slow(a), slow(b)));
        if (said === null) content += 1;
      }),
      { numRuns: 8000 },
    );
    assert.ok(content > 100, 'many a text differs in what nobody computes');
  });
});
