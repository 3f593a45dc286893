// A register of five lines a section, for tests that change one of them.
import assert from 'node:assert/strict';
import { readRegister, checkRegisterText, type Register } from '../../src/index.ts';

const SMALL = `version: 1
title: a small deal
sources:
  paper: { title: a paper, outlet: The Paper, captured_at: 2026-11-01, snapshot_sha256: "${'ab'.repeat(32)}" }
parties:
  maker: { name: Maker Inc, source: paper }
  cloud: { name: Cloud Corp, source: paper, parent: holding }
  holding: { name: Holding AG, source: paper }
  chips: { name: Chips Ltd, source: paper }
  others: { name: everybody else, kind: category, source: paper }
deployments:
  through-cloud:
    title: the model through the cloud
    kind: cloud_sold
    model_family: m
    source: paper
    roles:
      seller_of_record: [{ party: cloud, known_by: documented, source: paper }]
      data_processor: [{ party: maker, known_by: reported, source: paper }]
      sla_provider: [{ known_by: assumed, source: paper }]
links:
  money:
    type: invests_in
    from: chips
    to: maker
    amount: { value: "10", currency: USD, bound: up_to }
    starts: 2026-01
    ends: 2027-06-30
    status: reported
    source: paper
  compute:
    type: buys_from
    from: maker
    to: cloud
    amount: { value: "30", currency: USD, bound: firm, approximate: true }
    status: reported
    source: paper
hardware:
  rack: { name: a rack, maker: chips, status: announced, arrives_from: "2026", source: paper }
figures:
  power: { what: power of one, low: "2.1", high: "2.1", unit: kW, source: paper, confidence: low }
claims:
  headline:
    subject: compute
    text: about 30 of compute
    kind: commitment
    metric: spend
    value: "30"
    currency: USD
    source: paper
    materiality: high
    opening: { state: reported, why: one paper says so }
`;

export type Change = readonly [from: string, to: string];

/** The text with each change made; a change that finds nothing is a fault of the test. */
export function smallText(...changes: readonly Change[]): string {
  let text = SMALL;
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `the small register has no "${from}"`);
    text = text.replace(from, to);
  }
  return text;
}

export const smallRegister = (...changes: readonly Change[]): Register =>
  readRegister('register.yaml', smallText(...changes));

/** Errors as a person reads them. */
export const faultsOf = (...changes: readonly Change[]): string[] =>
  checkRegisterText(smallText(...changes))
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ line, message, mend }) => `${line}: ${message}; ${mend}`);
