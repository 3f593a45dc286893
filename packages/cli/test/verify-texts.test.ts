// `verify` and the texts of contracts, which lie beside the log: one that was altered is never good, one that is gone is bad in one's
// own log, and told of a log that was handed over.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run, split, type Ran } from './support/shell.ts';

const BUYER = readFileSync(resolve(import.meta.dirname, '../../ledger/data/contracts/mid-size-buyer.yaml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-verify-texts-'));
const type = (line: string): Promise<Ran> => run(split(line), { folder });
let digest = '';
let key = '';

interface Told {
  readonly outcome: string;
  readonly problem?: string;
  readonly next?: string;
  readonly texts?: { readonly checked: number; readonly gone: readonly Lost[]; readonly altered: readonly Lost[] };
}
interface Lost {
  readonly contract: string;
  readonly entry: number;
  readonly digest: string;
}

async function verify(line: string): Promise<{ readonly code: number; readonly told: Told }> {
  const { code, stdout } = await type(`${line} --json`);
  return { code, told: JSON.parse(stdout) as Told };
}

before(async () => {
  writeFileSync(join(folder, 'buyer.yaml'), BUYER);
  writeFileSync(join(folder, 'second.yaml'), BUYER.replace(/^id: .*$/m, 'id: second'));
  for (const name of ['buyer', 'second']) {
    const done = await type(`deal import ${name}.yaml --json`);
    assert.equal(done.code, 0, done.stderr);
    if (name === 'buyer') ({ digest } = JSON.parse(done.stdout) as { digest: string });
  }
  key = readFileSync(join(folder, '.weighbridge/live/journal/log/vkey'), 'utf8').trim();
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the log with what lies beside it, so that each test spoils its own. */
function copy(name: string): { readonly home: string; readonly blob: string } {
  cpSync(join(folder, '.weighbridge'), join(folder, name), { recursive: true });
  return { home: name, blob: join(folder, name, 'live/blobs', digest) };
}

describe('verify', () => {
  test('holds each text against the digest that its entry names', async () => {
    const { code, told } = await verify('verify');
    assert.deepEqual([code, told.outcome], [6, 'TRUNCATION_NOT_EXCLUDED']);
    assert.deepEqual(told.texts, { checked: 2, gone: [], altered: [] });
  });

  const SPOILT: readonly (readonly [string, (blob: string) => void, RegExp])[] = [
    [
      'altered',
      (blob) => writeFileSync(blob, BUYER.replace('"400000.00"', '"900000.00"')),
      /its SHA-256 is not its name/,
    ],
    ['emptied', (blob) => writeFileSync(blob, ''), /is empty/],
  ];
  for (const [what, spoil, why] of SPOILT)
    test(`names the contract of a text that was ${what}, also in a log that was handed over`, async () => {
      const { home, blob } = copy(what);
      spoil(blob);
      for (const line of [`verify --home ${home}`, `verify ${home}/live/journal --key ${key}`]) {
        const { code, told } = await verify(line);
        assert.deepEqual([code, told.outcome, told.texts?.checked], [3, 'PROOF_INVALID', 1], line);
        assert.match(
          told.problem ?? '',
          /^the text of a contract is not what the log sealed: northwind-models-2027 \(entry \d+\): /,
        );
        assert.match(told.problem ?? '', why);
        assert.match(told.next ?? '', /put the files back from a backup, or enter those contracts again/);
        assert.deepEqual(
          [told.texts?.altered.map(({ contract }) => contract), told.texts?.gone],
          [['northwind-models-2027'], []],
        );
      }
    });

  test('names the contract of a text that is gone: bad in the own log, told of one that was handed over', async () => {
    const { home, blob } = copy('gone');
    rmSync(blob);
    const own = await verify(`verify --home ${home}`);
    assert.deepEqual([own.code, own.told.outcome], [3, 'PROOF_INVALID']);
    assert.match(own.told.problem ?? '', /northwind-models-2027 \(entry \d+\): the blob .* is gone$/);
    const handed = await type(`verify ${home}/live/journal --key ${key}`);
    assert.equal(handed.code, 6, handed.stdout);
    assert.match(handed.stdout, /\nContracts +1 text as sealed; not here: northwind-models-2027\n/);
  });

  test('is satisfied once the contract was entered again', async () => {
    const { home, blob } = copy('mended');
    writeFileSync(blob, '');
    const entered = await type(`deal import buyer.yaml --home ${home}`);
    assert.match(
      entered.stdout,
      /stands so already in the live log \(.*\); its text, which was gone or altered, lies beside it again/,
    );
    assert.deepEqual((await verify(`verify --home ${home}`)).told.texts, { checked: 2, gone: [], altered: [] });
  });
});
