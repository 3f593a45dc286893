// Answers that hang on their question alone: one that is asked again, or by several at once, is answered by the work that was done
// for it. The work is given up once nobody waits for it, and what failed is not remembered.
import { LIMITS } from '@weighbridge/kernel';

interface Held<Value> {
  readonly answer: Promise<Value>;
  readonly unwanted: AbortController;
  wanted: number;
}

/** `work` is begun where nobody has asked this before; `signal`: of who asks now. */
export type Remembered<Value> = (
  asked: object,
  signal: AbortSignal,
  work: (unwanted: AbortSignal) => Promise<Value>,
) => Promise<Value>;

export function rememberAnswers<Value>(most: number = LIMITS.scenario_answers): Remembered<Value> {
  const known = new Map<string, Held<Value>>();
  const begin = (question: string, work: Parameters<Remembered<Value>>[2]): Held<Value> => {
    const unwanted = new AbortController();
    const held: Held<Value> = { answer: work(unwanted.signal), unwanted, wanted: 0 };
    held.answer.catch(() => {
      if (known.get(question) === held) known.delete(question);
    });
    return held;
  };
  /** The newest stands last. */
  const keep = (question: string, held: Held<Value>): void => {
    known.delete(question);
    known.set(question, held);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
  };
  return (asked, signal, work) => {
    const question = JSON.stringify(asked);
    const held = known.get(question) ?? begin(question, work);
    keep(question, held);
    held.wanted += 1;
    const leave = (): void => {
      held.wanted -= 1;
      if (held.wanted === 0) held.unwanted.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    return held.answer;
  };
}
