// Joins commitments, what is to be expected of them, and what drew the chosen milestone.
import type { Drawn } from '@weighbridge/protocol';
import { chargesText } from '../features/commitments/charges.ts';
import { drawnColumns, drawnText } from '../features/commitments/drawn.ts';
import { DrawnPanel } from '../features/commitments/drawn-view.tsx';
import {
  commitmentsHeadline,
  commitmentTexts,
  possibleTexts,
  selectedOf,
  type CommitmentsWays,
  type Selected,
} from '../features/commitments/model.ts';
import { ofStatus, statusCounts } from '../features/contracts/words.ts';
import { CommitmentsView } from '../features/commitments/view.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { ON_SAMPLE } from '../url/mount.ts';
import { commitmentsSearch, contractSearch, contractsSearch } from './deal-search.ts';
import { addressOf, usePageState } from './navigate.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';

export function CommitmentsPage() {
  const { value: search, change, addressFor, hrefOf, addressWith } = usePageState(commitmentsSearch);
  const { at } = search;
  const asked = useAnswer('commitments', { growth: search.growth, ...(at === '' ? {} : { at }) });
  const known = valueOf(asked);
  const ways: CommitmentsWays = {
    contractHref: (id) => addressWith(`/contracts/${id}`, contractSearch.write({ at })),
    drawnHref: (sel) => addressFor({ sel }),
    unpricedHref: hrefOf('/calls', 'price:unpriced'),
  };
  const selected = selectedOf(search.sel);
  return (
    <CommitmentsView
      headline={known === null ? null : commitmentsHeadline(known, at)}
      problem={asked.state === 'problem' ? asked.problem : null}
      commitments={
        known === null ? [] : commitmentTexts({ ...known, rows: [...ofStatus(known.rows, search.status)] }, ways)
      }
      possible={known === null ? [] : possibleTexts(ofStatus(known.possibilities, search.status), ways)}
      charges={known === null ? { sums: [], sentence: '', unknown: [] } : chargesText(known, ways)}
      growth={search.growth}
      status={search.status}
      counts={statusCounts([...(known?.rows ?? []), ...(known?.possibilities ?? [])], search.status)}
      onStatus={(status) => change({ status })}
      onGrowth={(growth) => change({ growth })}
      at={at}
      onDay={(day) => change({ at: day, sel: '' })}
      enterHref={ON_SAMPLE ? null : addressWith('/contracts', contractsSearch.write({ show: 'enter' }))}
      busy={isWaiting(asked)}
      onRetry={asked.retry}
      beside={
        selected === null ? null : (
          <Beside key={search.sel} at={at} selected={selected} onClose={() => change({ sel: '' })} />
        )
      }
    />
  );
}

interface BesideProps {
  readonly at: string;
  readonly selected: Selected;
  readonly onClose: () => void;
}

function Beside({ at, selected, onClose }: BesideProps) {
  const asked = useAnswer('drawn', { ...selected, ...(at === '' ? {} : { at }) });
  const known = valueOf(asked);
  return (
    <DrawnPanel
      text={known === null ? null : drawnText(known)}
      table={tableOf(asked)}
      columns={drawnColumns(known?.currency ?? '', (day, filter) => addressOf('/calls', day, filter))}
      onClose={onClose}
      onRetry={asked.retry}
    />
  );
}

function tableOf(asked: Asked<Drawn>): TableData<Drawn['rows'][number]> {
  if (asked.state !== 'ready') return asked;
  const { rows } = asked.value;
  return rows.length > 0
    ? { state: 'rows', rows }
    : { state: 'empty', empty: { what: 'Nothing has drawn this milestone yet.', command: null } };
}
