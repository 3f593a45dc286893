// `verify`: the standalone verifier on a receipt file, a folder or a URL. Says plainly what it could not tell.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, ERRORS } from '@weighbridge/kernel';
import { verifyFolder, verifyReceipt, verifyUrl, type Verification } from '@weighbridge/journal';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, pairs } from '../frame/text-table.ts';
import { journalOf, placeOf } from '../read/place.ts';

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
): Promise<Verification> {
  // Our own journal is checked with our own vault: the encrypted parts too.
  if (what === undefined) {
    const { journal, vault } = placeOf(context).home;
    return verifyFolder(journal, { ...options, vault });
  }
  if (/^https?:\/\//.test(what)) return verifyUrl(what.replace(/\/$/, ''), { ...options, fetch });
  const path = resolve(context.workingFolder, what);
  if (!existsSync(path))
    throw new AppError('USAGE', `there is no file or folder ${path}`, {
      next: 'give a receipt file, a journal folder or a URL such as http://127.0.0.1:7411/log',
    });
  if (statSync(path).isDirectory()) return verifyFolder(path, options);
  return verifyReceipt(readFile(context, what, 'WHAT'), options);
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

function describe(context: Context, result: Verification): string {
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
  const next = result.outcome === 'ok' ? '' : `\nNext: ${ERRORS[result.outcome].next}`;
  return `${verdict}${result.problem === undefined ? '' : ` ${result.problem}`}\n${pairs(lines)}${next}`;
}
