// Draws what is known of a proof: a badge for a row, and the steps for a page.
import { Icon, type IconName } from '../icon/view.tsx';
import { prepareProof, type ProofState, type ProofStepText } from './model.ts';

const ICONS: Readonly<Record<ProofStepText['state'], IconName>> = {
  ok: 'check',
  bad: 'cross',
  cannot: 'dash',
  new: 'check',
  waiting: 'wait',
};
const SPOKEN: Readonly<Record<ProofStepText['state'], string>> = {
  ok: 'holds',
  bad: 'does not hold',
  cannot: 'cannot tell',
  new: 'seen for the first time',
  waiting: 'to come',
};
const BADGE_ICONS = { good: 'check', bad: 'cross', warn: 'dash', quiet: 'wait' } as const;

export function ProofBadge({ proof }: { readonly proof: ProofState }) {
  const { word, tone } = prepareProof(proof);
  return (
    <span className="badge" data-tone={tone}>
      <Icon name={BADGE_ICONS[tone]} />
      {word}
    </span>
  );
}

interface ProofStepsProps {
  readonly proof: ProofState;
  readonly onCheck?: () => void;
}

export function ProofSteps({ proof, onCheck }: ProofStepsProps) {
  const { sentence, steps } = prepareProof(proof);
  return (
    <div className="proof">
      <div className="proof-head">
        <ProofBadge proof={proof} />
        <p aria-live="polite">{sentence}</p>
        {onCheck !== undefined && proof.state !== 'checking' && (
          <button type="button" className="button" onClick={onCheck}>
            {proof.state === 'unchecked' ? 'Check it here' : 'Check again'}
          </button>
        )}
      </div>
      {steps.length > 0 && (
        <ol className="proof-steps">
          {steps.map(({ title, detail, state }) => (
            <li key={title} data-state={state}>
              <Icon name={ICONS[state]} />
              <div>
                <strong>
                  {title}
                  <span className="unseen">: {SPOKEN[state]}</span>
                </strong>
                {detail !== '' && <p>{detail}</p>}
              </div>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
