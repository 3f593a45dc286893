// The public contracts: what a journal entry holds, what the configuration may say, what the parts call each other by.
// Browser-safe; grows by addition only.
export {
  SERVER_TOOLS,
  TOKEN_CLASSES,
  usageTotals,
  type ServerTool,
  type TokenClass,
  type Usage,
  type UsageSource,
} from './usage.ts';
export {
  CLOUDS,
  DIALECTS,
  REGION_GRADES,
  ROLE_NAMES,
  TIERS,
  type CloudId,
  type DialectId,
  type RegionGrade,
  type Roles,
} from './market.ts';
export type { Page } from './page.ts';
export {
  entryProblems,
  leafProblems,
  scanGroup,
  scanLeaf,
  type RatedCall,
  type RatedCharge,
  type RatedUsage,
} from './receipt-shape.ts';
export {
  FAULTS,
  OUTCOMES,
  type Asked,
  type AttemptRecord,
  type CallCommercial,
  type CallPersonal,
  type CallPublic,
  type Candidate,
  type Charge,
  type Cost,
  type CostStatus,
  type Decision,
  type Evidence,
  type Fault,
  type Outcome,
  type RegionEvidence,
  type Served,
  type Timing,
  type Who,
} from './receipt.ts';
export {
  ENTRY_KINDS,
  GROUPS,
  type By,
  type EntryDraft,
  type EntryKind,
  type Group,
  type Leaf,
  type LogKind,
} from './entry.ts';
export {
  configSchema,
  configJsonSchema,
  type Config,
  type CredentialConfig,
  type DeploymentConfig,
  type KeyPolicyConfig,
  type RouteConfig,
} from './config.ts';
