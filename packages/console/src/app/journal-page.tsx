// Joins the journal's page: the checkpoint as it is served, the key of the log, and a dropped receipt.
import { useQuery } from '@tanstack/react-query';
import { prepareDropped, prepareJournal } from '../features/journal/model.ts';
import { useReceiptCheck } from '../features/journal/use-receipt-check.ts';
import { JournalView } from '../features/journal/view.tsx';
import { LOG_PATH } from '../features/log-path.ts';
import { keysFor } from '../proof/handover.ts';
import { cryptoProblem, openCheckpoint, type Checkpoint } from '../proof/note.ts';
import { unreachable, unsupported, type Outcome } from '../proof/outcome.ts';
import { fetchLog, MAX_NOTE_BYTES } from '../proof/tiles.ts';
import { useAnswer } from './use-answer.ts';

async function readCheckpoint(vkey: string): Promise<Outcome<Checkpoint>> {
  const unable = cryptoProblem();
  if (unable !== null) return unsupported(unable);
  const log = fetchLog(LOG_PATH, (url, init) => fetch(url, init));
  const file = await log('/checkpoint', MAX_NOTE_BYTES);
  if (!file.ok) return file;
  if (file.value === 'missing') return unreachable('The journal has no signed checkpoint yet.');
  const note = new TextDecoder().decode(file.value);
  const keys = await keysFor(note, vkey, log);
  return keys.ok ? openCheckpoint(note, keys.value.key) : keys;
}

export function JournalPage() {
  const status = useAnswer('status', {});
  const vkey = status.state === 'ready' ? status.value.vkey : null;
  const checkpoint = useQuery({
    queryKey: ['checkpoint', vkey],
    queryFn: () => readCheckpoint(vkey ?? ''),
    enabled: vkey !== null,
    // Signed anew whenever the log grew: the live stream tells.
    meta: { live: true },
  });
  const { name, text, proof, check } = useReceiptCheck(vkey);
  const read = checkpoint.data ?? null;
  return (
    <JournalView
      journal={prepareJournal(read, vkey)}
      note={read?.ok === true ? read.value.note : null}
      dropped={name === null ? null : { name, text: prepareDropped(text, proof), proof }}
      onFile={check}
    />
  );
}
