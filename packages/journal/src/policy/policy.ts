// A policy file (c2sp.org/tlog-policy): which logs and witnesses one knows, and which witnesses together are enough.
// Read strictly, line by line; whatever is not understood is refused with its line, since a rule that is passed over
// in silence is a rule that does not hold.
import { isUtf8 } from 'node:buffer';
import { AppError, isAppError, LIMITS } from '@weighbridge/kernel';
import { parseVerifierKey, type NoteVerifier } from '../note/note-key.ts';
import { parseCosignerKey, publicKeyOf, type CosignerKey } from '../witness/cosignature.ts';

export interface PolicyLog {
  readonly key: NoteVerifier;
  readonly url?: string;
}

export interface PolicyWitness {
  /** Its name within the policy, for showing: of no meaning outside it. */
  readonly name: string;
  readonly key: CosignerKey;
  readonly url?: string;
}

export type Quorum =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly name: string; readonly key: CosignerKey }
  | {
      readonly kind: 'group';
      readonly name: string;
      readonly threshold: number;
      readonly members: readonly Quorum[];
    };

/** What a file of known logs and witnesses says; a witness's own file has no quorum. */
export interface KnownParties {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly quorum?: Quorum;
}

export interface Policy extends KnownParties {
  readonly quorum: Quorum;
}

const NONE = 'none';

/** Throws CONFIG_INVALID with the line and what is wrong with it. */
export function parsePolicy(file: Uint8Array): Policy {
  const { quorum, ...known } = parseKnownParties(file);
  if (quorum === undefined)
    throw bad('it has no quorum line', 'add a line `quorum NAME`, or `quorum none` where no witness is asked for');
  return { ...known, quorum };
}

/** As `parsePolicy`; a quorum line may be there or not. */
export function parseKnownParties(file: Uint8Array): KnownParties {
  if (file.length > LIMITS.policy_bytes) throw bad(`it has more than ${LIMITS.policy_bytes} bytes`);
  const reader = new Reader();
  // Octets, as the specification has it: what is not ASCII is opaque.
  const lines = Buffer.from(file).toString('latin1').split('\n');
  for (const [at, line] of lines.entries()) reader.take(line, at + 1);
  return {
    logs: reader.logs,
    witnesses: reader.witnesses,
    ...(reader.quorum === undefined ? {} : { quorum: reader.quorum }),
  };
}

/** Whether the witnesses with these keys are together what the quorum asks for. */
export function meetsQuorum(quorum: Quorum, cosigned: ReadonlySet<CosignerKey>): boolean {
  if (quorum.kind === 'none') return true;
  if (quorum.kind === 'witness') return cosigned.has(quorum.key);
  return quorum.members.filter((member) => meetsQuorum(member, cosigned)).length >= quorum.threshold;
}

/** In words: `2 of (a, b, any of (c, d))`. */
export function quorumText(quorum: Quorum): string {
  if (quorum.kind === 'none') return 'no witness';
  if (quorum.kind === 'witness') return quorum.name;
  const of = quorum.members.map(quorumText).join(', ');
  if (quorum.members.length === 1) return of;
  return `${quorum.threshold === quorum.members.length ? 'all' : quorum.threshold} of (${of})`;
}

const bad = (why: string, next = 'correct the policy file; docs/witness.md shows its lines'): AppError =>
  new AppError('CONFIG_INVALID', `this is not a policy file: ${why}`, { next });

class Reader {
  readonly logs: PolicyLog[] = [];
  readonly witnesses: PolicyWitness[] = [];
  quorum: Quorum | undefined;
  /** Witnesses and groups share one space of names. */
  readonly #defined = new Map<string, Quorum>();
  readonly #members = new Set<string>();
  #line = 0;

  take(line: string, number: number): void {
    this.#line = number;
    // oxlint-disable-next-line no-control-regex -- the specification forbids exactly these
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line))
      throw this.#bad('holds a control character; lines end with a newline alone');
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    const [keyword, ...rest] = words;
    if (keyword === undefined || keyword.startsWith('#')) return;
    if (keyword === 'log') this.#log(rest);
    else if (keyword === 'witness') this.#witness(rest);
    else if (keyword === 'group') this.#group(rest);
    else if (keyword === 'quorum') this.#quorumLine(rest);
    else throw this.#bad(`begins with "${printable(keyword)}", and not with log, witness, group or quorum`);
  }

  #log([vkey, url, ...more]: string[]): void {
    if (vkey === undefined || more.length > 0) throw this.#bad('has not the form: log VKEY [URL]');
    const key = this.#key(vkey, parseVerifierKey);
    this.#mustBeNew(key, this.logs, 'log');
    this.logs.push({ key, ...(url === undefined ? {} : { url: textOf(url) }) });
  }

  #witness([name, vkey, url, ...more]: string[]): void {
    if (name === undefined || vkey === undefined || more.length > 0)
      throw this.#bad('has not the form: witness NAME VKEY [URL]');
    const key = this.#key(vkey, parseCosignerKey);
    this.#mustBeNew(key, this.witnesses, 'witness');
    const shown = textOf(name);
    this.#define(name, { kind: 'witness', name: shown, key });
    this.witnesses.push({ name: shown, key, ...(url === undefined ? {} : { url: textOf(url) }) });
  }

  #group([name, count, ...names]: string[]): void {
    if (name === undefined || count === undefined || names.length === 0)
      throw this.#bad('has not the form: group NAME all|any|K NAME…');
    const members = names.map((member) => {
      if (this.#members.has(member))
        throw this.#bad(`"${printable(member)}" is a member of a group already, and counts only once`);
      this.#members.add(member);
      return this.#known(member);
    });
    const threshold = count === 'all' ? names.length : count === 'any' ? 1 : Number(count);
    const sane = /^(all|any|[1-9]\d{0,5})$/.test(count) && threshold <= names.length;
    if (!sane) throw this.#bad(`"${printable(count)}" is not all, any, or a number from 1 to ${names.length}`);
    this.#define(name, { kind: 'group', name: textOf(name), threshold, members });
  }

  #quorumLine([name, ...more]: string[]): void {
    if (name === undefined || more.length > 0) throw this.#bad('has not the form: quorum NAME');
    if (this.quorum !== undefined) throw this.#bad('is a second quorum');
    this.quorum = name === NONE ? { kind: 'none' } : this.#known(name);
  }

  #define(name: string, quorum: Quorum): void {
    if (name === NONE) throw this.#bad('takes the name "none", which stands for no witness at all');
    if (this.#defined.has(name)) throw this.#bad(`defines "${printable(name)}" a second time`);
    if (this.#defined.size >= LIMITS.policy_names)
      throw this.#bad(`is beyond the ${LIMITS.policy_names} names allowed`);
    this.#defined.set(name, quorum);
  }

  #known(name: string): Quorum {
    const found = this.#defined.get(name);
    if (found === undefined) throw this.#bad(`names "${printable(name)}", which no line above it defines`);
    return found;
  }

  #key<Key>(vkey: string, parse: (vkey: string) => Key): Key {
    try {
      return parse(textOf(vkey));
    } catch (error) {
      if (!isAppError(error)) throw error;
      throw this.#bad(`holds no key that fits there: ${error.message}`);
    }
  }

  #mustBeNew(key: NoteVerifier, others: readonly { readonly key: NoteVerifier }[], what: string): void {
    if (others.length >= LIMITS.policy_names) throw this.#bad(`is beyond the ${LIMITS.policy_names} allowed`);
    if (others.some((other) => publicKeyOf(other.key.vkey) === publicKeyOf(key.vkey)))
      throw this.#bad(`gives a ${what} whose key an earlier line has already`);
  }

  #bad(why: string): AppError {
    return bad(`line ${this.#line} ${why}`);
  }
}

/** Octets as text: UTF-8 where they are that. */
function textOf(octets: string): string {
  const bytes = Buffer.from(octets, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : octets;
}

const printable = (octets: string): string => textOf(octets).slice(0, 40);
