// The console starts here: theme first, so that nothing flashes, then clock, API, cache and router around the frame.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { httpApi } from './api/http.ts';
import { makeRouter } from './app/router.tsx';
import { ApiProvider } from './app/use-answer.ts';
import { ClockProvider } from './parts/clock/clock.tsx';
import { applyTheme, storedTheme } from './parts/theme/theme.ts';

applyTheme(storedTheme());
const root = document.getElementById('console');
if (root !== null) {
  const api = httpApi((url, init) => fetch(url, init));
  // A picture or a test may stand still at an instant: `<html data-now="…">`.
  const now = document.documentElement.dataset['now'];
  createRoot(root).render(
    <StrictMode>
      <ClockProvider fixed={now === undefined ? undefined : Number(now)}>
        <QueryClientProvider client={new QueryClient()}>
          <ApiProvider value={api}>
            <RouterProvider router={makeRouter()} />
          </ApiProvider>
        </QueryClientProvider>
      </ClockProvider>
    </StrictMode>,
  );
}
