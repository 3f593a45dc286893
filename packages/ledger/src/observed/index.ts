// Sellers' own records of what was used: read, planned against what stands, and set beside what crossed.
export { SOURCE_READERS } from './sources.ts';
export { readObserved, type ReadFile } from './read-file.ts';
export type { ReadRow, SourceReader } from './source.ts';
export {
  bucketsOf,
  merged,
  planBuckets,
  planRows,
  rowDigest,
  type Bucket,
  type Planned,
  type StandingBuckets,
} from './plan.ts';
export { modelNames, type ModelName, type NameModel } from './model-name.ts';
export {
  trafficCoverage,
  type CoverageRow,
  type CoverageUnit,
  type OurCell,
  type OurIds,
  type TheirCell,
  type TrafficCoverage,
} from './coverage.ts';
