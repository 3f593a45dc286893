// One call, from the journal itself, with everything that proves it: it is there while the tables are not.
import { AppError, isAppError } from '@weighbridge/kernel';
import type { Disclosure, Journal } from '@weighbridge/journal';
import { GROUPS, type CallCommercial, type CallDetail, type Decision } from '@weighbridge/protocol';
import { createHash } from 'node:crypto';
import type { ControlPorts } from '../ports.ts';

/** How far back the decision is looked for where the tables cannot say where it is. */
const LOOK_BACK_ENTRIES = 20_000;

export async function receiptAnswer(ports: ControlPorts, id: string): Promise<CallDetail> {
  const { journal } = ports.stores;
  const entry = journal.find(id).findLast(({ leaf }) => leaf.kind === 'call');
  if (entry === undefined) throw new AppError('RECEIPT_UNKNOWN', `the log holds no call ${id}`);
  const { index, leaf, text } = entry;
  const disclosure = disclosed(journal, index);
  const commercial = parsed(disclosure.commercial) as CallCommercial | null;
  const personal = parsed(disclosure.personal) as CallDetail['personal'];
  return {
    id: leaf.id,
    entry: index,
    at: leaf.at,
    public: parsed(disclosure.public) as CallDetail['public'],
    commercial,
    personal,
    erased: personal === null && leaf.groups.personal !== undefined,
    decision: await decisionOf(ports, id, index, commercial?.decided ?? ''),
    proof: { leaf: text, ...proofOf(journal, index) },
    disclosure: { ...disclosure },
  };
}

const parsed = (group: { readonly text: string } | undefined): unknown =>
  group === undefined ? null : JSON.parse(group.text);

function disclosed(journal: Journal, index: number): Disclosure {
  try {
    return journal.groups(index, GROUPS);
  } catch (error) {
    if (isAppError(error) && error.code === 'SUBJECT_ERASED') return journal.groups(index);
    throw error;
  }
}

/** The parts of a `tlog-proof`: header, index and hashes, a blank line, the checkpoint. */
function proofOf(journal: Journal, index: number): Omit<CallDetail['proof'], 'leaf'> {
  const tlogProof = journal.proofFor(index);
  const split = tlogProof.indexOf('\n\n');
  const lines = tlogProof.slice(0, split).split('\n');
  const checkpoint = tlogProof.slice(split + 2);
  return {
    size: Number(checkpoint.split('\n')[1]),
    inclusion: lines.slice(lines.findIndex((line) => line.startsWith('index ')) + 1),
    checkpoint,
    tlog_proof: tlogProof,
  };
}

async function decisionOf(
  { projections, stores }: ControlPorts,
  id: string,
  index: number,
  digest: string,
): Promise<Decision | null> {
  if (digest === '') return null;
  try {
    const { decision } = await projections.ask('receipt', { id });
    if (decision !== null) return decision as unknown as Decision;
  } catch (error) {
    // Whatever keeps the tables from answering, the log may still hold it nearby.
    if (!isAppError(error)) throw error;
  }
  const { journal } = stores;
  const range = { kinds: ['decided'], from: Math.max(0, index - LOOK_BACK_ENTRIES), to: index } as const;
  for (const entry of journal.entries({ ...range, newestFirst: true })) {
    const text = journal.groups(entry.index, ['commercial']).commercial?.text;
    if (text !== undefined && createHash('sha256').update(text).digest('base64url') === digest)
      return JSON.parse(text) as Decision;
  }
  return null;
}
