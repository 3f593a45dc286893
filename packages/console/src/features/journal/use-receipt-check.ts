// Checks a receipt file in the page, and forgets a run that was overtaken by another file.
import { useRef, useState } from 'react';
import type { ProofState } from '../../parts/proof-badge/model.ts';
import { fetchLog } from '../../proof/tiles.ts';
import { verifyReceiptFile, type Step } from '../../proof/verify.ts';
import { LOG_PATH } from '../log-path.ts';

export interface ReceiptCheck {
  readonly name: string | null;
  readonly text: string;
  readonly proof: ProofState;
  readonly check: (name: string, text: string) => void;
}

export function useReceiptCheck(vkey: string | null): ReceiptCheck {
  const [file, setFile] = useState<{ readonly name: string; readonly text: string } | null>(null);
  const [proof, setProof] = useState<ProofState>({ state: 'unchecked' });
  const run = useRef(0);
  const check = (name: string, text: string): void => {
    if (vkey === null) return;
    run.current += 1;
    const own = run.current;
    const steps: Step[] = [];
    setFile({ name, text });
    setProof({ state: 'checking', steps });
    const context = { fetch: fetchLog(LOG_PATH, (url, init) => fetch(url, init)), vkey, store: null };
    void verifyReceiptFile(text, context).then((report) => {
      if (run.current === own) setProof({ state: 'done', report });
    });
  };
  return { name: file?.name ?? null, text: file?.text ?? '', proof, check };
}
