// Runs the check of one entry in the page, step by step as it goes, and forgets a run that was overtaken by a newer one.
import { useCallback, useRef, useState } from 'react';
import type { CallDetail } from '@weighbridge/protocol';
import type { ProofState } from '../../parts/proof-badge/model.ts';
import type { Disclosure } from '../../proof/receipt.ts';
import { fetchLog } from '../../proof/tiles.ts';
import { keptStorage } from '../../app/kept-storage.ts';
import { ON_SAMPLE } from '../../url/mount.ts';
import { LOG_PATH } from '../log-path.ts';
import type { Store } from '../../proof/memory.ts';
import { verifyEntry, type Step } from '../../proof/verify.ts';

export function useProof(
  entry: number,
  disclosure: CallDetail['disclosure'],
  vkey: string | null,
): { readonly proof: ProofState; readonly check: () => void } {
  const [proof, setProof] = useState<ProofState>({ state: 'unchecked' });
  const run = useRef(0);
  const check = useCallback(() => {
    if (vkey === null) return;
    run.current += 1;
    const own = run.current;
    const steps: Step[] = [];
    const show = (state: ProofState): void => {
      if (run.current === own) setProof(state);
    };
    show({ state: 'checking', steps });
    const onStep = (step: Step): void => {
      steps.push(step);
      show({ state: 'checking', steps: [...steps] });
    };
    const store = ON_SAMPLE ? byKey(keptStorage(), vkey) : keptStorage();
    const context = { fetch: fetchLog(LOG_PATH, (url, init) => fetch(url, init)), vkey, store, onStep };
    void verifyEntry(entry, disclosure as Disclosure, context).then((report) => show({ state: 'done', report }));
  }, [entry, disclosure, vkey]);
  return { proof, check };
}

/** A sample that is made anew is another log of the same name: what is remembered of one is not held against the next. */
const byKey = (store: Store | null, vkey: string): Store | null =>
  store === null
    ? null
    : {
        getItem: (name) => store.getItem(`${name} ${vkey}`),
        setItem: (name, value) => store.setItem(`${name} ${vkey}`, value),
      };
