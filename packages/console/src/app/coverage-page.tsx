// Joins coverage of the chosen range, its model and its view. An import is made by a command: the page shows which.
import { coverageCommand } from '../features/commands.ts';
import {
  coverageColumns,
  coverageHeadline,
  exactRows,
  gapRows,
  ownerRows,
  recordRows,
  rowsOf,
  trendOf,
  unknownRows,
  type CoverageRow,
} from '../features/coverage/model.ts';
import { CoverageView } from '../features/coverage/view.tsx';
import { windowPanel, windowsSentence, windowTexts } from '../features/coverage/windows.ts';
import { readWindowName, type CoverageView as Coverage } from '@weighbridge/protocol';
import { useNow } from '../parts/clock/clock.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { ON_SAMPLE } from '../url/mount.ts';
import { rangeOr } from '../url/time-range.ts';
import { usePageState } from './navigate.ts';
import { coverageSearch, type CoverageSplit } from './search-state.ts';
import { steadyRange } from './steady-range.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';

export function CoveragePage() {
  const { value: search, change, addressFor, hrefOf } = usePageState(coverageSearch);
  const now = useNow();
  const range = steadyRange(rangeOr(search.t, now));
  const asked = useAnswer('coverage', { since: range.from, until: range.until });
  const known = valueOf(asked);
  // Its figures move only while one is open; that one opens or closes, the live stream tells.
  const moving = (valueOf(useAnswer('status', {}, 'stream'))?.windows.length ?? 0) > 0 ? 'clock' : 'no';
  const windows = useAnswer('windows', {}, moving);
  const window = useAnswer('window', readWindowName(search.window), moving);
  const told = valueOf(windows);
  const chosen = search.window === '' ? null : valueOf(window);
  return (
    <CoverageView
      headline={known === null ? null : coverageHeadline(known)}
      trend={known === null ? null : trendOf(known, now)}
      table={tableOf(asked, search.by)}
      columns={coverageColumns(search.by)}
      lists={
        known === null
          ? null
          : {
              gaps: gapRows(known),
              exact: exactRows(known),
              unknown: unknownRows(known),
              records: recordRows(known),
              owners: ownerRows(known),
              notes: known.notes,
            }
      }
      windows={{
        list: told === null ? null : { sentence: windowsSentence(told), rows: windowTexts(told), notes: told.notes },
        problem: windows.state === 'problem' ? windows.problem : null,
        chosen: search.window,
        hrefOf: (name) => addressFor({ window: name }),
      }}
      window={chosen === null ? null : windowPanel(chosen)}
      windowProblem={search.window !== '' && window.state === 'problem' ? window.problem : null}
      callHref={(id) => hrefOf(`/calls/${id}`)}
      search={search}
      command={coverageCommand(range)}
      change={change}
      onRetry={asked.retry}
      busy={isWaiting(asked)}
    />
  );
}

function tableOf(asked: Asked<Coverage>, by: CoverageSplit): TableData<CoverageRow> {
  if (asked.state !== 'ready') return asked;
  const rows = rowsOf(asked.value, by);
  if (rows.length > 0) return { state: 'rows', rows };
  const what = "No seller's record is about this range.";
  return { state: 'empty', empty: { what, command: ON_SAMPLE ? null : 'weighbridge observe import FILE' } };
}
