// `verify`: the standalone verifier on a receipt file, a folder or a URL. Says plainly what it could not tell.
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, ERRORS, isAppError } from '@weighbridge/kernel';
import {
  readReceipt,
  verifyFolder,
  verifyReceipt,
  verifyUrl,
  witnessFolder,
  witnessLog,
  type ReceiptOptions,
  type Verification,
  type VerifyFolderOptions,
  type VerifyOptions,
} from '@weighbridge/journal';
import { entryProblems, leafProblems } from '@weighbridge/protocol';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, counted, instant, pairs } from '../frame/text-table.ts';
import { evidenceOf, handoversOf, rememberedOf, type Evidence } from '../read/evidence.ts';
import { hearingOf, trustFor, type VerifierTrust } from '../read/policy-trust.ts';
import { closedBooks, type ClosedBooks } from '../read/closed-books.ts';
import { textsProblem, TEXTS_NEXT, type LostText, type TextsReport } from '../read/contract-texts.ts';
import { auditReceipts, type AuditReport } from '../read/receipt-audit.ts';
import { unknownKeysText } from '../read/unknown-keys.ts';
import { factLines, receiptFacts, type ReceiptFacts } from '../read/receipt-facts.ts';

/** The verifier's answer, and what was checked of the content; `not_checked` says why that was not possible. */
type Verified = Verification &
  Partial<AuditReport> & {
    readonly books?: ClosedBooks;
    readonly not_checked?: string;
    readonly receipt?: ReceiptFacts;
  };

export const run: Run = async (context) => {
  const evidence = evidenceOf(context, context.arguments[0]);
  const last = rememberedOf(context);
  const trust = await trustFor(context, evidence);
  const keys = trust.vkey === undefined ? (trust.policy?.logs.map(({ key }) => key.vkey) ?? []) : [trust.vkey];
  const handovers = handoversOf(context, evidence, keys);
  const result = await verify(context, evidence, trust, {
    ...(last === undefined ? {} : { last }),
    ...(handovers === undefined ? {} : { handovers }),
  });
  const remember = text(context, 'remember');
  if (remember !== undefined && result.checkpoint !== undefined && result.outcome !== 'PROOF_INVALID') {
    writeFileSync(resolve(context.workingFolder, remember), result.checkpoint, { mode: 0o644 });
  }
  context.out.data(result, () => describe(context, result));
  return result.outcome === 'ok' ? 0 : ERRORS[result.outcome].exit;
};

async function verify(
  context: Context,
  evidence: Evidence,
  trust: VerifierTrust,
  given: Omit<VerifyOptions, 'vkey'>,
): Promise<Verified> {
  if (evidence.kind === 'receipt') return verifyFile(evidence, { ...trust, ...given });
  const options = { vkey: trust.vkey ?? '', ...given };
  const hearing = hearingOf(context, trust, evidence);
  if (evidence.kind === 'url') {
    const { url } = evidence;
    const whole = (): Promise<Verification> => verifyUrl(url, { ...options, fetch });
    const verified = hearing === undefined ? await whole() : await witnessLog(url, hearing, whole);
    return { ...verified, not_checked: 'a log over HTTP shows leaves alone: what its entries say was not checked' };
  }
  const { folder, whole } = folderCheck(context, evidence, options);
  return hearing === undefined ? whole() : witnessFolder(folder, hearing, whole);
}

function folderCheck(
  context: Context,
  evidence: Extract<Evidence, { kind: 'own' | 'folder' }>,
  options: VerifyOptions,
): { readonly folder: string; readonly whole: () => Verified } {
  // Our own journal is checked with our own vault: the encrypted parts too.
  if (evidence.kind === 'own') {
    const { blobs, journal: folder, vault } = evidence.home;
    return {
      folder,
      whole: () => verifyWhole(folder, { blobs, own: true }, { ...options, vault }),
    };
  }
  const { path: folder } = evidence;
  const vault = text(context, 'vault');
  const asked = text(context, 'blobs');
  const blobs = asked === undefined ? join(folder, '..', 'blobs') : resolve(context.workingFolder, asked);
  const opened = vault === undefined ? {} : { vault: existing(context, vault, 'vault') };
  return { folder, whole: () => verifyWhole(folder, { blobs, own: false }, { ...options, ...opened }) };
}

/** Hashes, tiles and signature, and in the same pass what each entry says and whether its charges follow from its book. */
function verifyWhole(
  folder: string,
  { blobs, own }: { readonly blobs: string; readonly own: boolean },
  options: VerifyFolderOptions,
): Verified {
  if (!existsSync(recordsOf(folder))) {
    const verified = verifyFolder(folder, options);
    return { ...verified, not_checked: 'the records are not beside the log: what its entries say was not checked' };
  }
  return judged(undefined, () => {
    const audit = auditReceipts(folder, blobs);
    const verified = verifyFolder(folder, { ...options, onEntry: audit.onEntry });
    if (verified.outcome === 'PROOF_INVALID') return verified;
    return judged(verified, () => {
      const closed = closedBooks(folder, options.vault, verified);
      const report = audit.finish();
      const found = { ...verified, ...report, ...(closed === undefined ? {} : { books: closed }) };
      const problem = textsProblem(report.texts, own);
      return problem === null ? found : { ...found, outcome: 'PROOF_INVALID', problem, next: TEXTS_NEXT };
    });
  });
}

/** A receipt file that is proven still has to say what a receipt says, as far as it is disclosed. */
function verifyFile({ bytes, text: file }: Extract<Evidence, { kind: 'receipt' }>, options: ReceiptOptions): Verified {
  const verified = verifyReceipt(bytes, options);
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
    ok: paint.good('Good'),
    PROOF_INVALID: paint.bad('NOT good'),
    TRUNCATION_NOT_EXCLUDED: paint.doubt('Good as far as it goes'),
    QUORUM_NOT_MET: paint.doubt('Good as far as it goes'),
  }[result.outcome];
  const { receipt } = result;
  const next = result.outcome === 'ok' ? '' : `\nNext: ${result.next ?? ERRORS[result.outcome].next}`;
  return [
    `${verdict}${result.problem === undefined ? '.' : `: ${result.problem}`}`,
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
  if (result.unknown_keys !== undefined) lines.push(['Unknown key', unknownKeysText(result.unknown_keys)]);
  lines.push([
    'Checked',
    `${counted(result.leaves, 'leaf', 'leaves')}, ${counted(checked, 'group')}${unchecked === 0 ? '' : `; ${counted(unchecked, 'group')} not disclosed, encrypted or erased`}`,
  ]);
  for (const { from, to, at, policy } of result.pruned?.ranges ?? [])
    lines.push([
      'Pruned',
      `calls of entries ${count(from)} to ${count(to - 1)}, ${instant(at)}, by "${policy}"; the log says so`,
    ]);
  if (result.books !== undefined) {
    const { parts, calls, held } = result.books;
    lines.push([
      'Closed',
      `${counted(parts, 'part')}, ${counted(calls, 'call')}: of the leaves that are there; the figures of ${counted(held, 'part')} held against records that still are`,
    ]);
  }
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
  if (result.texts !== undefined && result.texts.checked + result.texts.gone.length + result.texts.altered.length > 0)
    lines.push(['Contracts', textsLine(result.texts)]);
  lines.push(...witnessLines(result));
  if (result.not_checked !== undefined) lines.push(['Not checked', result.not_checked]);
  return lines;
}

function textsLine({ checked, gone, altered }: TextsReport): string {
  const names = (lost: readonly LostText[]): string => [...new Set(lost.map(({ contract }) => contract))].join(', ');
  return [
    `${counted(checked, 'text')} as sealed`,
    ...(altered.length === 0 ? [] : [`altered: ${names(altered)}`]),
    ...(gone.length === 0 ? [] : [`not here: ${names(gone)}`]),
  ].join('; ');
}

function witnessLines({ witnessed }: Verified): [string, string][] {
  if (witnessed === undefined) return [];
  const { quorum, met, by, as_of: asOf } = witnessed;
  const spoken = by.map(({ name, at, size }): [string, string] => [
    'Witness',
    `${name} cosigned ${count(size)} entries at ${instant(at)}`,
  ]);
  const until =
    asOf === undefined
      ? ''
      : `: nothing longer was known at ${instant(asOf)}; what was sealed after that, it does not cover`;
  return [...spoken, ['Quorum', `${quorum}, ${met ? 'met' : 'not met'}${until}`]];
}
