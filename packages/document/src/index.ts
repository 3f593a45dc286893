// Files that people write, read so that every fault is told with its line, its reason and what mends it.
export { checkDocument, readDocument, type CheckedDocument, type DocumentForm } from './document.ts';
export { keptReading, type ShippedFile } from './kept-reading.ts';
export {
  byPlace,
  createProblemList,
  pathText,
  problemLine,
  refuseErrors,
  toldProblems,
  type DocumentPath,
  type Locate,
  type Problem,
  type ProblemList,
} from './problem.ts';
export { checkShape } from './shape.ts';
export { DOCUMENT_BYTES_MOST, parseForeignText, parseText, type ParsedText } from './text.ts';
