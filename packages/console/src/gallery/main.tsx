// The gallery: every part in every state, in the frame, at a fixed instant. For development, for the tests in a real
// browser, and for looking at. It is built only for them; the console does not hold it.
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { LogKind } from '@weighbridge/protocol';
import { Frame } from '../frame/frame.tsx';
import { PAGES } from '../frame/navigation.ts';
import { ClockProvider } from '../parts/clock/clock.tsx';
import { applyTheme, storedTheme } from '../parts/theme/theme.ts';
import type { ChartPick } from '../parts/time-chart/view.tsx';
import { formatQuery, parseQuery } from '../url/search.ts';
import { rangeOr } from '../url/time-range.ts';
import { Charts } from './charts.tsx';
import { Evidences, Figures } from './figures.tsx';
import { Forms } from './forms.tsx';
import { NOW } from './samples.ts';
import { Million, Tables } from './tables.tsx';

const KINDS: readonly LogKind[] = ['live', 'lab', 'sample'];

function Gallery() {
  const query = parseQuery(location.search);
  const [range, setRange] = useState(query['t'] ?? '30d');
  const [path, setPath] = useState(query['page'] ?? '/');
  const [picked, setPicked] = useState<ChartPick | null>(null);
  const hrefOf = (to: string, filter?: string): string =>
    `/console/gallery.html${formatQuery({ page: to, ...(filter === undefined ? {} : { q: filter }) })}`;
  const commands = PAGES.map(({ key, title, about, path: to }) => ({
    id: `page:${key}`,
    title,
    about,
    href: hrefOf(to),
  }));
  return (
    <Frame
      organisation="Acme Insurance"
      environment={KINDS.find((kind) => kind === query['log']) ?? 'sample'}
      fresh={{
        running: true,
        behind: query['lag'] === undefined ? 0 : 12,
        lagMs: Number(query['lag'] ?? 0),
        upTo: NOW,
      }}
      lost={false}
      logs={[]}
      notice={null}
      find={() => Promise.resolve([])}
      pages={PAGES}
      path={path}
      range={rangeOr(range, NOW)}
      onRange={setRange}
      hrefOf={hrefOf}
      go={(href) => {
        history.pushState(null, '', href);
        setPath(parseQuery(new URL(href, location.href).search)['page'] ?? '/');
      }}
      commands={commands}
    >
      <h1>Every part, in every state</h1>
      <output className="gallery-picked unseen">{picked === null ? '' : JSON.stringify(picked)}</output>
      {query['only'] === 'million' ? (
        <Million />
      ) : (
        <>
          <Figures />
          <Evidences />
          <Charts onPick={setPicked} />
          <Tables />
          <Forms />
        </>
      )}
    </Frame>
  );
}

applyTheme(storedTheme());
const root = document.getElementById('console');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <ClockProvider fixed={NOW}>
        <Gallery />
      </ClockProvider>
    </StrictMode>,
  );
}
