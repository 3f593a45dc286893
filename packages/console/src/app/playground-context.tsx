// The playground's memory, one for as long as a session is open in this tab: it outlives its page, and ends with the session.
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { createPlayStore, type PlayStore } from '../features/playground/store.ts';
import { NO_API, useApi } from './use-answer.ts';

const parts = {
  now: () => Date.now(),
  wait: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
  soon: (tell: () => void) => void requestAnimationFrame(tell),
};

const Play = createContext<PlayStore>(createPlayStore({ ...parts, api: NO_API }));

export function PlaygroundProvider({ children }: { readonly children: ReactNode }) {
  const api = useApi();
  const [store] = useState(() => createPlayStore({ ...parts, api }));
  useEffect(() => () => store.stop(), [store]);
  return <Play value={store}>{children}</Play>;
}

export const usePlayStore = (): PlayStore => useContext(Play);
