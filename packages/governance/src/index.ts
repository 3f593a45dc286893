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
export { CLAIM_KINDS, CLAIM_STATES, readClaim, type Claim, type ClaimKind, type ClaimState } from './claims/claim.ts';
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
export { checkAuthor, type Author } from './claims/author.ts';
export {
  authorOf,
  EVIDENCE_KINDS,
  evidenceShape,
  readEvidence,
  type Evidence,
  type EvidenceKind,
} from './claims/evidence.ts';
export {
  claimStatement,
  history,
  mustBeOver,
  type Arrival,
  type Registers,
  type Transition,
} from './claims/history.ts';
export { independence, partyNames, type AuthorStanding, type Relation } from './claims/independence.ts';
export { judge, samePiece, type Judgement } from './claims/judge.ts';
export { RULES, SHOWN_BY, type RuleId } from './claims/rules.ts';
export { type Cover, type Scope } from './claims/scope.ts';
export { type Finding, type Weight } from './claims/weigh.ts';
export { amountText, type Amount } from './numbers/amount.ts';
export { intervalText, type Interval } from './numbers/interval.ts';
export { exactText, roundedText, type Rational } from './numbers/rational.ts';
export {
  counterpartiesOf,
  dutyOf,
  FAILURES,
  ownDutyOf,
  readDutyMap,
  usualDutyOf,
  type Clock,
  type Duty,
  type DutyMap,
  type Failure,
  type OwnDuty,
} from './duties/duty-map.ts';
export {
  deadlinesOf,
  missedBy,
  openIncident,
  STEPS,
  stepsThatMayCome,
  takeStep,
  type Deadline,
  type Incident,
  type IncidentState,
  type Opening,
  type Proof,
  type Step as IncidentStep,
  type StepTaken,
} from './duties/incident.ts';
export { overdueAt, type Overdue } from './duties/overdue.ts';
export {
  AREAS,
  comingWithin,
  mattersOf,
  readWatchList,
  reviewsOverdue,
  type Matter,
  type WatchAnswer,
  type WatchList,
} from './duties/watch-list.ts';
export { gradePlaybook, type Grade, type Graded, type Grading, type Summary } from './playbook/grade.ts';
export {
  checkFacts,
  fitsFact,
  GROUPS,
  readPlaybook,
  type Facts,
  type Group,
  type Item,
  type Need,
  type Playbook,
} from './playbook/playbook.ts';
export {
  checkOwnRegister,
  diffOwnRegisters,
  layOver,
  readOwnRegister,
  type BaseRegister,
  type OwnRegister,
  type RegisterChange,
} from './register/own-register.ts';
export { GOVERNANCE_FILES } from './data-files.ts';
