// `verifier`: writes out the standalone verifier, for an auditor who wants to read what judges.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { standaloneVerifier } from '@weighbridge/journal';
import { text, type Run } from '../frame/command.ts';
import { count } from '../frame/text-table.ts';

const NAME = 'verify-receipt.mjs';

export const run: Run = async (context) => {
  const program = standaloneVerifier();
  const out = text(context, 'out') ?? NAME;
  const sha256 = createHash('sha256').update(program).digest('hex');
  const lines = program.split('\n').length - 1;
  if (out === '-') {
    context.out.data({ file: null, sha256, lines, program }, () => program.trimEnd());
    return;
  }
  const file = resolve(context.workingFolder, out);
  writeFileSync(file, program, { mode: 0o755 });
  context.out.data(
    { file, sha256, lines },
    () =>
      `${file}\n${count(lines)} lines, SHA-256 ${sha256}. Read it, then run it with any Node from 20 on:\n  node ${out} RECEIPT --key VKEY`,
  );
};
