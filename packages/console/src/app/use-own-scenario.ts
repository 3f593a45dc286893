// A scenario file that was brought to this tab: asked about once, and run while the address says so. It is kept while the tab is
// open, so that other pages can be looked at meanwhile.
import { useState } from 'react';
import { ownProblem, tooLong, type OwnFile, type OwnState } from '../features/alliance/own-file.ts';
import { useApi } from './use-answer.ts';

const KEPT = 'weighbridge-scenario';

/** Null where nothing is kept, or nothing can be. */
function keptFile(): OwnFile | null {
  try {
    const held = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Partial<OwnFile> | null;
    return typeof held?.name === 'string' && typeof held.text === 'string'
      ? { name: held.name, text: held.text }
      : null;
  } catch {
    return null;
  }
}

function keepFile(file: OwnFile): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(file));
  } catch {
    // The tab keeps nothing: the file is there until the page is left.
  }
}

interface OwnScenarioState {
  /** The file that may be run; null until one was found sound. */
  readonly file: OwnFile | null;
  readonly state: OwnState;
  readonly read: (file: File | undefined) => void;
}

/** `sound`: a file was found sound. */
export function useOwnScenario(sound: () => void): OwnScenarioState {
  const api = useApi();
  const [file, setFile] = useState(keptFile);
  const [state, setState] = useState<OwnState>({ state: 'none' });
  const look = async (given: File): Promise<void> => {
    const large = ownProblem(given);
    if (large !== '') return setState({ state: 'refused', says: large });
    const own: OwnFile = { name: given.name, text: await given.text() };
    const long = tooLong(own);
    if (long !== '') return setState({ state: 'refused', says: long });
    setState({ state: 'reading', file: own });
    const answer = await api.ask('checkScenario', { text: own.text });
    if (!answer.ok) return setState({ state: 'failed', file: own, problem: answer.problem });
    setState({ state: 'read', file: own, checked: answer.value });
    if (answer.value.reading === null) return;
    keepFile(own);
    setFile(own);
    sound();
  };
  return { file, state, read: (given) => given !== undefined && void look(given) };
}
