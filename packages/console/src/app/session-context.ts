// The way out of the session that pages are shown in.
import { createContext, useContext } from 'react';
import type { ConsoleSession } from '../api/session.ts';

type SignOut = ConsoleSession['end'];

const Session = createContext<SignOut>(() => Promise.resolve());
export const SignOutProvider = Session.Provider;

export const useSignOut = (): SignOut => useContext(Session);
