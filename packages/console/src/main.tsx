// The console starts here: theme first, so that nothing flashes, then session, clock, cache and router around the frame.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { typedAs, type PageParts } from '@weighbridge/protocol';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { consoleSession } from './api/session.ts';
import { Gate } from './app/gate.tsx';
import { LiveProvider } from './app/live.tsx';
import { makeRouter } from './app/router.tsx';
import { InstanceApiProvider } from './app/instance-context.ts';
import { PlaygroundProvider } from './app/playground-context.tsx';
import { SampleGate } from './app/sample-gate.tsx';
import { SignOutProvider } from './app/session-context.ts';
import { ApiProvider } from './app/use-answer.ts';
import { keptForm } from './app/command-form.ts';
import { keptStorage } from './app/kept-storage.ts';
import { TypedContext } from './parts/command/typed.ts';
import { ClockProvider } from './parts/clock/clock.tsx';
import { MOUNT } from './url/mount.ts';
import { applyTheme, storedTheme } from './parts/theme/theme.ts';

applyTheme(storedTheme());
const root = document.getElementById('console');
if (root !== null) {
  const parts: PageParts = {
    fetch: (path, init) => fetch(path, init),
    storage: keptStorage(),
    mount: MOUNT,
    fragment: {
      read: () => location.hash,
      clear: () => history.replaceState(history.state, '', location.pathname + location.search),
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      }),
  };
  const session = consoleSession(parts);
  void session.begin();
  // A picture or a test may stand still at an instant: `<html data-now="…">`. Then nothing new comes in either.
  const now = document.documentElement.dataset['now'];
  createRoot(root).render(
    <StrictMode>
      <ClockProvider fixed={now === undefined ? undefined : Number(now)}>
        <QueryClientProvider client={new QueryClient()}>
          <InstanceApiProvider value={session.instance}>
            <ApiProvider value={session.api}>
              <SignOutProvider value={session.end}>
                <TypedContext value={(line) => typedAs(keptForm(), line)}>
                  <Gate session={session}>
                    <SampleGate>
                      <LiveProvider off={now !== undefined}>
                        <PlaygroundProvider>
                          <RouterProvider router={makeRouter()} />
                        </PlaygroundProvider>
                      </LiveProvider>
                    </SampleGate>
                  </Gate>
                </TypedContext>
              </SignOutProvider>
            </ApiProvider>
          </InstanceApiProvider>
        </QueryClientProvider>
      </ClockProvider>
    </StrictMode>,
  );
}
