// A file of exactly what is asked for, prepared by the server and saved by the browser as it comes.
import { useState } from 'react';
import type { Question } from '../api/port.ts';
import type { ProblemText } from '../parts/problem/model.ts';
import { useApi } from './use-answer.ts';

export function useExport(): {
  readonly problem: ProblemText | null;
  readonly save: (wanted: Question<'prepareExport'>) => void;
} {
  const api = useApi();
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const save = (wanted: Question<'prepareExport'>): void => {
    setProblem(null);
    void api.ask('prepareExport', wanted).then((answer) => {
      if (!answer.ok) setProblem(answer.problem);
      else location.assign(answer.value.path);
    });
  };
  return { problem, save };
}
