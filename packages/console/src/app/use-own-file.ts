// A file that was brought to this tab: asked about once, and run while the address says so. It is kept while the tab is open, so that
// other pages can be looked at meanwhile.
import type { ControlAnswer } from '@weighbridge/protocol';
import { useState } from 'react';
import { ownProblem, tooLong, type OwnBounds, type OwnFile, type OwnState } from '../features/own-file.ts';
import { useApi } from './use-answer.ts';

type Check = 'checkScenario' | 'checkPlan';

export interface OwnFileKind<Name extends Check> extends OwnBounds {
  /** Under which the tab keeps it. */
  readonly kept: string;
  readonly check: Name;
}

/** Null where nothing is kept, or nothing can be. */
function keptFile(kept: string): OwnFile | null {
  try {
    const held = JSON.parse(sessionStorage.getItem(kept) ?? 'null') as Partial<OwnFile> | null;
    return typeof held?.name === 'string' && typeof held.text === 'string'
      ? { name: held.name, text: held.text }
      : null;
  } catch {
    return null;
  }
}

function keepFile(kept: string, file: OwnFile): void {
  try {
    sessionStorage.setItem(kept, JSON.stringify(file));
  } catch {
    // The tab keeps nothing: the file is there until the page is left.
  }
}

interface OwnFileState<Name extends Check> {
  /** The file that may be run; null until one was found sound. */
  readonly file: OwnFile | null;
  readonly state: OwnState<ControlAnswer<Name>>;
  readonly read: (file: File | undefined) => void;
}

/** `sound`: a file was found sound. */
export function useOwnFile<Name extends Check>(kind: OwnFileKind<Name>, sound: () => void): OwnFileState<Name> {
  const api = useApi();
  const [file, setFile] = useState(() => keptFile(kind.kept));
  const [state, setState] = useState<OwnState<ControlAnswer<Name>>>({ state: 'none' });
  const look = async (given: File): Promise<void> => {
    const large = ownProblem(given, kind);
    if (large !== '') return setState({ state: 'refused', says: large });
    const own: OwnFile = { name: given.name, text: await given.text() };
    const long = tooLong(own, kind);
    if (long !== '') return setState({ state: 'refused', says: long });
    setState({ state: 'reading', file: own });
    const answer = await api.ask(kind.check, { text: own.text } as Parameters<typeof api.ask<Name>>[1]);
    if (!answer.ok) return setState({ state: 'failed', file: own, problem: answer.problem });
    setState({ state: 'read', file: own, checked: answer.value });
    if (answer.value.reading === null) return;
    keepFile(kind.kept, own);
    setFile(own);
    sound();
  };
  return { file, state, read: (given) => given !== undefined && void look(given) };
}
