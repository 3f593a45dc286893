// What Regulation (EU) 2023/2854 (Data Act), chapter VI, gives a customer who leaves a data processing service, as a line each, and what of a
// contract does not agree with it. Checked on 2026-11-30 against published copies of OJ L, 2023/2854, 22.12.2023; it applies from
// 12 September 2025 (Article 50). Our reading ends where the last line says: it is counsel's to say whether it binds this seller.
import type { ExitContract, ExitLine } from './exit-contract.ts';

const SOURCE = 'Regulation (EU) 2023/2854, OJ L, 22.12.2023, checked on 2026-11-30';
const FREE_FROM = '2027-01-12';
const NOTICE_DAYS_MOST = 62;
const RETRIEVAL_DAYS_LEAST = 30;

const line = (text: string, why: string): ExitLine => ({ text, why, source: SOURCE });

/** `as_of`: what may be charged changes on 12 January 2027. */
export const dataActLines = (as_of: string): ExitLine[] => [
  line('notice of switching may be two months at the most', 'Article 25(2)(d)'),
  line('transition within 30 days from the end of notice, with the service going on', 'Article 25(2)(a)'),
  line(
    'where 30 days are technically not feasible: told and justified within 14 working days, and seven months at the most',
    'Article 25(4)',
  ),
  line('the customer may lengthen the transition once, by as long as suits', 'Article 25(5)'),
  line('data can be retrieved for 30 days at least after the transition', 'Article 25(2)(g)'),
  as_of >= FREE_FROM
    ? line(
        'no charge for switching, what leaves the cloud included',
        'Article 29(1), from 12 January 2027; Article 2(36)',
      )
    : line(
        'until 12 January 2027 no more is charged for switching than it costs the seller directly; from then on nothing',
        'Article 29(1) to (3)',
      ),
  line(
    'charges for ending a term early, and for data that leaves while both are used side by side, are no charges for switching',
    'Article 2(36) and Article 34(2)',
  ),
];

/** What stands in the contract and does not agree, and what is not ours to say. */
export function dataActGaps({ notice_days, retrieval_days, exit_fee }: ExitContract, as_of: string): ExitLine[] {
  const ask = (text: string, why: string): ExitLine[] => [line(text, why)];
  return [
    ...(notice_days !== undefined && notice_days > NOTICE_DAYS_MOST
      ? ask(
          `the contract wants ${notice_days} days of notice: hold against it the two months of the regulation`,
          'Article 25(2)(d)',
        )
      : []),
    ...(retrieval_days !== undefined && retrieval_days < RETRIEVAL_DAYS_LEAST
      ? ask(`the contract gives ${retrieval_days} days to fetch data: hold against it 30`, 'Article 25(2)(g)')
      : []),
    ...(exit_fee !== undefined && exit_fee > 0
      ? ask(
          'ask what the fee for leaving is made of: a charge for switching, or for ending a term early',
          as_of >= FREE_FROM ? 'Article 29(1) forbids the first' : 'Article 29(3) limits the first to what it costs',
        )
      : []),
    ...ask(
      'ask counsel whether chapter VI binds this service and this contract',
      'a service built for one customer or offered for trial has a regime of its own (Article 31), and an amendment was proposed on 19 November 2025 (COM(2025) 837)',
    ),
  ];
}
