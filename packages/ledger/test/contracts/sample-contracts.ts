// Contracts for tests: the two that ship, and a small one whose lines are known.
import { readFileSync } from 'node:fs';
import { checkContract, readContract, type Contract } from '@weighbridge/ledger';

const at = (name: string): URL => new URL(`../../data/contracts/${name}.yaml`, import.meta.url);

export const sampleText = (name: 'mid-size-buyer' | 'alliance-compute'): string => readFileSync(at(name), 'utf8');

export const sample = (name: 'mid-size-buyer' | 'alliance-compute'): Contract =>
  readContract(`${name}.yaml`, sampleText(name));

/** The least that a contract is, with these instruments; `more` stands before them. */
export const contractText = (instruments: string, more = ''): string =>
  `version: 1
id: small
title: A small contract
status: draft
parties:
  us: { name: Us, roles: [buyer] }
  them: { name: Them, roles: [seller-of-record] }
term: { from: 2027-01-01, until: 2027-12-31 }
currency: USD
${more}instruments:
${instruments}`;

export const small = (instruments: string, more = ''): Contract =>
  readContract('small.yaml', contractText(instruments, more));

/** Each fault as `line: message; mend`. */
export const faults = (text: string): readonly string[] =>
  checkContract(text).problems.map(({ line, message, mend }) => `${line}: ${message}; ${mend}`);
