// Deliberate faults, switched on one at a time, to show that the auditor can fail. Each is what a mistake in the product
// would come to: something that it asks of the disk does not happen, an entry is handed on twice, a memory is lost.
import type { Mutation } from './mutation.ts';
import { PROJECTOR_MUTATIONS } from './projector-mutations.ts';

const LOST = /is lost|are there|another history|taken back|JOURNAL_|have a record/;

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'lane-skips-sync',
    what: 'a lane acknowledges before its write-ahead file is synced',
    caught: LOST,
    sabotage: () => ({ skipsSync: (path) => path.endsWith('.wal.new') }),
  },
  {
    name: 'tiles-not-synced',
    what: 'a checkpoint is published before its leaves and tiles are durable',
    caught: LOST,
    sabotage: () => ({ skipsSync: (path) => /\/log\/(entries|tile)\//.test(path) }),
  },
  {
    name: 'records-not-synced',
    what: 'a checkpoint is published before the records beside its leaves are durable',
    caught: LOST,
    sabotage: () => ({ skipsSync: (path) => path.includes('/records/') }),
  },
  {
    name: 'replaced-unsynced',
    what: 'a file is renamed over another before its content is synced',
    caught: /JOURNAL_|VAULT_|WITNESS_|another history|is lost|not one|does not come/,
    sabotage: () => ({ skipsSync: (path) => path.endsWith('.new') && !path.endsWith('.wal.new') }),
  },
  {
    name: 'recovery-drops-a-file',
    what: 'recovery overlooks the write-ahead files of the life before',
    caught: /is lost|never closed/,
    sabotage: (machine) => ({
      hides: (path) => {
        const epoch = /\/wal\/\d+-(\d+)-\d+\.wal$/.exec(path)?.[1];
        return epoch !== undefined && Number(epoch) < machine.life;
      },
    }),
  },
  {
    name: 'sealed-twice',
    what: 'an entry is handed to the write-ahead file twice',
    caught: /in the log 2 times/,
    append: async (writer, draft) => {
      await Promise.all([writer.append(draft), writer.append(draft)]);
    },
  },
  {
    name: 'acknowledged-early',
    what: 'an entry is acknowledged before it is written',
    caught: /is lost/,
    append: async (writer, draft) => {
      writer.append(draft).catch(() => undefined);
      await Promise.resolve();
    },
  },
  {
    name: 'erasure-not-written',
    what: 'an erased key is not overwritten',
    caught: /erased/,
    sabotage: () => ({ dropsOverwrite: (path) => path.includes('/vault/subjects/') }),
  },
  {
    name: 'witness-forgets',
    what: 'the witness starts without its memory',
    caught: /no single history|cosigned \d+ entries after|WITNESS_FORGOT/,
    plan: { fork: true, eio: 0, fills: false },
    witnessForgets: true,
  },
  ...PROJECTOR_MUTATIONS,
];
