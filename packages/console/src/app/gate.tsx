// What stands in front of every page: the session. While none is open, the page that says how to open one, at whatever
// address it is; once one is, the page of that address.
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import type { ConsoleSession } from '../api/session.ts';
import { SignIn } from '../features/sign-in/view.tsx';

interface GateProps {
  readonly session: ConsoleSession;
  readonly children: ReactNode;
}

export function Gate({ session, children }: GateProps) {
  const { state, ...more } = useSyncExternalStore(session.watch, session.state);
  useEffect(() => {
    // A link that is pasted into the address of an open page changes only what stands behind the `#`.
    const opened = () => {
      if (location.hash.startsWith('#link=')) void session.begin();
    };
    addEventListener('hashchange', opened);
    return () => removeEventListener('hashchange', opened);
  }, [session]);
  if (state === 'open') return children;
  if (state === 'opening') return <div className="gate" aria-busy="true" />;
  const problem = 'problem' in more ? more.problem : null;
  return <SignIn problem={problem} onLink={(secret) => location.assign(`#link=${secret}`)} />;
}
