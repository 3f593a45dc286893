// What `verify` is pointed at, and the key it trusts. A slip of the person who asks (a wrong name, a mistyped key, a file
// that is something else) is told as that, with the way out, and never as evidence that is bad.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import {
  checkpointProblem,
  handoversBeside,
  isHandovers,
  isReceiptLike,
  keyProblem,
  parsePolicy,
  type Policy,
} from '@weighbridge/journal';
import { openHome, type Home } from '@weighbridge/server';
import { text, type Context } from '../frame/command.ts';
import { homeFolder } from './folders.ts';
import { journalOf, LOG_KINDS, placeOf } from './place.ts';

export type Evidence =
  | { readonly kind: 'own'; readonly home: Home }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'receipt'; readonly text: string; readonly bytes: Buffer };

const FILE_BYTES_MOST = 64 * 1024 * 1024;
const KEY_NEXT =
  'give --key with the public key as the operator of the log published it (name+8 hexadecimal digits+base64, such as example.org/log+1a2b3c4d+AQ…), or a file that holds it';

/** Throws USAGE where there is nothing by that name, or it is neither a receipt nor a log. */
export function evidenceOf(context: Context, what: string | undefined): Evidence {
  if (what === undefined) return { kind: 'own', home: placeOf(context).home };
  if (/^https?:\/\//.test(what)) return { kind: 'url', url: what.replace(/\/+$/, '') };
  const path = resolve(context.workingFolder, what);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new AppError('USAGE', `there is no file or folder ${path}`, {
      next: 'give a receipt file, a journal folder or a URL such as http://127.0.0.1:7411/log',
    });
  }
  if (found.isDirectory()) return folderOf(path);
  const bytes = readBytes(context, what, 'WHAT');
  const file = bytes.toString('utf8');
  if (isReceiptLike(file)) return { kind: 'receipt', text: file, bytes };
  throw new AppError('USAGE', `${path} is not a receipt file`, {
    next: 'ask for the file that `weighbridge receipt ID --out FILE` writes',
  });
}

/** Any trace of a log makes the folder evidence, so that one whose parts were taken away is still a bad one. */
function folderOf(path: string): Evidence {
  if (['log', 'records', 'index'].some((part) => existsSync(join(path, part)))) return { kind: 'folder', path };
  const within = join(path, 'journal');
  throw new AppError('USAGE', `${path} is not a journal folder: there is no log in it`, {
    next: existsSync(within)
      ? `did you mean ${within}?`
      : 'give the folder `journal` of an instance, such as .weighbridge/live/journal',
  });
}

/** The key given, else that of the log here: then the answer only says that the log agrees with itself. Throws USAGE. */
export function keyOf(context: Context, evidence: Evidence): string {
  const given = text(context, 'key');
  return given === undefined ? ownKey(context, evidence) : keyText(context, given);
}

/** A public key of a log as it was typed, or as the file of that name holds it. Throws USAGE. */
export function keyText(context: Context, given: string): string {
  const path = resolve(context.workingFolder, given);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const key = isFile ? readFile(context, given, 'key').trim() : given.trim();
  const problem = keyProblem(key);
  if (problem === null) return key;
  throw new AppError('USAGE', `--key: ${isFile ? `${path} holds` : 'this is'} no public key of a log: ${problem}`, {
    next: KEY_NEXT,
  });
}

function ownKey(context: Context, evidence: Evidence): string {
  if (evidence.kind !== 'own' && !existsSync(placeOf(context).home.journal)) {
    throw new AppError('USAGE', 'no --key was given, and there is no log here whose key could be taken', {
      next: KEY_NEXT,
    });
  }
  const { journal } = journalOf(context);
  journal.close();
  context.out.note(
    `Using the public key of the log here: ${journal.vkey}\nSomebody who does not trust this machine gives --key.`,
  );
  return journal.vkey;
}

/** The checkpoint remembered from an earlier look, if one is given. Throws USAGE where the file is none. */
export function rememberedOf(context: Context): string | undefined {
  const name = text(context, 'last');
  if (name === undefined) return undefined;
  const note = readFile(context, name, 'last');
  const problem = checkpointProblem(note);
  if (problem === null) return note;
  throw new AppError('USAGE', `--last: ${name} is no checkpoint: ${problem}`, {
    next: 'give the file that an earlier `weighbridge verify --remember FILE` wrote',
  });
}

/**
 * Statements by which a log's key was handed over: the file given, else for a receipt those of a log here that name one
 * of the keys, which prove themselves by their signatures. A folder and a URL bring their own. Throws USAGE where the file holds none.
 */
export function handoversOf(context: Context, evidence: Evidence, vkeys: readonly string[]): string | undefined {
  const name = text(context, 'handovers');
  if (name !== undefined) {
    const given = readFile(context, name, 'handovers');
    if (isHandovers(given)) return given;
    throw new AppError('USAGE', `--handovers: ${name} holds no handover of a log's key`, {
      next: 'give the file `log/handovers` of a journal folder, or what `/log/handovers` of an instance serves',
    });
  }
  if (evidence.kind !== 'receipt') return undefined;
  const beside = LOG_KINDS.map((kind) => handoversBeside(openHome(homeFolder(context), kind).journal));
  return beside.find((statements) => vkeys.some((vkey) => statements.includes(`\n${vkey}\n`)));
}

/** The policy given, if one is. Throws USAGE where there is no such file, CONFIG_INVALID where it is no policy. */
export function policyOf(context: Context): Policy | undefined {
  const name = text(context, 'policy');
  return name === undefined ? undefined : parsePolicy(readBytes(context, name, 'policy'));
}

const readFile = (context: Context, name: string, option: string): string =>
  readBytes(context, name, option).toString('utf8');

function readBytes(context: Context, name: string, option: string): Buffer {
  const path = resolve(context.workingFolder, name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new AppError('USAGE', `${option}: there is no file ${path}`);
  if (!found.isFile()) throw new AppError('USAGE', `${option}: ${path} is not a file`);
  if (found.size > FILE_BYTES_MOST)
    throw new AppError('USAGE', `${path} is larger than ${FILE_BYTES_MOST} bytes and no receipt, key or checkpoint`);
  return readFileSync(path);
}
