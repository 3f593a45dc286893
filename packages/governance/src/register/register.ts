// The register as a file: `register.yaml`. Read whole, checked whole; a file with a fault gives no register, so a half-written
// one never stands in for a good one.
import { checkDocument, readDocument, type CheckedDocument, type DocumentForm } from '@weighbridge/document';
import { z } from 'zod';
import { claimShape } from '../claims/claim.ts';
import { checkRegister } from './meaning.ts';
import { deploymentShape, figureShape, hardwareShape, idShape, linkShape, partyShape, sourceShape } from './shape.ts';

export const registerShape = z.strictObject({
  version: z.literal(1),
  title: z.string().min(1).max(200),
  sources: z.record(idShape, sourceShape),
  parties: z.record(idShape, partyShape),
  deployments: z.record(idShape, deploymentShape).default({}),
  links: z.record(idShape, linkShape).default({}),
  hardware: z.record(idShape, hardwareShape).default({}),
  figures: z.record(idShape, figureShape).default({}),
  claims: z.record(idShape, claimShape).default({}),
});
export type Register = z.infer<typeof registerShape> & {
  /** An own register belongs over this one and cannot be read: ties that it names are missing here. */
  readonly unread?: true;
};

const REGISTER_FORM: DocumentForm<Register> = {
  what: 'the register',
  code: 'DEAL_INVALID',
  schema: registerShape,
  meaning: checkRegister,
};

/** Throws `DEAL_INVALID` with every fault as `file:line:column: reason; mend`. */
export const readRegister = (file: string, text: string): Register => readDocument(file, text, REGISTER_FORM);

/** The same with warnings, for a linter; throws nothing. */
export const checkRegisterText = (text: string): CheckedDocument<Register> => checkDocument(text, REGISTER_FORM);
