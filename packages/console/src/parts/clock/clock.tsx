// The page's one clock. Relative times, freshness and moving ranges all read it, so that they agree with each other; a
// page under test or a picture in the documentation stands still at a given instant.
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';

const TICK_MS = 5_000;
const Now = createContext(0);

/** UTC milliseconds, the same for everything on the page. */
export const useNow = (): number => useContext(Now);

export function ClockProvider({
  fixed,
  children,
}: {
  readonly fixed?: number | undefined;
  readonly children: ReactNode;
}) {
  const [now, setNow] = useState(() => fixed ?? Date.now());
  useEffect(() => {
    if (fixed !== undefined) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [fixed]);
  return <Now.Provider value={fixed ?? now}>{children}</Now.Provider>;
}
