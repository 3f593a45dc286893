// `verify`: the standalone verifier on a receipt file, a folder or a URL. Says plainly what it could not tell.
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, ERRORS, isAppError } from '@weighbridge/kernel';
import {
  readReceipt,
  verifyFolder,
  verifyReceipt,
  verifyUrl,
  type Verification,
  type VerifyFolderOptions,
  type VerifyOptions,
} from '@weighbridge/journal';
import { entryProblems, leafProblems } from '@weighbridge/protocol';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, counted, instant, pairs } from '../frame/text-table.ts';
import { evidenceOf, handoversOf, keyOf, rememberedOf, type Evidence } from '../read/evidence.ts';
import { auditReceipts, type AuditReport } from '../read/receipt-audit.ts';
import { factLines, receiptFacts, type ReceiptFacts } from '../read/receipt-facts.ts';

/** The verifier's answer, and what was checked of the content; `not_checked` says why that was not possible. */
type Verified = Verification &
  Partial<AuditReport> & { readonly not_checked?: string; readonly receipt?: ReceiptFacts };

export const run: Run = async (context) => {
  const evidence = evidenceOf(context, context.arguments[0]);
  const last = rememberedOf(context);
  const vkey = keyOf(context, evidence);
  const handovers = handoversOf(context, evidence, vkey);
  const options = {
    vkey,
    ...(last === undefined ? {} : { last }),
    ...(handovers === undefined ? {} : { handovers }),
  };
  const result = await verify(context, evidence, options);
  const remember = text(context, 'remember');
  if (remember !== undefined && result.checkpoint !== undefined && result.outcome !== 'PROOF_INVALID') {
    writeFileSync(resolve(context.workingFolder, remember), result.checkpoint, { mode: 0o644 });
  }
  context.out.data(result, () => describe(context, result));
  return result.outcome === 'ok' ? 0 : ERRORS[result.outcome].exit;
};

async function verify(context: Context, evidence: Evidence, options: VerifyOptions): Promise<Verified> {
  if (evidence.kind === 'receipt') return verifyFile(evidence.text, options);
  // Our own journal is checked with our own vault: the encrypted parts too.
  if (evidence.kind === 'own') {
    const { root, journal, vault } = evidence.home;
    return verifyWhole(journal, join(root, 'blobs'), { ...options, vault });
  }
  if (evidence.kind === 'url') {
    const verified = await verifyUrl(evidence.url, { ...options, fetch });
    return { ...verified, not_checked: 'a log over HTTP shows leaves alone: what its entries say was not checked' };
  }
  const { path } = evidence;
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
function verifyFile(file: string, options: VerifyOptions): Verified {
  const verified = verifyReceipt(file, options);
  if (verified.outcome === 'PROOF_INVALID') return verified;
  const { leaf, groups } = readReceipt(file);
  const problems = [...leafProblems(leaf), ...entryProblems(leaf.kind, groups)];
  if (problems.length > 0)
    return { ...verified, outcome: 'PROOF_INVALID', problem: `${leaf.kind} ${leaf.id}: ${problems.join('; ')}` };
  return {
    ...verified,
    receipt: receiptFacts(leaf, groups, verified),
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

function describe(context: Context, result: Verified): string {
  const { paint } = context.out;
  const verdict = {
    ok: paint.good('Good.'),
    PROOF_INVALID: paint.bad('NOT good.'),
    TRUNCATION_NOT_EXCLUDED: paint.doubt('Good as far as it goes.'),
    QUORUM_NOT_MET: paint.doubt('Good as far as it goes.'),
  }[result.outcome];
  const { receipt } = result;
  const next = result.outcome === 'ok' ? '' : `\nNext: ${result.next ?? ERRORS[result.outcome].next}`;
  return [
    `${verdict}${result.problem === undefined ? '' : ` ${result.problem}`}`,
    ...(receipt === undefined ? [] : [receipt.proves, receipt.does_not_prove]),
    `${pairs([...(receipt === undefined ? [] : factLines(receipt)), ...checkedLines(result)])}${next}`,
  ].join('\n');
}

function checkedLines(result: Verified): [string, string][] {
  const lines: [string, string][] = [];
  const { checked, unchecked } = result.groups;
  if (result.origin !== undefined) lines.push(['Log', result.origin]);
  if (result.size !== undefined) lines.push(['Entries', count(result.size)]);
  if (result.root !== undefined) lines.push(['Root', result.root]);
  for (const { from, to, index, at } of result.handovers ?? [])
    lines.push(['Key', `${from} was handed over to ${to} by entry ${count(index)}, ${instant(at)}; both signed that`]);
  lines.push([
    'Checked',
    `${counted(result.leaves, 'leaf', 'leaves')}, ${counted(checked, 'group')}${unchecked === 0 ? '' : `; ${counted(unchecked, 'group')} not disclosed, encrypted or erased`}`,
  ]);
  if (result.contract !== undefined) {
    const { checked: sound } = result.contract;
    lines.push([
      'Content',
      sound === 1 ? '1 entry says what it has to' : `${count(sound)} entries say what they have to`,
    ]);
  }
  if (result.prices !== undefined) {
    const { rerated, not_rerated: left, why } = result.prices;
    const rest = left === 0 ? '' : `; ${count(left)} not: ${why}`;
    lines.push(['Prices', `${counted(rerated, 'call')} computed again${rest}`]);
  }
  if (result.not_checked !== undefined) lines.push(['Not checked', result.not_checked]);
  return lines;
}
