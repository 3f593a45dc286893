// Deliberate changes to what the auditor reads, each what a mistake in the product would come to, to show that it can fail. They
// start from the log and the evidence of a world in which nothing is wrong.
import type { Evidence } from './audit/evidence.ts';
import type { SealedEntry, SealedLog } from './audit/sealed-log.ts';

export interface Read {
  readonly log: SealedLog;
  readonly evidence: Evidence;
}

export interface Mutation {
  readonly what: string;
  /** In words of the auditor, one of which must come. */
  readonly caught: RegExp;
  readonly change: (read: Read) => Read;
}

const OTHER = { tokens: { output: 999_999 } };

const withEntries = ({ log, evidence }: Read, change: (entries: readonly SealedEntry[]) => SealedEntry[]): Read => ({
  log: { ...log, entries: change(log.entries) },
  evidence,
});

/** Of the newest call that completed for its client. */
const newestCall = ({ log, evidence }: Read): number => {
  const completed = new Set(evidence.seen.filter((call) => call.completed).map(({ id }) => id));
  return log.entries.findLastIndex(({ leaf }) => leaf.kind === 'call' && completed.has(leaf.id));
};

const changedCall = (read: Read, change: (call: NonNullable<SealedEntry['call']>) => SealedEntry['call']): Read => {
  const at = newestCall(read);
  return withEntries(read, (entries) =>
    entries.map((entry, index) =>
      index === at && entry.call !== null ? { ...entry, call: change(entry.call) } : entry,
    ),
  );
};

export const MUTATIONS: readonly Mutation[] = [
  {
    what: 'the receipt of a completed call is not in the log',
    caught: /was answered and has no receipt/,
    change: (read) => withEntries(read, (entries) => entries.filter((_, index) => index !== newestCall(read))),
  },
  {
    what: 'a receipt is in the log twice',
    caught: /is in the log 2 times/,
    change: (read) =>
      withEntries(read, (entries) => [...entries, entries[newestCall(read)]].filter((entry) => entry !== undefined)),
  },
  {
    what: 'a call that was begun is never closed',
    caught: /was begun and never closed/,
    change: (read) =>
      withEntries(read, (entries) => {
        const intent = entries.find(({ leaf }) => leaf.kind === 'intent');
        return intent === undefined ? [] : [...entries, { ...intent, leaf: { ...intent.leaf, id: 'NOBODY' } }];
      }),
  },
  {
    what: 'a call that completed for its client stands as interrupted',
    caught: /completed for its client and stands as interrupted/,
    change: (read) => changedCall(read, (call) => ({ ...call, outcome: 'interrupted' })),
  },
  {
    what: 'a receipt counts other tokens than its client was told',
    caught: /told its client \d+ tokens, its receipt says/,
    change: (read) =>
      withEntries(read, (entries) =>
        entries.map((entry) => ({ ...entry, call: entry.call === null ? null : { ...entry.call, usage: OTHER } })),
      ),
  },
  {
    what: 'an entry of the log is another one',
    caught: /of another history/,
    change: ({ log, evidence }) => ({
      log: { ...log, leaves: log.leaves.map((leaf, index) => (index === 0 ? Buffer.from('{}') : leaf)) },
      evidence,
    }),
  },
  {
    what: 'the log is rolled back to half of it',
    caught: /entries was shown, and the log has/,
    change: ({ log, evidence }) => {
      const size = Math.floor(log.size / 2);
      return { log: { ...log, size, leaves: log.leaves.slice(0, size) }, evidence };
    },
  },
  {
    what: 'a witness cosigned a second history',
    caught: /that was cosigned by a witness is of another history/,
    change: ({ log, evidence }) => {
      const [origin = '', size = ''] = log.note.split('\n');
      const note = `${origin}\n${size}\n${Buffer.alloc(32, 7).toString('base64')}\n`;
      return { log, evidence: { ...evidence, cosigned: new Set([...evidence.cosigned, note]) } };
    },
  },
];
