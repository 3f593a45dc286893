// The answers to a contract's questionnaire: one field for each question that the contract leaves open. What a seller answers comes
// back as a claim, in the seller's words.
import type { ClaimRow, ControlAnswer, ControlInput } from '@weighbridge/protocol';

type Questions = ControlAnswer<'questionnaire'>['questions'];

export interface QuestionText {
  readonly id: string;
  readonly question: string;
  readonly why: string;
  readonly wanted: string;
  readonly required: boolean;
  /** What stands already, verbatim; empty where nothing does. */
  readonly answered: string;
}
export interface TopicText {
  readonly topic: string;
  readonly questions: readonly QuestionText[];
}

const WANTED: Readonly<Record<Questions[number]['answer'], string>> = {
  'yes or no': 'yes or no',
  text: 'a few words',
  number: 'a number',
  document: 'a document, by its name',
};

/** By topic, in the order of the questionnaire. */
export function topicTexts(contract: string, questions: Questions, rows: readonly ClaimRow[]): readonly TopicText[] {
  const known = new Map(rows.map(({ id, text }) => [id, text]));
  const topics = Map.groupBy(questions, ({ topic }) => topic);
  return [...topics].map(([topic, own]) => ({
    topic,
    questions: own.map(({ id, question, why, answer, required }) => ({
      id,
      question,
      why,
      wanted: WANTED[answer],
      required,
      answered: known.get(`${contract}:${id}`) ?? '',
    })),
  }));
}

export type AnswersReading =
  | { readonly ok: true; readonly input: ControlInput<'enterAnswers'> }
  | { readonly ok: false; readonly who: string; readonly answers: string };

export const ANSWERS_MOST = 100;

/** Only what was written is entered; an empty field says nothing. */
export function readAnswers(contract: string, who: string, written: Readonly<Record<string, string>>): AnswersReading {
  const answers = Object.entries(written)
    .map(([question, answer]) => ({ question, answer: answer.trim() }))
    .filter(({ answer }) => answer !== '');
  const missing = {
    who: who.trim() === '' ? 'Write who answered: a claim is somebody’s.' : '',
    answers:
      answers.length === 0
        ? 'Write at least one answer.'
        : answers.length > ANSWERS_MOST
          ? `Enter at most ${ANSWERS_MOST} at once.`
          : '',
  };
  if (missing.who !== '' || missing.answers !== '') return { ok: false, ...missing };
  return { ok: true, input: { contract, answered_by: who.trim(), answers } };
}

export const enteredText = ({ entered, unchanged }: ControlAnswer<'enterAnswers'>): string => {
  const claims = (count: number): string => `${count} ${count === 1 ? 'answer' : 'answers'}`;
  const same = unchanged.length === 0 ? '' : ` ${claims(unchanged.length)} stood so already.`;
  return `${claims(entered.length)} entered, each as a claim: unverified until evidence shows it.${same}`;
};
