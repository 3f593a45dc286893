// Joins one call: its receipt, and the key of the log to check it with.
import { useParams } from '@tanstack/react-router';
import { CallView } from '../features/call/view.tsx';
import { Problem } from '../parts/problem/view.tsx';
import { useAnswer } from './use-answer.ts';
import { useExport } from './use-export.ts';

export function CallPage() {
  const { id = '' } = useParams({ strict: false });
  const receipt = useAnswer('receipt', { id });
  const status = useAnswer('status', {});
  const { save, problem } = useExport();
  if (receipt.state === 'problem') return <Problem problem={receipt.problem} onRetry={receipt.retry} />;
  if (receipt.state === 'loading')
    return <div className="skeleton headline-skeleton" role="status" aria-label="The receipt is loading" />;
  return (
    <CallView
      receipt={receipt.value}
      vkey={status.state === 'ready' ? status.value.vkey : null}
      onSave={(groups) => save({ of: 'receipt', id, groups })}
      problem={problem}
    />
  );
}
