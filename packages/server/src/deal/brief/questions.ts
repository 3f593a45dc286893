// What is still to be asked of a counterparty: the questions of the linter that the contracts leave open, the serious ones first, then
// by the money that hangs on the place of the contract where they arise. Amounts of two currencies are not compared: each currency has an
// order of its own, and the first of each come before the second. Of what is only reported nobody here can ask.
import { moneyToDecimal, type Money } from '@weighbridge/kernel';
import { feesOf, instrumentsOf, lintContract, startOf, type Contract } from '@weighbridge/ledger';
import type { Brief } from '@weighbridge/protocol';
import { standingOf } from './owed.ts';

const KEPT = 50;

type Question = Brief['questions']['rows'][number];
interface Asked {
  readonly question: Question;
  readonly stake: Money;
}

export function openQuestions(contracts: readonly Contract[], today: string): Brief['questions'] {
  const found = contracts
    .filter((contract) => standingOf(contract) !== 'reported')
    .flatMap((contract) => ofContract(contract, startOf(today)));
  const bySeriousness = [true, false].flatMap((serious) =>
    ranked(found.filter((one) => one.question.serious === serious)),
  );
  return {
    total: found.length,
    serious: found.filter(({ question }) => question.serious).length,
    rows: bySeriousness.slice(0, KEPT).map(({ question }) => question),
  };
}

function ofContract(contract: Contract, at: number): readonly Asked[] {
  const to = counterparty(contract);
  return lintContract(contract)
    .filter(({ question }) => question !== '')
    .map(({ rule, at: place, question, reason, severity }) => {
      const stake = stakeOf(contract, place, at);
      return {
        stake,
        question: {
          contract: contract.id,
          standing: standingOf(contract),
          rule,
          at: place,
          to,
          question,
          why: reason,
          serious: severity === 'serious',
          currency: contract.currency,
          at_stake: moneyToDecimal(stake),
        },
      };
    });
}

/** Whoever sells; else all that do not buy. */
function counterparty({ parties }: Contract): string {
  const all = Object.values(parties);
  const sellers = all.filter(({ roles }) => roles.includes('seller-of-record'));
  const others = sellers.length > 0 ? sellers : all.filter(({ roles }) => !roles.includes('buyer'));
  return others.map(({ name }) => name).join(', ') || 'nobody is named';
}

/** Of a commitment or of capacity what is still ahead of it; of everything else what is still ahead of the whole contract. */
function stakeOf(contract: Contract, place: string, at: number): Money {
  const ahead = [
    ...instrumentsOf(contract, 'spend').map(({ id, milestones }) => ({
      id,
      amount: milestones.reduce((sum, { until, amount }) => (until > at ? sum + amount : sum), 0n),
    })),
    ...feesOf(contract).map(({ instrument: id, ahead: from }) => ({ id, amount: from(at) ?? 0n })),
  ];
  const own = ahead.filter(({ id }) => id === place);
  return (own.length > 0 ? own : ahead).reduce((sum, { amount }) => sum + amount, 0n);
}

function ranked(asked: readonly Asked[]): readonly Asked[] {
  const largest = asked.toSorted((a, b) => (a.stake > b.stake ? -1 : a.stake < b.stake ? 1 : 0));
  const seen = new Map<string, number>();
  return largest
    .map((one) => {
      const place = seen.get(one.question.currency) ?? 0;
      seen.set(one.question.currency, place + 1);
      return { one, place };
    })
    .toSorted((a, b) => a.place - b.place || (a.one.question.currency < b.one.question.currency ? -1 : 1))
    .map(({ one }) => one);
}
