// Joins the journal's page: the checkpoint as it is served, the key of the log, and a dropped receipt.
import { NO_CALLS } from '../features/commands.ts';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { ControlEntry, Found } from '@weighbridge/protocol';
import { useEffect, useState } from 'react';
import { Entries, LogState } from '../features/journal/entries-view.tsx';
import { prepareDropped, prepareJournal } from '../features/journal/model.ts';
import { entryColumns, growthChart, tableTexts, witnessTexts } from '../features/journal/state.ts';
import { useReceiptCheck } from '../features/journal/use-receipt-check.ts';
import { JournalView } from '../features/journal/view.tsx';
import { LOG_PATH } from '../features/log-path.ts';
import { NotYet } from '../features/settings/view.tsx';
import { keysFor } from '../proof/handover.ts';
import { cryptoProblem, openCheckpoint, type Checkpoint } from '../proof/note.ts';
import { unreachable, unsupported, type Outcome } from '../proof/outcome.ts';
import { fetchLog, MAX_NOTE_BYTES } from '../proof/tiles.ts';
import { useNow } from '../parts/clock/clock.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { Empty } from '../parts/empty/view.tsx';
import { Problem } from '../parts/problem/view.tsx';
import { rangeOr } from '../url/time-range.ts';
import { usePageState } from './navigate.ts';
import { journalSearch } from './search-state.ts';
import { steadyRange } from './steady-range.ts';
import { useAnswer, valueOf, type Asked } from './use-answer.ts';
import { useEntries } from './use-entries.ts';

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

/** An entry may be named by its id: then its index is asked for, and stands in the address. What was just written is there once it is sealed. */
export function JournalPage() {
  const router = useRouter();
  const { value: search, addressFor } = usePageState(journalSearch);
  const named = search.sel.length === ID_CHARS;
  const found = useAnswer('find', named ? { text: search.sel } : null, 'stream');
  const index = found.state === 'ready' && !found.stale ? indexOf(found.value) : null;
  const address = named && index !== null ? addressFor({ sel: index }) : null;
  useEffect(() => {
    if (address !== null) router.history.replace(address);
  }, [address, router]);
  if (!named) return <Journal />;
  if (found.state === 'ready' && !found.stale && index === null)
    return <Empty what={`No entry of this log has the id ${search.sel}, or not yet.`} command={null} />;
  const problem = found.state === 'problem' ? found.problem : null;
  return <NotYet problem={problem} onRetry={found.retry} label="The entry is looked for" />;
}

const ID_CHARS = 26;

const indexOf = ({ rows }: Found): string | null => rows.find(({ kind }) => kind === 'entry')?.id ?? null;

function Journal() {
  const { value: search, change, hrefOf } = usePageState(journalSearch);
  const now = useNow();
  const range = steadyRange(rangeOr(search.t, now));
  const status = useAnswer('status', {}, 'stream');
  const vkey = valueOf(status)?.vkey ?? null;
  const log = useAnswer('journal', { since: range.from, until: range.until }, 'stream');
  // Where the page was opened at; what is chosen later is among the rows that are there.
  const [named] = useState(search.sel === '' ? null : Number(search.sel));
  const entries = useEntries(named);
  const checkpoint = useQuery({
    queryKey: ['checkpoint', vkey],
    queryFn: () => readCheckpoint(vkey ?? ''),
    enabled: vkey !== null,
    // Signed anew whenever the log grew: the live stream tells.
    meta: { live: true },
  });
  const { name, text, proof, check } = useReceiptCheck(vkey);
  const read = checkpoint.data ?? null;
  const state = valueOf(log);
  const rows = valueOf(entries.asked) ?? [];
  return (
    <>
      <JournalView
        journal={prepareJournal(read, vkey)}
        note={read?.ok === true ? read.value.note : null}
        dropped={name === null ? null : { name, text: prepareDropped(text, proof), proof }}
        onFile={check}
      >
        {log.state === 'problem' && <Problem problem={log.problem} onRetry={log.retry} />}
        {state !== null && (
          <LogState
            witnesses={witnessTexts(state)}
            growth={growthChart(state, range, now)}
            tables={tableTexts(state)}
          />
        )}
      </JournalView>
      <Entries
        table={entriesTable(entries.asked)}
        columns={entryColumns((id) => hrefOf(`/calls/${id}`))}
        search={search}
        selected={rows.find(({ entry }) => String(entry) === search.sel) ?? null}
        vkey={vkey}
        change={change}
        onMore={entries.more}
        onRetry={entries.asked.retry}
      />
    </>
  );
}

function entriesTable(asked: Asked<readonly ControlEntry[]>): TableData<ControlEntry> {
  if (asked.state !== 'ready') return asked;
  if (asked.value.length > 0) return { state: 'rows', rows: asked.value };
  return { state: 'empty', empty: { ...NO_CALLS, what: 'The journal is empty.' } };
}
