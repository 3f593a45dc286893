// Rewrites the table of disagreements in docs/prices.md from the comparison as it is now.
import { readFileSync, writeFileSync } from 'node:fs';
import { DOCUMENT, loadComparison } from './load.ts';
import { disagreementTable, TABLE_END, TABLE_START } from './table.ts';

const { explanations, outcomes } = loadComparison();
const text = readFileSync(DOCUMENT, 'utf8');
const [before = ''] = text.split(TABLE_START);
const after = text.split(TABLE_END)[1] ?? '\n';
writeFileSync(DOCUMENT, `${before}${disagreementTable(explanations, outcomes)}${after}`);
