// The answers of a seller, drawn: which contract, who answered, and a field for each question that it leaves open.
import { useState } from 'react';
import type { ControlAnswer, ControlInput } from '@weighbridge/protocol';
import { Problem } from '../../parts/problem/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { AreaField, SelectField, TextField } from '../form-view.tsx';
import type { Change } from '../settings/keys-view.tsx';
import { enteredText, readAnswers, type TopicText } from './answers.ts';

interface AnswersProps {
  readonly contract: string;
  readonly contracts: readonly { readonly value: string; readonly title: string }[];
  readonly topics: readonly TopicText[];
  readonly entered: Change<ControlAnswer<'enterAnswers'>>;
  readonly claimsHref: string;
  readonly onContract: (contract: string) => void;
  readonly onEnter: (input: ControlInput<'enterAnswers'>) => void;
}

export function AnswersPart(props: AnswersProps) {
  const { contract, contracts, topics, entered, claimsHref, onContract, onEnter } = props;
  const [who, setWho] = useState('');
  const [written, setWritten] = useState<Readonly<Record<string, string>>>({});
  const [missing, setMissing] = useState({ who: '', answers: '' });
  return (
    <form
      className="form form-wide"
      noValidate
      aria-label="Answers to the questionnaire"
      onSubmit={(event) => {
        event.preventDefault();
        const read = readAnswers(contract, who, written);
        setMissing(read.ok ? { who: '', answers: '' } : read);
        if (read.ok) onEnter(read.input);
      }}
    >
      <p className="section-note">
        What the seller answers is entered in the seller’s words. It is a claim like any other: unverified until
        evidence shows it.
      </p>
      <div className="form-pair">
        <SelectField
          label="Contract"
          says="Whose questionnaire was answered: the questions are what it leaves open."
          value={contract}
          choices={contracts}
          onChange={onContract}
        />
        <TextField
          label="Who answered"
          says="A person or a desk at the seller, as it shall stand as the source."
          problem={missing.who}
          value={who}
          most={60}
          onChange={setWho}
        />
      </div>
      {topics.length === 0 && <p>This contract leaves no question open.</p>}
      <Topics
        topics={topics}
        written={written}
        onWrite={(id, answer) => setWritten((old) => ({ ...old, [id]: answer }))}
      />
      <p className="form-bad" aria-live="polite">
        {missing.answers}
      </p>
      {entered.state === 'problem' && <Problem problem={entered.problem} />}
      {entered.state === 'done' && (
        <p className="form-done" role="status">
          {enteredText(entered.value)} <a href={claimsHref}>See them among the claims</a>
        </p>
      )}
      {topics.length > 0 && (
        <p>
          <button type="submit" className="button primary" disabled={entered.state === 'working'}>
            Enter the answers
          </button>
        </p>
      )}
    </form>
  );
}

interface TopicsProps {
  readonly topics: readonly TopicText[];
  readonly written: Readonly<Record<string, string>>;
  readonly onWrite: (question: string, answer: string) => void;
}

const Topics = ({ topics, written, onWrite }: TopicsProps) => (
  <>
    {topics.map(({ topic, questions }) => (
      <fieldset key={topic} className="topic">
        <legend>{topic}</legend>
        {questions.map(({ id, question, why, wanted, required, answered }) => (
          <div key={id} className="question">
            <AreaField
              label={question}
              says={`${why} Wanted: ${wanted}.${answered === '' ? '' : ` Answered so far: “${answered}”`}`}
              value={written[id] ?? ''}
              onChange={(answer) => onWrite(id, answer)}
            />
            {required && <Tag tone="warn">do not sign without it</Tag>}
          </div>
        ))}
      </fieldset>
    ))}
  </>
);
