// Contracts as data: read, questioned, compared, and drawn by charges.
export { type Contract, type Instrument, type InstrumentKind, type InstrumentOf, type Milestone } from './contract.ts';
export { checkContract, readContract } from './read.ts';
