// Draws a grade of evidence: five steps, as many filled as the grade reaches, its meaning on focus.
import type { RegionGrade } from '@weighbridge/protocol';
import { Hint } from '../popover/view.tsx';
import { prepareEvidence } from './model.ts';

const STEPS = [1, 2, 3, 4, 5] as const;

interface EvidenceProps {
  readonly grade: RegionGrade;
  /** Whether the label stands beside the steps. */
  readonly wordy?: boolean;
}

export function Evidence({ grade, wordy = false }: EvidenceProps) {
  const { label, meaning, steps } = prepareEvidence(grade);
  return (
    <Hint
      className="evidence"
      hint={
        <>
          <strong>
            Grade {grade}: {label}.
          </strong>{' '}
          {meaning}
        </>
      }
    >
      <span className="evidence-steps" aria-hidden="true">
        {STEPS.map((step) => (
          <span key={step} data-on={step <= steps || undefined} />
        ))}
      </span>
      <span className={wordy ? '' : 'unseen'}>
        grade {grade}
        {wordy && `, ${label}`}
      </span>
    </Hint>
  );
}
