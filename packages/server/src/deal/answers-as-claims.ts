// What a seller answers to the questionnaire, as claims: their word, verbatim, and no evidence. They are in the state in which a
// vendor's word leaves a claim until something else shows it.
import { AppError } from '@weighbridge/kernel';
import type { Claim } from '@weighbridge/governance';
import { questionnaire, type Contract } from '@weighbridge/ledger';
import type { Actor, ControlAsked } from '@weighbridge/protocol';
import type { ClaimStore } from './claim-store.ts';

/** Throws BAD_REQUEST for a question that nobody asks, or that is answered twice; nothing is entered then. */
export async function enterAnswers(
  claims: ClaimStore,
  contract: Contract,
  { answers, answered_by: who }: Pick<ControlAsked<'enterAnswers'>, 'answers' | 'answered_by'>,
  by: Actor,
): Promise<{ entered: string[]; unchanged: string[] }> {
  const questions = new Map([...questionnaire(), ...questionnaire(contract)].map((one) => [one.id, one]));
  const drafts = answers.map(({ question: id, answer }, index) => {
    const question = questions.get(id);
    const first = answers.findIndex((one) => one.question === id);
    if (first !== index)
      throw new AppError(
        'BAD_REQUEST',
        `"${id}" is answered twice, as answer ${first + 1} and as answer ${index + 1}`,
        {
          next: 'keep one of the two',
        },
      );
    if (question === undefined)
      throw new AppError('BAD_REQUEST', `"${id}" is no question of the questionnaire`, {
        next: `\`weighbridge deal lint ${contract.id} --questionnaire\` names them`,
      });
    return { id: `${contract.id}:${id}`, claim: claimOf(contract, question.question, answer, question.required, who) };
  });
  const told = { entered: [] as string[], unchanged: [] as string[] };
  for (const { id, claim } of drafts) ((await claims.enter(id, claim, by)) ? told.entered : told.unchanged).push(id);
  return told;
}

const claimOf = (contract: Contract, question: string, answer: string, required: boolean, who: string): Claim => ({
  subject: contract.id,
  text: answer,
  kind: 'expectation',
  metric: question.slice(0, 200),
  sense: 'about',
  up_to: false,
  approximate: false,
  conditions: [],
  scope: {},
  source: `answer of ${who}`,
  parties: [...new Set([who, ...partiesOfContract(contract)])],
  materiality: required ? 'high' : 'medium',
  opening: { state: 'unverified', why: "the seller's answer to the questionnaire: a word, not evidence" },
  corroborated: false,
  readings: [],
});

/** Every name under which a party of it may be known elsewhere, the buyer among them: nobody of them is a witness of what it says. */
export const partiesOfContract = ({ parties }: Contract): readonly string[] => [
  ...new Set(Object.entries(parties).flatMap(([id, { name, known_as: known }]) => [id, name, ...(known ?? [])])),
];
