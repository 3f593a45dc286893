// Joins the journal's page: the checkpoint as it is served, the key of the log, and a dropped receipt.
import { NO_CALLS } from '../features/commands.ts';
import { useQuery } from '@tanstack/react-query';
import type { ControlEntry } from '@weighbridge/protocol';
import { useState } from 'react';
import { Entries, LogState } from '../features/journal/entries-view.tsx';
import { prepareDropped, prepareJournal } from '../features/journal/model.ts';
import { entryColumns, growthChart, tableTexts, witnessTexts } from '../features/journal/state.ts';
import { useReceiptCheck } from '../features/journal/use-receipt-check.ts';
import { JournalView } from '../features/journal/view.tsx';
import { LOG_PATH } from '../features/log-path.ts';
import { keysFor } from '../proof/handover.ts';
import { cryptoProblem, openCheckpoint, type Checkpoint } from '../proof/note.ts';
import { unreachable, unsupported, type Outcome } from '../proof/outcome.ts';
import { fetchLog, MAX_NOTE_BYTES } from '../proof/tiles.ts';
import { useNow } from '../parts/clock/clock.tsx';
import type { TableData } from '../parts/data-table/model.ts';
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

export function JournalPage() {
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
