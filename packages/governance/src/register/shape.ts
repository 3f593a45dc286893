// What stands in a register: who there is, which role each has in each way of getting a model, and what joins them. One field
// "vendor" cannot say that a model is made by one party, sold by a second, billed by a third and hosted by either.
import { z } from 'zod';
import { amountShape, decimalText } from '../numbers/amount.ts';
import { writtenDate, writtenDay } from '../numbers/calendar.ts';

export const idShape = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'write small letters, digits and single hyphens: azure-on-gb300');
const sentence = z.string().min(1).max(600);

export const sourceShape = z.strictObject({
  title: sentence,
  outlet: sentence,
  url: z.url().max(400).optional(),
  published: writtenDate.optional(),
  captured_at: writtenDay,
  /** Who published it, where that is a party of the register: what it says is that party's word. */
  party: idShape.optional(),
  /** Digest of what was read then; without one nobody can check later what the source said. */
  snapshot_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'write the 64 hexadecimal digits of the SHA-256')
    .optional(),
  note: sentence.optional(),
});

export const identifiersShape = z.strictObject({
  lei: z
    .string()
    .regex(/^[A-Z0-9]{18}\d{2}$/, 'a LEI is 18 letters or digits and two check digits')
    .optional(),
  euid: z.string().min(4).max(60).optional(),
  vat: z
    .string()
    .regex(/^[A-Z]{2}[A-Z0-9+*.]{2,13}$/, 'a VAT number begins with the two letters of its country')
    .optional(),
  duns: z
    .string()
    .regex(/^\d{9}$/, 'a DUNS number is nine digits')
    .optional(),
});

export const partyShape = z.strictObject({
  name: sentence,
  /** A category stands for parties that a source does not name: it has no identifiers and is nobody's parent. */
  kind: z.enum(['entity', 'category']).default('entity'),
  identifiers: identifiersShape.default({}),
  parent: idShape.optional(),
  /** ISO 3166-1 of where it is incorporated; absent while no source says it. */
  jurisdiction: z
    .string()
    .regex(/^[A-Z]{2}$/, 'write two capital letters: US')
    .optional(),
  source: idShape,
  note: sentence.optional(),
});

/** Who holds a role, and how well that is known. Without `party` the role is known to exist and its holder is not. */
const holderShape = z.strictObject({
  party: idShape.optional(),
  known_by: z.enum(['documented', 'reported', 'assumed']),
  source: idShape,
  note: sentence.optional(),
});
const holders = z.array(holderShape).min(1).max(20).optional();

export const rolesShape = z.strictObject({
  model_developer: holders,
  seller_of_record: holders,
  biller: holders,
  cloud_operator: holders,
  host: holders,
  data_processor: holders,
  sla_provider: holders,
  accelerator_maker: holders,
  investor: holders,
  energy_supplier: holders,
});
export type Role = keyof z.infer<typeof rolesShape>;
export const ROLES = Object.keys(rolesShape.shape) as readonly Role[];

/** The ways of getting a model that differ in who answers for what. The map of duties has a row for each of them. */
export const DEPLOYMENT_KINDS = [
  'developer_direct',
  'cloud_sold',
  'marketplace_cloud_hosted',
  'marketplace_developer_hosted',
  'embedded_tool',
  'own_accelerators',
] as const;
export type DeploymentKind = (typeof DEPLOYMENT_KINDS)[number];

export const deploymentShape = z.strictObject({
  title: sentence,
  kind: z.enum(DEPLOYMENT_KINDS),
  model_family: z.string().min(1).max(60),
  roles: rolesShape,
  source: idShape,
  note: sentence.optional(),
});

export const LINK_TYPES = ['invests_in', 'supplies', 'hosts', 'distributes', 'buys_from', 'co_engineers_with'] as const;
export type LinkType = (typeof LINK_TYPES)[number];

export const linkShape = z.strictObject({
  type: z.enum(LINK_TYPES),
  from: idShape,
  to: idShape,
  amount: amountShape.optional(),
  starts: writtenDate.optional(),
  ends: writtenDate.optional(),
  status: z.enum(['reported', 'announced', 'in_force', 'ended']),
  source: idShape,
  note: sentence.optional(),
});

export const hardwareShape = z.strictObject({
  name: sentence,
  maker: idShape,
  status: z.enum(['in_production', 'announced', 'retired']),
  /** A roadmap is told as a span: not before, and not after. */
  arrives_from: writtenDate.optional(),
  arrives_by: writtenDate.optional(),
  source: idShape,
  note: sentence.optional(),
});

/** An input of the arithmetic between claims. */
export const figureShape = z.strictObject({
  what: sentence,
  low: decimalText,
  high: decimalText,
  unit: z.string().min(1).max(40),
  source: idShape,
  confidence: z.enum(['definition', 'high', 'medium', 'low']),
  note: sentence.optional(),
});

export type Source = z.infer<typeof sourceShape>;
export type Party = z.infer<typeof partyShape>;
export type Deployment = z.infer<typeof deploymentShape>;
export type Link = z.infer<typeof linkShape>;
export type Hardware = z.infer<typeof hardwareShape>;
export type Figure = z.infer<typeof figureShape>;
export type Holder = z.infer<typeof holderShape>;
