// Contracts as data: read, questioned, compared, and drawn by charges.
export {
  instrumentsOf,
  type Contract,
  type Instrument,
  type InstrumentKind,
  type InstrumentOf,
  type Milestone,
} from './contract.ts';
export { checkContract, readContract } from './read.ts';
export { DEAL_MOST, dealSize, NO_DEAL, type DealSize } from './bounds.ts';
export { type ChargeAttribute, type ChargeAttributes } from './eligibility.ts';
export { type Charge, type Correction, type Posting } from './draw/charge.ts';
export { drawDown, statedPart, type DrawDown, type Standing } from './draw/draw-down.ts';
export { positions, type TranchePosition } from './draw/position.ts';
export {
  project,
  EVIDENCE_LEAST,
  type Interval,
  type ProjectionPlan,
  type TrancheProjection,
} from './draw/projection.ts';
export { type GrowthPlan } from './draw/growth.ts';
export { type KnownReceipts } from './lint/receipt-rules.ts';
export { resolvedEligibility, withReceiptNames, type NamesOf } from './receipt-names.ts';
export { type Finding } from './lint/finding.ts';
export { CONTRACT_RULES, lintContract } from './lint/lint.ts';
export { questionnaire, questionnaireText, type Question } from './lint/questionnaire.ts';
export { contractExamples, type ContractExample } from './examples.ts';
export { openingOf, type Opening } from './opening.ts';
export { capacityFeeIn, feesOf, monthOf, type Fee } from './fees.ts';
export { exitDates, leavingNow, type ExitDates, type LeavingNow } from './exits.ts';
export { leftName, type FeeRange, type FeeStep, type Left } from './exit-fees.ts';
export { obligationsOf, type Obligations } from './obligations.ts';
export { diffContracts, type Change, type ContractDiff } from './diff.ts';
export { dayText, lastDayText, startOf } from './fields.ts';
export { dueDay, exitsView, obligationsView, readingOf, renewalOf, summaryOf } from './view.ts';
