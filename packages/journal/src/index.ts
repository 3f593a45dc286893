// The journal: write-ahead files, recorder, tile log, checkpoints, proofs, vault, and the standalone verifier.
export type {
  BodyHasher,
  Checkpoint,
  CloseIntent,
  Closing,
  DisclosedGroup,
  Disclosure,
  Durability,
  EntryFilter,
  HandedOver,
  Journal,
  LogEntry,
  LogRecord,
  ReceiptOptions,
  RecorderOptions,
  Sealer,
  ServedFile,
  StepReport,
  Verification,
  VerifyOptions,
  VerifyOutcome,
  Witnessed,
  WriteAheadOptions,
} from './contract.ts';
export { acquireFolderLock, awaitFolderLock, type FolderLock } from './folder-lock.ts';
/** For what lies beside the journal and has to survive as it does. */
export { makeFolder, replaceFile, syncFolder } from './store/durable-file.ts';
export { beatRecorder, createSignals, recorderBeat, recorderFailing, setRecorderFailing } from './signals.ts';
export { openVault, type Vault, type VaultOptions } from './vault/vault.ts';
export { nextEpoch } from './recorder/epoch.ts';
export { openWriteAhead, type WriteAhead } from './wal/write-ahead.ts';
export { openRecorder, RECORDER_LANE, type Recorder } from './recorder/recorder.ts';
export { startRecorderThread, type RecorderThread, type RecorderThreadOptions } from './recorder/recorder-thread.ts';
export type { Carried, LeftBehind } from './recorder/carry.ts';
export { recoverJournal, type Recovered, type RecoverOptions } from './recorder/recover.ts';
export { makeBackup, type BackedUp, type BackupOptions } from './backup/make-backup.ts';
export {
  prepareRestore,
  restoreBackup,
  type PreparedRestore,
  type Restored,
  type RestoreOptions,
} from './backup/restore.ts';
export { askWitnessesOnce, type WitnessSaid } from './cosigned/ask-once.ts';
export type { Manifest } from './backup/manifest.ts';
export { prunableParts, type Pruned, type PruneOrder } from './retention/prune.ts';
export { closingTexts, sealedClosings } from './retention/closings.ts';
export type { ClosedPart, EntryRange, SealedClosing } from './retention/closed-part.ts';
export { closedPartOf, type PrunedRange } from './retention/statements.ts';
export type { KeyChanged } from './recorder/key-change.ts';
export { openForSubject, sealForSubject } from './record/sealed-text.ts';
export { interruptedCall } from './recorder/close-intent.ts';
export { openJournal, type JournalOptions } from './journal.ts';
export { parseReceipt, type ReceiptFile } from './receipt-file.ts';
export { isHandovers } from './note/handover.ts';
export { handoversBeside, serveLog } from './serve-log.ts';
export { readReceipt, verifyReceipt } from './verify/verify-receipt.ts';
export type { CheckedEntry, Passage } from './verify/record-check.ts';
export { verifyFolder, verifyUrl, type VerifyFolderOptions, type VerifyUrlOptions } from './verify/verify-log.ts';
export { checkpointProblem, cosignerKeyProblem, isReceiptLike, keyProblem } from './verify/given.ts';
export { standaloneVerifier } from './verify/standalone.ts';
export {
  parseKnownParties,
  parsePolicy,
  quorumText,
  type Policy,
  type PolicyLog,
  type PolicyWitness,
  type Quorum,
} from './policy/policy.ts';
export { trustOf, type Trust } from './policy/trust.ts';
export { logKeyFor, witnessFolder, witnessLog, type WitnessLogOptions } from './policy/testimony.ts';
export { witnessUrl } from './cosigned/submit.ts';
export { startWitnessing, type Witnessing, type WitnessingOptions, type WitnessState } from './cosigned/witnessing.ts';
export { followOnce, type Followed, type FollowOptions } from './witness/follow.ts';
export { knownLogs, type KnownLog } from './witness/known-log.ts';
export { openWitnessStore, originHash, type Remembered, type WitnessStore } from './witness/store.ts';
export { serveWitness, type WitnessServer } from './witness/witness-server.ts';
export { Witness, type WitnessEvent } from './witness/witness.ts';
/** The log's one writer, for the bench: product code goes through the recorder. */
export { LogWriter, type EntryMeta } from './store/log-writer.ts';
/** For simulations: what stands in for the machine's disk. */
export { useDisk, type Disk, type FileStat, type FineFileStat } from './disk.ts';
