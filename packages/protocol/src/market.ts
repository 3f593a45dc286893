// Who is who in a deployment. "Vendor" is not one party: Claude in Foundry is made by one, billed by a second, hosted
// by either; so a deployment names each role.

/** Wire protocols (adapters) that the gateway speaks upstream. */
export const CLOUDS = [
  'anthropic',
  'foundry',
  'bedrock',
  'vertex',
  'openai',
  'azure-openai',
  'openai-compatible',
] as const;
export type CloudId = (typeof CLOUDS)[number];

/** API dialects. The gateway takes each from a client and speaks each to a cloud that has it. */
export const DIALECTS = ['openai-chat', 'anthropic-messages', 'openai-responses', 'bedrock-converse'] as const;
export type DialectId = (typeof DIALECTS)[number];

export const ROLE_NAMES = ['developer', 'seller', 'biller', 'operator', 'host', 'processor', 'sla_provider'] as const;

/** Party ids (lower-case slugs such as `anthropic`, `microsoft`, `aws`, `google`, `self`) by role. */
export type Roles = Readonly<Record<(typeof ROLE_NAMES)[number], string>>;

/** Service tiers as prices know them. */
export const TIERS = ['standard', 'priority', 'flex', 'batch', 'reserved'] as const;

/**
 * How well a region is known: 0 the seller's claim, 1 our verified configuration, 2 reported by the seller per
 * response, 3 reconciled with a second system of the seller's, 4 attested hardware.
 */
export const REGION_GRADES = [0, 1, 2, 3, 4] as const;
export type RegionGrade = (typeof REGION_GRADES)[number];
