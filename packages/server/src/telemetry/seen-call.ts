// What telemetry takes of the log: calls as they are sealed, each with its route, and alerts. It follows at its own pace,
// from where the log ends when it starts, so that the lanes do nothing for it and a restart counts nothing twice. Of a call
// it holds what its receipt says; prompts and answers are not in the log.
import type { Journal, LogRecord } from '@weighbridge/journal';
import type { CallCommercial, CallPersonal, CallPublic, Decision, EntryKind, LimitNamed } from '@weighbridge/protocol';
import { createHash } from 'node:crypto';

export interface SeenCall {
  readonly id: string;
  readonly call: CallPublic;
  readonly cost: CallCommercial['cost'];
  readonly limit: LimitNamed | null;
  /** '' where no route took it. */
  readonly route: string;
  /** The caller's own trace, and the span that asked, where it sent them. */
  readonly trace: string | null;
  readonly parent: string | null;
}

export interface Follower {
  readonly call: (seen: SeenCall) => void;
  readonly alert: (kind: string) => void;
}

const KINDS: readonly EntryKind[] = ['call', 'decided', 'alert'];
const GROUPS = ['public', 'commercial', 'personal'] as const;
/** Entries of one turn: a few milliseconds of work. */
const TURN = 512;
const ROUTES_KEPT = 20_000;

export class CallsFollowed {
  readonly #journal: Pick<Journal, 'checkpoint' | 'records' | 'entries' | 'groups'>;
  readonly #routes = new Map<string, string>();
  #at: number;

  /** `from`: the first entry that counts; what is before it was another run's. */
  constructor(journal: Pick<Journal, 'checkpoint' | 'records' | 'entries' | 'groups'>, from: number) {
    this.#journal = journal;
    this.#at = from;
    for (const { index } of journal.entries({ kinds: ['decided'], newestFirst: true })) {
      this.#learn(journal.groups(index, ['commercial']).commercial?.text);
      if (this.#routes.size >= ROUTES_KEPT) break;
    }
  }

  /** Entries that were not looked at yet. */
  behind(): number {
    return Math.max(0, this.#journal.checkpoint().size - this.#at);
  }

  /** One turn; true when more is there. */
  turn(follower: Follower): boolean {
    const to = Math.min(this.#journal.checkpoint().size, this.#at + TURN);
    if (to <= this.#at) return false;
    for (const record of this.#journal.records({ kinds: KINDS, from: this.#at, to, pruned: 'skip' }, GROUPS))
      this.#take(record, follower);
    this.#at = to;
    return this.behind() > 0;
  }

  #take({ leaf, groups }: LogRecord, { call, alert }: Follower): void {
    if (leaf.kind === 'decided') return this.#learn(groups.commercial);
    if (groups.commercial === undefined) return;
    if (leaf.kind === 'alert') return alert((JSON.parse(groups.commercial) as { alert: string }).alert);
    if (groups.public === undefined) return;
    const { cost, decided, limit } = JSON.parse(groups.commercial) as CallCommercial;
    // Nothing else of who asked is wanted: without a trace it is not read at all.
    const traced = groups.personal?.includes('"trace') === true;
    const who = traced ? (JSON.parse(groups.personal ?? '{}') as CallPersonal).who : undefined;
    call({
      id: leaf.id,
      call: JSON.parse(groups.public) as CallPublic,
      cost,
      limit: limit ?? null,
      route: this.#routes.get(decided) ?? '',
      trace: who?.trace ?? null,
      parent: who?.trace_parent ?? null,
    });
  }

  #learn(text: string | undefined): void {
    if (text === undefined) return;
    const [oldest] = this.#routes.keys();
    if (this.#routes.size >= ROUTES_KEPT && oldest !== undefined) this.#routes.delete(oldest);
    this.#routes.set(createHash('sha256').update(text).digest('base64url'), (JSON.parse(text) as Decision).route);
  }
}
