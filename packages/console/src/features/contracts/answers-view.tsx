// The few things that somebody who signs wants to know first, each with what it rests on.
import type { Answer } from './reading.ts';

export const Answers = ({ answers }: { readonly answers: readonly Answer[] }) => (
  <dl className="answers">
    {answers.map(({ key, question, text, note, tone }) => (
      <div key={key} data-tone={tone}>
        <dt>{question}</dt>
        <dd>
          <span className="answer-text">{text}</span>
          <span className="answer-note">{note}</span>
        </dd>
      </div>
    ))}
  </dl>
);
