// The form of a scenario's `sample`: what the sample organisation knows of its deal in this market. Contracts, claims and evidence are
// written as their own files are, and read by whoever makes the sample; days hang on the month that it is made for.
import { z } from 'zod';
import { EACH_MOST, id, named } from './names.ts';

const words = z.string().min(1).max(600);
const file = z.record(z.string().max(80), z.unknown());

/** Within the month: after its first day, and before it ends. */
const moment = z
  .string()
  .regex(
    /^<(?:day -(?:[1-9]|1\d|2\d)|outage -?[0-3])>$/,
    'write <day -29> to <day -1>, from the last whole day, or <outage 0> to <outage 3>, from the day of the outage',
  );

const listed = <Value extends z.ZodType>(value: Value) => z.array(value).max(EACH_MOST).default([]);

export const seedsSchema = z.strictObject({
  contracts: named(file).default({}).describe('by id, as docs/contracts.md has them'),
  claims: named(file).default({}).describe('by id, as docs/register.md has them'),
  answers: listed(
    z.strictObject({
      contract: id,
      on: moment,
      answered_by: words,
      answers: z.record(z.string().max(80), words).describe('by question'),
    }),
  ).describe("of a seller to a contract's questionnaire"),
  evidence: listed(z.strictObject({ claim: z.string().min(1).max(160), on: moment, evidence: file })).describe(
    'without `digest`: one is made up',
  ),
  attested: listed(
    z.strictObject({
      fact: z.string().min(1).max(60),
      on: moment,
      value: z.union([z.boolean(), z.int().min(0), words, z.array(words).max(EACH_MOST)]),
      proof: words,
    }),
  ).describe('facts of the playbook'),
});
export type Seeds = z.infer<typeof seedsSchema>;
