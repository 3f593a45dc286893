// The journal on screen: how large it is and what was signed, and what a receipt file that somebody dropped here proves.
import type { ProofState } from '../../parts/proof-badge/model.ts';
import { prepareCount } from '../../parts/count/model.ts';
import { encodeBase64 } from '../../proof/bytes.ts';
import type { Checkpoint } from '../../proof/note.ts';
import type { Outcome } from '../../proof/outcome.ts';
import { openReceipt } from '../../proof/envelope.ts';
import type { Fact } from '../call/model.ts';

export interface JournalText {
  readonly headline: string;
  readonly note: string;
  readonly facts: readonly Fact[];
}

/** `checkpoint`: as it is served now, its signature checked; null while it is being read. */
export function prepareJournal(checkpoint: Outcome<Checkpoint> | null, vkey: string | null): JournalText {
  if (checkpoint === null) return { headline: 'The checkpoint is being read.', note: '', facts: [] };
  if (!checkpoint.ok) {
    const accuses = checkpoint.kind === 'bad';
    return {
      headline: accuses
        ? 'The checkpoint of this journal does not hold.'
        : 'The checkpoint of this journal cannot be checked here.',
      note: checkpoint.why,
      facts: [],
    };
  }
  const { origin, size, root, signers } = checkpoint.value;
  return {
    headline: `${prepareCount(size).text} ${size === 1 ? 'entry' : 'entries'}, sealed and signed.`,
    note: 'Whoever remembers this checkpoint will notice if an entry before it is ever changed, dropped or put in.',
    facts: [
      { name: 'Origin', value: origin, mono: true },
      { name: 'Root', value: encodeBase64(root), mono: true },
      { name: 'Signed by', value: signers.join(', '), mono: true },
      ...(vkey === null ? [] : [{ name: 'Public key', value: vkey, mono: true }]),
    ],
  };
}

export interface DroppedText {
  /** `Receipt of call 01K…`. */
  readonly title: string;
  readonly simulated: boolean;
  /** What it discloses, group by group, as indented JSON. */
  readonly groups: readonly { readonly name: string; readonly text: string }[];
}

/** Only what has been proven is repeated: before that, nothing a file says is worth showing. */
export function prepareDropped(text: string, proof: ProofState): DroppedText | null {
  if (proof.state !== 'done' || proof.report.verdict !== 'proven') return null;
  const opened = openReceipt(text);
  const { leaf, checkpoint } = proof.report;
  if (!opened.ok || leaf === null) return null;
  const groups = Object.entries(opened.value.receipt.groups).map(([name, group]) => ({
    name,
    text: indented(group.text),
  }));
  const kind = checkpoint?.origin.split('/').at(-2);
  return { title: `Receipt of ${leaf.kind} ${leaf.id}`, simulated: kind === 'lab' || kind === 'sample', groups };
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

export const MAX_RECEIPT_BYTES = 8 * 1024 * 1024;
