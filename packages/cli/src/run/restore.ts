// `restore`: a backup into an empty home. Which log goes on from it is said by the operator, or it is a new one.
import { join, resolve } from 'node:path';
import { AppError, LIMITS } from '@weighbridge/kernel';
import { askWitnessesOnce, openJournal, prepareRestore, type PreparedRestore } from '@weighbridge/journal';
import { CARRIED_KINDS, openHome, VERSION } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { counted } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { homeFolder } from '../read/folders.ts';
import { carriedText, toldCarried } from '../read/carried.ts';
import { lastConfig } from '../read/last-config.ts';
import { progressOf } from './backup.ts';

export const run: Run = async (context) => {
  const { reason, nothingSince } = statementOf(context);
  const home = homeFolder(context);
  using prepared = prepareRestore({
    from: resolve(context.workingFolder, context.arguments[0] ?? ''),
    root: (log) => openHome(home, log).root,
    node: text(context, 'node') ?? 'node-1',
    build: VERSION,
    reason,
    nothingSince,
    carry: CARRIED_KINDS,
    onProgress: progressOf(context),
  });
  if (nothingSince) await askWitnesses(context, prepared);
  const done = prepared.finish();
  const { root: folder, manifest, continued, origin, vkey, carried } = done;
  const { log, size, root } = manifest;
  const lost = toldCarried(context, openHome(home, log), carried);
  context.out.data({ home: folder, log, size, root, continued, origin, vkey, carried, lost_texts: lost }, () =>
    [
      `Restored ${counted(size, 'entry', 'entries')} of ${manifest.origin} to ${folder}: every file is what was backed up, and the log verifies.`,
      continued
        ? 'The same log goes on; its next entry states that nothing was signed after the backup, as you said.'
        : `A successor goes on, ${origin}: its first entry names the backup. The restored log is closed and lies in journal/superseded; its receipts stay provable.`,
      ...(carried === null
        ? []
        : [
            carriedText(carried),
            `Gateway keys belong to the closed log: make new ones with ${typed(context, 'weighbridge keys create NAME')}`,
          ]),
      `Public key: ${vkey}`,
    ].join('\n'),
  );
  return 0;
};

/** Throws USAGE unless one of the two is said. */
function statementOf(context: Context): { readonly reason: string; readonly nothingSince: boolean } {
  const stated = text(context, 'nothing-since')?.trim();
  const reason = text(context, 'reason')?.trim();
  const said = stated ?? reason ?? '';
  if (said === '' || (stated !== undefined && reason !== undefined))
    throw new AppError('USAGE', 'restore needs one of --reason and --nothing-since', {
      next: 'say why with --reason "…"; or, if this log signed nothing after the backup, how you know with --nothing-since "…"',
    });
  if (Buffer.byteLength(said) > LIMITS.field_bytes)
    throw new AppError('FIELD_TOO_LARGE', `the statement has more than ${LIMITS.field_bytes} bytes`);
  return { reason: said, nothingSince: stated !== undefined };
}

/**
 * The witnesses that the log's last configuration names may have seen more of it than the backup holds, and then the
 * statement is wrong. Throws JOURNAL_ROLLED_BACK. One that says nothing leaves the statement as it is, and is told of.
 */
async function askWitnesses(context: Context, { folder, manifest }: PreparedRestore): Promise<void> {
  const [at, vault, blobs] = ['journal', 'vault', 'blobs'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const config = lastConfig({ journal: at, vault, blobs });
  if (config === null) return;
  const journal = openJournal(at);
  try {
    for (const { name, url, said } of await askWitnessesOnce(at, journal.checkpoint(), config.journal.witnesses)) {
      if (said.outcome === 'cosigned') continue;
      if (said.outcome === 'contradicts')
        throw new AppError('JOURNAL_ROLLED_BACK', `witness ${name} (${url}) says otherwise: ${said.problem}`, {
          next: 'restore without --nothing-since, with --reason: a successor begins, and no history is forked',
        });
      context.out.warn(
        `witness ${name} (${url}) could not say whether ${manifest.origin} signed more than this backup holds: ${said.problem}`,
      );
    }
  } finally {
    journal.close();
  }
}
