// Evidence on the command line: whose word it is, asked for with line and mend; ties that take a verified claim back, by name; and
// answers that are somebody's.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { run, split, type Ran } from './support/shell.ts';

const BUYER = resolve(import.meta.dirname, '../../ledger/data/contracts/mid-size-buyer.yaml');
const place = mkdtempSync(join(tmpdir(), 'weighbridge-evidence-'));
after(() => rmSync(place, { recursive: true, force: true }));
const say = (line: string): Promise<Ran> => run(split(line), { folder: place });

describe('deal evidence', () => {
  const PIECE = (author: string, number: number): string => `kind: independent_report
${author}digest: ${number.toString(16).padStart(64, 'f')}
period: { from: 2026-01-01, until: 2026-06-30 }
valid_until: 2099-12-31
result: supports
method: read
`;
  const bring = (text: string): Promise<Ran> => {
    writeFileSync(join(place, 'piece.yaml'), text);
    return say('deal evidence microsoft-invests-5bn piece.yaml');
  };
  const STAKE = `version: 1
title: Ours
sources: { letter: { title: A letter, outlet: our file, captured_at: 2026-11-02 } }
parties: { example-auditors: { name: Example Auditors, source: letter } }
links: { stake: { type: invests_in, from: microsoft, to: example-auditors, starts: 2025-11-18, status: in_force, source: letter } }
`;

  test('asks whose word it is, with the line and what to write', async () => {
    for (const [author, says] of [
      ['', /piece\.yaml:1:1: author is missing; write whose word it is: /],
      [
        'author: example-auditors\n',
        /piece\.yaml:2:\d+: author does not fit; write `ourselves` or `\{ party: … \}` or `\{ outsider: … \}`/,
      ],
      ['author: { party: microsoft }\nconstructor: x\n', /piece\.yaml:3:1: `constructor` is neither a key nor a name/],
      [
        'author: { party: microsoft }\n__proto__: { kind: own_measurement }\n',
        /piece\.yaml:3:1: `__proto__` is neither a key/,
      ],
      [
        'author: { party: microsoft }\nweight: 3\n',
        /piece\.yaml:3:1: `weight` is not a key of the top of the file; use one of kind, author/,
      ],
    ] as const) {
      const refused = await bring(PIECE(author, 1));
      assert.equal(refused.code, 4, refused.stdout);
      assert.match(refused.stderr, says);
    }
    const nobody = await bring(PIECE('author: { outsider: Microsoft Corp. }\n', 1));
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /holds the name of Microsoft, a party of the register; write `\{ party: microsoft \}`/);
  });
  test('an independent report verifies; a register that ties its author takes that back, and says by which link', async () => {
    const taken = await bring(PIECE('author: { outsider: A laboratory }\n', 1));
    assert.match(taken.stdout, /^microsoft-invests-5bn is verified: /, taken.stderr);
    const other = 'deal claims nvidia-invests-10bn';
    writeFileSync(join(place, 'ours.yaml'), STAKE.replace(/^links.*\n/m, ''));
    assert.equal((await say('deal register import ours.yaml')).code, 0);
    writeFileSync(join(place, 'audit.yaml'), PIECE('author: { party: example-auditors }\n', 2));
    const free = await say('deal evidence nvidia-invests-10bn audit.yaml');
    assert.match(free.stdout, /^nvidia-invests-10bn is verified: /, free.stderr);
    writeFileSync(join(place, 'ours.yaml'), STAKE);
    assert.equal((await say('deal register import ours.yaml')).code, 0);
    const { stdout } = await say(other);
    assert.match(stdout, /State +reported: no evidence counts/);
    assert.match(stdout, /not independent: .*Microsoft invests in Example Auditors since 2025-11-18/);
    assert.match(
      stdout,
      /independent report by Example Auditors \(example-auditors\), 2026-01-01 to .*: weighs nothing/,
    );
    assert.match(stdout, /verified → reported: /);
    const { evidence } = JSON.parse((await say(`${other} --json`)).stdout) as {
      readonly evidence: readonly { readonly relation: string; readonly why: string; readonly author: object }[];
    };
    assert.deepEqual(
      [evidence[0]?.relation, evidence[0]?.author],
      ['tied', { kind: 'party', name: 'Example Auditors', party: 'example-auditors' }],
    );
  });
  test('answers are asked whose they are, and a question twice is told with both lines', async () => {
    writeFileSync(join(place, 'buyer.yaml'), readFileSync(BUYER, 'utf8'));
    assert.equal((await say('deal import buyer.yaml')).code, 0);
    const id = /^id: (\S+)/m.exec(readFileSync(BUYER, 'utf8'))?.[1] ?? '';
    writeFileSync(join(place, 'answers.yaml'), 'exit-right: Yes.\naudit-right: No.\nexit-right: No.\n');
    const twice = await say(`deal answers ${id} answers.yaml --by "Contoso"`);
    assert.equal(twice.code, 4);
    assert.match(twice.stderr, /answers\.yaml:3:1: this key stands twice in one mapping, in line 1 and in line 3/);
    writeFileSync(join(place, 'answers.yaml'), 'exit-right: Yes.\n');
    const nobody = await say(`deal answers ${id} answers.yaml`);
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /it is not said who answered/);
    assert.equal((await say(`deal answers ${id} answers.yaml --by Contoso`)).code, 0);
  });
});
