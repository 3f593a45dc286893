// What to ask sellers before anything is signed, made from the rules of the linter: as data that answers can be filled into, and as
// a page to send. An answer is the seller's word: it enters the product as a claim, and is not evidence.
import type { Contract } from '../contract.ts';
import { CONTRACT_RULES, lintContract } from './lint.ts';
import { TOPICS, type Rule, type Topic } from './rule.ts';

export interface Question {
  readonly id: string;
  readonly topic: Topic;
  readonly question: string;
  readonly why: string;
  readonly answer: Rule['answer'];
  /** Without a good answer, do not sign. */
  readonly required: boolean;
  readonly proposed_clause: string;
}

/** All questions; with a contract, only those that it leaves open. */
export function questionnaire(contract?: Contract): readonly Question[] {
  const open = contract === undefined ? undefined : new Set(lintContract(contract).map(({ rule }) => rule));
  return CONTRACT_RULES.filter(({ id, kind }) => (open === undefined ? kind === 'missing' : open.has(id))).map(
    (rule) => ({
      id: rule.id,
      topic: rule.topic,
      question: rule.question,
      why: rule.reason,
      answer: rule.answer,
      required: rule.severity === 'serious',
      proposed_clause: rule.clause,
    }),
  );
}

export function questionnaireText(questions: readonly Question[], title: string): string {
  const lines = [
    `# Questions to the seller: ${title}`,
    '',
    'Answers marked * are needed before signature. Name who answers, and what shows it.',
  ];
  let number = 0;
  for (const [topic, heading] of Object.entries(TOPICS)) {
    const own = questions.filter((question) => question.topic === topic);
    if (own.length === 0) continue;
    lines.push('', `## ${heading}`);
    for (const one of own) {
      number += 1;
      lines.push('', `${number}. ${one.required ? '* ' : ''}${one.question}`, '', `   Why we ask: ${one.why}`, '');
      if (one.proposed_clause !== '') lines.push(`   Clause we propose: *${one.proposed_clause}*`, '');
      lines.push(`   Answer (${one.answer}; ${one.id}): ______`);
    }
  }
  if (number === 0) lines.push('', 'Nothing is left to ask.');
  return `${lines.join('\n')}\n`;
}
