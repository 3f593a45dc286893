// Windows of bypasses, drawn: the list beside the gaps of coverage, the chosen one in a panel with its calls, and the notice
// that stands above every page while one is open.
import type { ReactNode } from 'react';
import { Copy } from '../../parts/copy/view.tsx';
import { Panel } from '../../parts/panel/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { Facts } from '../facts-view.tsx';
import type { BypassNotice, WindowPanel, WindowText } from './windows.ts';

export interface WindowList {
  readonly sentence: string;
  readonly rows: readonly WindowText[];
  readonly notes: readonly string[];
}

interface WindowsProps {
  /** Null while they are being asked for. */
  readonly list: WindowList | null;
  readonly problem: ProblemText | null;
  /** The name of the chosen one; '': none. */
  readonly chosen: string;
  readonly hrefOf: (name: string) => string;
}

const HEAD = ['Opened', 'Bypass', 'State', 'Calls>', 'Lost>', "Sellers' records", 'No receipt>'];

export const WindowsView = ({ list, problem, chosen, hrefOf }: WindowsProps) => (
  <section className="coverage-section" aria-labelledby="windows-title">
    <h2 id="windows-title">Windows in which nothing was sealed</h2>
    <p className="section-note">{list?.sentence ?? <span className="skeleton headline-skeleton" />}</p>
    {problem !== null && <Problem problem={problem} />}
    {list !== null && list.rows.length > 0 && (
      <Plain
        name="Windows in which nothing was sealed"
        head={HEAD}
        rows={list.rows.map((row) => ({ key: row.name, cells: cellsOf(row, row.name === chosen, hrefOf) }))}
      />
    )}
    {list?.notes.map((note) => (
      <p key={note} className="section-note">
        {note}
      </p>
    ))}
  </section>
);

const cellsOf = (row: WindowText, current: boolean, hrefOf: (name: string) => string): readonly ReactNode[] => [
  <a key="opened" className="nowrap" href={hrefOf(row.name)} aria-current={current || undefined} data-window={row.name}>
    {row.opened}
  </a>,
  row.bypass,
  <Tag key="state" tone={row.state.tone}>
    {row.state.text}
  </Tag>,
  row.calls,
  row.lost,
  <Tag key="verdict" tone={row.verdict.tone}>
    {row.verdict.text}
  </Tag>,
  row.unaccounted,
];

interface BesideProps {
  readonly panel: WindowPanel;
  readonly callHref: (id: string) => string;
  readonly onClose: () => void;
}

export const WindowBeside = ({ panel, callHref, onClose }: BesideProps) => (
  <Panel title={panel.name} onClose={onClose}>
    <p className="panel-marks">
      <Tag tone={panel.state.tone}>{panel.state.text}</Tag>
      {panel.records.length > 0 && <Tag tone={panel.verdict.tone}>sellers' records: {panel.verdict.text}</Tag>}
      {panel.simulated && (
        <span className="tag hatched" data-tone="warn">
          simulated
        </span>
      )}
    </p>
    <Facts title="What it is" facts={panel.facts} />
    <Facts title="What became of its calls" facts={panel.became} />
    <Facts title="What sellers' records say" facts={panel.records} />
    {panel.sums.map(({ key, text }) => (
      <p key={key} className="section-note">
        {text}
      </p>
    ))}
    <Calls panel={panel} callHref={callHref} />
    <Strangers panel={panel} />
    {panel.notes.map((note) => (
      <p key={note} className="section-note">
        {note}
      </p>
    ))}
    <p>
      <Copy text={`weighbridge windows ${panel.name}`} label="Copy as command" />
    </p>
  </Panel>
);

const Calls = ({ panel, callHref }: Pick<BesideProps, 'panel' | 'callHref'>) =>
  panel.calls.length === 0 ? null : (
    <section>
      <h2>Late receipts</h2>
      <Plain
        name="Late receipts"
        head={['Receipt', 'Deployment', "Seller's request", 'Tokens>', 'Record']}
        rows={panel.calls.map(({ id, deployment, request, tokens, record }) => ({
          key: id,
          cells: [
            <a key="id" href={callHref(id)}>
              <code>{id}</code>
            </a>,
            deployment,
            request === null ? null : <code key="request">{request}</code>,
            tokens,
            <Tag key="record" tone={record.tone}>
              {record.text}
            </Tag>,
          ],
        }))}
      />
      <More count={panel.moreCalls} />
    </section>
  );

const Strangers = ({ panel }: Pick<BesideProps, 'panel'>) =>
  panel.strangers.length === 0 ? null : (
    <section>
      <h2>Requests that no receipt bears</h2>
      <p className="section-note">Calls that were lost, or that somebody made past the gateway.</p>
      <Plain
        name="Requests that no receipt bears"
        head={['At', 'Seller', 'Record', 'Model', 'Tokens>']}
        rows={panel.strangers}
      />
      <More count={panel.moreStrangers} />
    </section>
  );

const More = ({ count }: { readonly count: number }) =>
  count === 0 ? null : <p className="section-note">{count} more are in the answer of the command, with --json.</p>;

interface NoticesProps {
  readonly notices: readonly BypassNotice[];
  readonly hrefOf: (name: string) => string;
}

export const BypassNotices = ({ notices, hrefOf }: NoticesProps) =>
  notices.map(({ name, text, next }) => (
    <aside key={name} className="notice" role="alert" aria-label="Calls without a receipt">
      <p>
        <strong>{text}</strong> {next}
      </p>
      <p>
        <a href={hrefOf(name)}>See the window</a>
      </p>
    </aside>
  ));
