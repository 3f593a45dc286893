// Who is who in a deal, what is claimed of it and proven, who owes what when something fails, and what a buyer has yet to do.
// Pure: texts and facts come in, judgements go out; no file, clock or network is touched here.
export { readRegister, checkRegisterText, type Register } from './register/register.ts';
export {
  DEPLOYMENT_KINDS,
  LINK_TYPES,
  ROLES,
  type Deployment,
  type DeploymentKind,
  type Figure,
  type Hardware,
  type Holder,
  type Link,
  type LinkType,
  type Party,
  type Role,
  type Source,
} from './register/shape.ts';
export {
  againstThreshold,
  AXES,
  bandsOf,
  BANDS_2023,
  concentration,
  MEASURES,
  type Axis,
  type Band,
  type Concentration,
  type Exposure,
  type Measure,
  type Share,
  type Threshold,
  type ThresholdAnswer,
} from './register/concentration.ts';
export {
  JOINING_TYPES,
  linkedGroups,
  ultimateParent,
  type Joining,
  type LinkedGroup,
} from './register/linked-groups.ts';
export { CLAIM_KINDS, CLAIM_STATES, type Claim, type ClaimKind, type ClaimState } from './claims/claim.ts';
export {
  claimedObligations,
  commitmentAgainstCeiling,
  conflicts,
  type CommitmentCheck,
  type Conflict,
  type TermReading,
} from './claims/consistency.ts';
export { gigawattYears, type GigawattAnswer, type GigawattInputs, type Step } from './claims/gigawatt-years.ts';
export { obligationsApart, sumObligations, type Apart, type NamedAmount, type Total } from './claims/obligations.ts';
export { EVIDENCE_KINDS, readEvidence, type Evidence, type EvidenceKind } from './claims/evidence.ts';
export { claimStatement, history, type Arrival, type Transition } from './claims/history.ts';
export { judge, type Judgement } from './claims/judge.ts';
export { RULES, SHOWN_BY, type RuleId } from './claims/rules.ts';
export { type Cover, type Scope } from './claims/scope.ts';
export { type Finding, type Weight } from './claims/weigh.ts';
export { amountText, type Amount } from './numbers/amount.ts';
export { intervalText, type Interval } from './numbers/interval.ts';
export { exactText, roundedText, type Rational } from './numbers/rational.ts';
