// One checkpoint to one witness, from the log's side (c2sp.org/tlog-witness): the consistency proof from what the witness
// has, its answer checked before it is believed. A witness that remembers more than the log has is the one finding that
// must not be missed: either it lies, or this log was rolled back.
import { AppError, isAppError, LIMITS } from '@weighbridge/kernel';
import type { Checkpoint } from '../contract.ts';
import type { TileTree } from '../merkle/proof.ts';
import { parseNote } from '../note/signed-note.ts';
import { formatAddCheckpoint, parseSize } from '../witness/add-checkpoint.ts';
import { cosignaturesOn, type CosignerKey } from '../witness/cosignature.ts';
import { exchange, type Exchanged, type Fetch } from '../witness/exchange.ts';

/** Answers of a witness are a few lines. */
const ANSWER_BYTES_MOST = 64 * 1024;
/** How often it may name another size before it is taken for one that does not know its own mind. */
const TRIES = 4;

export interface AskedWitness {
  /** Its submission prefix, without a slash at the end. */
  readonly url: string;
  readonly key: CosignerKey;
}

export type Submitted =
  | { readonly outcome: 'cosigned'; readonly line: string; readonly at: number }
  | {
      /**
       * `unreachable`: no answer, or that it cannot now. `refused`: it does not know the log, or its key. `lies`: its answer
       * cannot be true. `contradicts`: it holds another history of this log than this one, or a longer one.
       */
      readonly outcome: 'unreachable' | 'refused' | 'lies' | 'contradicts';
      readonly problem: string;
    };

export interface Submission {
  readonly witness: AskedWitness;
  readonly checkpoint: Checkpoint;
  /** The tree of the checkpoint. */
  readonly tree: TileTree;
  /** Entries of the newest checkpoint that the witness is thought to have; 0 when that is not known. */
  readonly old: number;
  /** Entries it is known to have cosigned: a witness that has forgotten them is a witness no more. */
  readonly cosigned: number;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

type Problem = Exclude<Submitted, { outcome: 'cosigned' }>;

const problem = (outcome: Problem['outcome'], why: string): Problem => ({ outcome, problem: why });

/** Never throws for what a witness or the network can do. */
export async function submit(submission: Submission): Promise<Submitted> {
  const { witness, checkpoint, cosigned } = submission;
  const { size } = checkpoint;
  let old = Math.min(submission.old, size);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const answer = await ask(submission, old);
    if ('outcome' in answer) return answer;
    if (answer.status === 200) return readCosignature(answer, checkpoint, witness.key);
    if (answer.status !== 409) return refusal(answer, submission);
    const has = answer.type.startsWith('text/x.tlog.size') ? parseSize(textOf(answer).replace(/\n$/, '')) : null;
    if (has === null) return problem('lies', 'it names a conflict, but not the size that it has');
    if (has === old) return problem('lies', `it refuses the old size ${old}, and says that this is the one it has`);
    if (has > size)
      return problem(
        'contradicts',
        `it has cosigned ${has} entries of this log, which has ${size}: this log was rolled back, or the witness lies`,
      );
    if (has < cosigned)
      return problem('lies', `it had cosigned ${cosigned} entries, and now says ${has}: it lost its memory`);
    old = has;
  }
  return problem('lies', `it named another size ${TRIES} times in a row`);
}

async function ask(
  { witness, checkpoint, tree, fetch, signal }: Submission,
  old: number,
): Promise<Exchanged | Problem> {
  const { size, text } = checkpoint;
  const proof = old === 0 || old === size ? [] : tree.consistency(old);
  try {
    return await exchange({
      fetch,
      url: `${witness.url}/add-checkpoint`,
      body: formatAddCheckpoint({ old, proof, note: text }),
      bytesMost: ANSWER_BYTES_MOST,
      ms: LIMITS.witness_ms,
      signal,
    });
  } catch (error) {
    if (!isAppError(error)) throw error;
    return problem(error.code === 'UPSTREAM_UNREACHABLE' ? 'unreachable' : 'lies', error.message);
  }
}

/** The cosignature counts only when it verifies on the very text that was sent. */
function readCosignature(answer: Exchanged, checkpoint: Checkpoint, key: CosignerKey): Submitted {
  const { text } = parseNote(checkpoint.text);
  const lines = textOf(answer).split(/(?<=\n)/);
  try {
    const note = `${text}\n${textOf(answer)}`;
    const [cosignature] = cosignaturesOn(note, [key]);
    const { signatures } = parseNote(note);
    const at = signatures.findLastIndex(({ name, keyId }) => name === key.name && keyId === key.keyId);
    if (cosignature !== undefined) return { outcome: 'cosigned', line: lines[at] ?? '', at: cosignature.at };
    return problem('lies', `it answers without a cosignature of ${key.vkey}: its key is another one`);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return problem('lies', `what it answers is no cosignature of this checkpoint: ${error.message}`);
  }
}

function refusal(answer: Exchanged, { checkpoint }: Submission): Problem {
  const said = textOf(answer).replace(/\s+/g, ' ').trim().slice(0, 200);
  const { status } = answer;
  if (status === 404)
    return problem('refused', `it does not know the log ${checkpoint.origin}: tell its operator the key`);
  if (status === 403) return problem('refused', `it knows another key of this log than the one that signs: ${said}`);
  if (status === 422) return problem('contradicts', `it holds another history of this log: ${said}`);
  if (status >= 500 || status === 429) return problem('unreachable', `it cannot now: ${status} ${said}`);
  return problem('refused', `it answers ${status}: ${said}`);
}

const textOf = ({ body }: Exchanged): string => body.toString('utf8');

/** Throws CONFIG_INVALID for what is no address of a witness. */
export function witnessUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (plain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new AppError('CONFIG_INVALID', `"${text.slice(0, 100)}" is no address of a witness`, {
    next: 'give its submission prefix, such as http://127.0.0.1:7420',
  });
}
