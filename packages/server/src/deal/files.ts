// Files that a person hands in about claims: a piece of evidence, the answers to a questionnaire. What is wrong with the file is told
// with line, reason and mend; what it says is judged where it is taken.
import { readDocument, type DocumentForm } from '@weighbridge/document';
import { evidenceShape, type Evidence } from '@weighbridge/governance';
import { z } from 'zod';

const EVIDENCE: DocumentForm<Evidence> = { what: 'the evidence', code: 'DEAL_INVALID', schema: evidenceShape };

const ANSWERS: DocumentForm<Record<string, string>> = {
  what: 'the answers',
  code: 'DEAL_INVALID',
  schema: z.record(z.string().max(80), z.string().min(1).max(600)),
};

/** Throws DEAL_INVALID. */
export const readEvidenceFile = (file: string, text: string): Evidence => readDocument(file, text, EVIDENCE);

/** By question. Throws DEAL_INVALID. */
export const readAnswersFile = (file: string, text: string): Readonly<Record<string, string>> =>
  readDocument(file, text, ANSWERS);
