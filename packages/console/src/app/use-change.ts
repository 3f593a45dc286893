// A change that the control API is asked for once: it works, fails with a problem, or is done.
import type { ControlAnswer, ControlName } from '@weighbridge/protocol';
import { useState } from 'react';
import type { Question } from '../api/port.ts';
import type { Change } from '../features/settings/keys-view.tsx';
import { useApi } from './use-answer.ts';

export function useChange<N extends ControlName>(
  name: N,
  done: (value: ControlAnswer<N>) => void,
): {
  readonly change: Change<ControlAnswer<N>>;
  readonly run: (input: Question<N>) => void;
  /** Takes back what is said of the last one. */
  readonly forget: () => void;
} {
  const api = useApi();
  const [change, setChange] = useState<Change<ControlAnswer<N>>>({ state: 'ready' });
  const run = (input: Question<N>): void => {
    setChange({ state: 'working' });
    void api.ask(name, input).then((answer) => {
      setChange(answer.ok ? { state: 'done', value: answer.value } : { state: 'problem', problem: answer.problem });
      if (answer.ok) done(answer.value);
    });
  };
  return { change, run, forget: () => setChange({ state: 'ready' }) };
}
