// `verify`: the standalone verifier on a receipt file, a folder or a URL. Says plainly what it could not tell.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, ERRORS, isAppError } from '@weighbridge/kernel';
import {
  readReceipt,
  verifyFolder,
  verifyReceipt,
  verifyUrl,
  type Verification,
  type VerifyFolderOptions,
} from '@weighbridge/journal';
import { entryProblems, leafProblems } from '@weighbridge/protocol';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, pairs } from '../frame/text-table.ts';
import { journalOf, placeOf } from '../read/place.ts';
import { auditReceipts, type AuditReport } from '../read/receipt-audit.ts';

/** The verifier's answer, and what was checked of the content; `not_checked` says why that was not possible. */
type Verified = Verification & Partial<AuditReport> & { readonly not_checked?: string };

const FILE_BYTES_MOST = 64 * 1024 * 1024;

export const run: Run = async (context) => {
  const vkey = keyOf(context);
  const remembered = text(context, 'last');
  const options = { vkey, ...(remembered === undefined ? {} : { last: readFile(context, remembered, 'last') }) };
  const result = await verify(context, context.arguments[0], options);
  const remember = text(context, 'remember');
  if (remember !== undefined && result.checkpoint !== undefined && result.outcome !== 'PROOF_INVALID') {
    writeFileSync(resolve(context.workingFolder, remember), result.checkpoint, { mode: 0o644 });
  }
  context.out.data(result, () => describe(context, result));
  return result.outcome === 'ok' ? 0 : ERRORS[result.outcome].exit;
};

async function verify(
  context: Context,
  what: string | undefined,
  options: { vkey: string; last?: string },
): Promise<Verified> {
  // Our own journal is checked with our own vault: the encrypted parts too.
  if (what === undefined) {
    const { root, journal, vault } = placeOf(context).home;
    return verifyWhole(journal, join(root, 'blobs'), { ...options, vault });
  }
  if (/^https?:\/\//.test(what)) {
    const verified = await verifyUrl(what.replace(/\/$/, ''), { ...options, fetch });
    return { ...verified, not_checked: 'a log over HTTP shows leaves alone: what its entries say was not checked' };
  }
  const path = resolve(context.workingFolder, what);
  if (!existsSync(path))
    throw new AppError('USAGE', `there is no file or folder ${path}`, {
      next: 'give a receipt file, a journal folder or a URL such as http://127.0.0.1:7411/log',
    });
  if (!statSync(path).isDirectory()) return verifyFile(readFile(context, what, 'WHAT'), options);
  const vault = text(context, 'vault');
  const blobs = text(context, 'blobs');
  return verifyWhole(path, blobs === undefined ? join(path, '..', 'blobs') : resolve(context.workingFolder, blobs), {
    ...options,
    ...(vault === undefined ? {} : { vault: existing(context, vault, 'vault') }),
  });
}

/** Hashes, tiles and signature, and in the same pass what each entry says and whether its charges follow from its book. */
function verifyWhole(folder: string, blobs: string, options: VerifyFolderOptions): Verified {
  if (!existsSync(recordsOf(folder))) {
    const verified = verifyFolder(folder, options);
    return { ...verified, not_checked: 'the records are not beside the log: what its entries say was not checked' };
  }
  return judged(undefined, () => {
    const audit = auditReceipts(folder, blobs);
    const verified = verifyFolder(folder, { ...options, onEntry: audit.onEntry });
    if (verified.outcome === 'PROOF_INVALID') return verified;
    return judged(verified, () => ({ ...verified, ...audit.finish() }));
  });
}

/** A receipt file that is proven still has to say what a receipt says, as far as it is disclosed. */
function verifyFile(file: string, options: { vkey: string; last?: string }): Verified {
  const verified = verifyReceipt(file, options);
  if (verified.outcome === 'PROOF_INVALID') return verified;
  const { leaf, groups } = readReceipt(file);
  const problems = [...leafProblems(leaf), ...entryProblems(leaf.kind, groups)];
  if (problems.length > 0)
    return { ...verified, outcome: 'PROOF_INVALID', problem: `${leaf.kind} ${leaf.id}: ${problems.join('; ')}` };
  return {
    ...verified,
    contract: { checked: 1 },
    ...(groups.commercial === undefined
      ? { not_checked: 'no charges are disclosed, so none were computed again' }
      : {
          not_checked: 'the charges were not computed again: that takes the price book, which lies beside the journal',
        }),
  };
}

/** Content that is not sound is an answer, like a hash that is wrong. */
function judged(verified: Verification | undefined, work: () => Verified): Verified {
  try {
    return work();
  } catch (error) {
    if (!isAppError(error) || error.code !== 'PROOF_INVALID') throw error;
    const nothing = { leaves: 0, groups: { checked: 0, unchecked: 0 } };
    return { ...(verified ?? nothing), outcome: 'PROOF_INVALID', problem: error.message };
  }
}

const recordsOf = (folder: string): string => join(folder, 'records');

function existing(context: Context, name: string, option: string): string {
  const path = resolve(context.workingFolder, name);
  if (existsSync(path)) return path;
  throw new AppError('USAGE', `${option}: there is no folder ${path}`);
}

/** The key given, else that of the log here: then the answer only says that the log agrees with itself. */
function keyOf(context: Context): string {
  const given = text(context, 'key');
  if (given === undefined) {
    const { journal } = journalOf(context);
    journal.close();
    context.out.note(
      `Using the public key of the log here: ${journal.vkey}\nSomebody who does not trust this machine gives --key.`,
    );
    return journal.vkey;
  }
  const path = resolve(context.workingFolder, given);
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8').trim() : given;
}

function readFile(context: Context, name: string, option: string): string {
  const path = resolve(context.workingFolder, name);
  if (!existsSync(path)) throw new AppError('USAGE', `${option}: there is no file ${path}`);
  if (statSync(path).size > FILE_BYTES_MOST)
    throw new AppError('USAGE', `${path} is larger than ${FILE_BYTES_MOST} bytes and no receipt or checkpoint`);
  return readFileSync(path, 'utf8');
}

function describe(context: Context, result: Verified): string {
  const { paint } = context.out;
  const verdict = {
    ok: paint.good('Good.'),
    PROOF_INVALID: paint.bad('NOT good.'),
    TRUNCATION_NOT_EXCLUDED: paint.doubt('Good as far as it goes.'),
  }[result.outcome];
  const lines: [string, string][] = [];
  if (result.origin !== undefined) lines.push(['Log', result.origin]);
  if (result.size !== undefined) lines.push(['Entries', count(result.size)]);
  if (result.root !== undefined) lines.push(['Root', result.root]);
  lines.push([
    'Checked',
    `${count(result.leaves)} leaves, ${count(result.groups.checked)} groups${result.groups.unchecked === 0 ? '' : `; ${count(result.groups.unchecked)} groups not disclosed, encrypted or erased`}`,
  ]);
  if (result.contract !== undefined)
    lines.push(['Content', `${count(result.contract.checked)} entries say what they have to`]);
  if (result.prices !== undefined) {
    const { rerated, not_rerated: left, why } = result.prices;
    lines.push(['Prices', `${count(rerated)} calls computed again${left === 0 ? '' : `; ${count(left)} not: ${why}`}`]);
  }
  if (result.not_checked !== undefined) lines.push(['Not checked', result.not_checked]);
  const next = result.outcome === 'ok' ? '' : `\nNext: ${ERRORS[result.outcome].next}`;
  return `${verdict}${result.problem === undefined ? '' : ` ${result.problem}`}\n${pairs(lines)}${next}`;
}
