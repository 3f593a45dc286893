// The command line as its tests and its documents use it; the process's entry is main.ts.
export { runCommandLine, type Surroundings } from './command-line.ts';
export { COMMANDS } from './table/table.ts';
export { completion, SHELLS, type Shell } from './frame/completion.ts';
export { reference } from './frame/reference.ts';
export type { Command, Example, Option } from './frame/command.ts';
export { auditReceipts, type AuditReport, type ReceiptAudit } from './read/receipt-audit.ts';
