// The frame, joined to the router and the control API.
import { Outlet } from '@tanstack/react-router';
import { typedAs, type ControlStatus, type SampleState, type SavedView } from '@weighbridge/protocol';
import type { Freshness } from '../frame/environment.ts';
import { Frame } from '../frame/frame.tsx';
import { PAGES } from '../frame/navigation.ts';
import type { LogLink } from '../frame/rail.tsx';
import { bypassNotices } from '../features/coverage/windows.ts';
import { BypassNotices } from '../features/coverage/windows-view.tsx';
import { isThere } from '../features/sample/model.ts';
import { ON_SAMPLE } from '../url/mount.ts';
import { useNow } from '../parts/clock/clock.tsx';
import { TypedContext } from '../parts/command/typed.ts';
import { PRESETS, rangeOr, readTimeRange } from '../url/time-range.ts';
import type { Command } from '../frame/palette.ts';
import { useLost } from './live.tsx';
import { addressOf, BASE, OWN_BASE, SAMPLE_BASE, usePageState } from './navigate.ts';
import { keptForm, useKeptForm } from './command-form.ts';
import { SampleNotice } from './sample-notice.tsx';
import { useSample } from './use-sample.ts';
import { callSearch } from './search-state.ts';
import { foundCommand } from './found-command.ts';
import { useAnswer, useApi, valueOf } from './use-answer.ts';

export function Shell() {
  const { value, path, change, go: goHere, hrefOf, addressWith } = usePageState(callSearch);
  const now = useNow();
  const status = useAnswer('status', {}, 'stream');
  const known = valueOf(status);
  const lost = useLost();
  const { sample } = useSample();
  const form = known?.command ?? keptForm();
  useKeptForm(known?.command ?? null);
  const views = useAnswer('views', {});
  const api = useApi();
  const find = async (text: string): Promise<readonly Command[]> => {
    const answer = await api.ask('find', { text: text.slice(0, 200) });
    return answer.ok ? answer.value.rows.flatMap((row) => foundCommand(row, hrefOf) ?? []) : [];
  };
  const go = (href: string): void => (href.startsWith(BASE) ? goHere(href) : location.assign(href));
  return (
    <TypedContext value={(line) => typedAs(form, line)}>
      <Frame
        organisation={known?.organisation ?? 'Weighbridge'}
        environment={ON_SAMPLE ? 'sample' : (known?.log ?? null)}
        fresh={known === null ? null : freshnessOf(known)}
        lost={lost}
        pages={PAGES}
        path={path}
        range={rangeOr(value.t, now)}
        onRange={(t) => change({ t })}
        hrefOf={hrefOf}
        go={go}
        commands={[
          ...commandsOf(path, hrefOf, now),
          ...viewCommands(valueOf(views)?.rows ?? []),
          ...logCommands(sample),
        ]}
        find={find}
        logs={ON_SAMPLE || isThere(sample) ? LOGS : []}
        notice={
          <>
            {ON_SAMPLE && <SampleNotice />}
            <BypassNotices
              notices={known === null ? [] : bypassNotices(known)}
              hrefOf={(window) => addressWith('/coverage', { window })}
            />
          </>
        }
      >
        <Outlet />
      </Frame>
    </TypedContext>
  );
}

const LOGS: readonly LogLink[] = [
  { title: 'Sample organisation', href: SAMPLE_BASE, current: ON_SAMPLE },
  { title: 'Your calls', href: OWN_BASE, current: !ON_SAMPLE },
];

/** The other log; the sample also where it is not there: its page makes it. */
const logCommands = (sample: SampleState | null): readonly Command[] =>
  ON_SAMPLE
    ? [{ id: 'log:own', title: 'Your calls', about: 'the log of this instance', href: OWN_BASE }]
    : sample === null || sample.state === 'off'
      ? []
      : [{ id: 'log:sample', title: 'Sample organisation', about: 'an invented month to look at', href: SAMPLE_BASE }];

const freshnessOf = ({ up_to: upTo, projections: { state, projections } }: ControlStatus): Freshness => ({
  running: state === 'running',
  behind: Math.max(0, ...projections.map(({ lag_entries: lag }) => lag)),
  lagMs: Math.max(0, ...projections.map(({ lag_seconds: lag }) => lag)) * 1000,
  upTo,
});

const viewCommands = (views: readonly SavedView[]): readonly Command[] =>
  views.map(({ id, name, path, query }) => ({
    id: `view:${id}`,
    title: name,
    about: 'a saved view',
    href: `${addressOf(path, undefined)}${query === '' ? '' : `?${query}`}`,
  }));

function commandsOf(path: string, hrefOf: (path: string) => string, now: number): readonly Command[] {
  const pages = PAGES.map(({ key, title, about, path: to }): Command => ({
    id: `page:${key}`,
    title,
    about,
    href: hrefOf(to),
  }));
  const ranges = PRESETS.flatMap((text): Command[] => {
    const reading = readTimeRange(text, now);
    if (!reading.ok) return [];
    return [
      {
        id: `range:${text}`,
        title: reading.range.label,
        about: 'time range',
        words: [text],
        href: addressOf(path, text),
      },
    ];
  });
  return [...pages, ...ranges];
}
