// The frame, joined to the router and the control API. Pages that are not built yet are not in the rail.
import { Outlet } from '@tanstack/react-router';
import { Frame } from '../frame/frame.tsx';
import { PAGES } from '../frame/navigation.ts';
import { useNow } from '../parts/clock/clock.tsx';
import { PRESETS, rangeOr, readTimeRange } from '../url/time-range.ts';
import type { Command } from '../frame/palette.ts';
import { addressOf, usePageState } from './navigate.ts';
import { callSearch } from './search-state.ts';
import { useAnswer } from './use-answer.ts';

const BUILT = PAGES.filter(({ key }) => key === 'overview' || key === 'calls' || key === 'journal');

export function Shell() {
  const { value, path, change, go, hrefOf } = usePageState(callSearch);
  const now = useNow();
  const status = useAnswer('status', {}, true);
  const known = status.state === 'ready' ? status.value : null;
  return (
    <Frame
      organisation={known?.organisation ?? 'Weighbridge'}
      environment={known?.log ?? null}
      upTo={known?.up_to ?? null}
      pages={BUILT}
      path={path}
      range={rangeOr(value.t, now)}
      onRange={(t) => change({ t })}
      hrefOf={hrefOf}
      go={go}
      commands={commandsOf(path, hrefOf, now)}
    >
      <Outlet />
    </Frame>
  );
}

function commandsOf(path: string, hrefOf: (path: string) => string, now: number): readonly Command[] {
  const pages = BUILT.map(({ key, title, about, path: to }): Command => ({
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
