// The race of a hedged call: when its second leg may go, and which legs run. It is decided once, by the first content; a
// leg that was outrun is cut and kept in the books as what it may have cost. Calls of other routes have none of this.
import { LIMITS } from '@weighbridge/kernel';
import type { HedgeConfig } from '@weighbridge/protocol';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Call } from '../pipeline/call.ts';
import type { HedgeBook, Recent } from '../routing/hedge-book.ts';
import type { Route } from '../deployment.ts';
import type { Plan } from '../routing/compiled.ts';
import { hasEffects } from '../routing/effects.ts';
import { Leg, type LegOwner } from './leg.ts';
import { closeLeg } from './leg-books.ts';
import type { LegFailure } from './leg-failure.ts';
import type { Mending } from './mending.ts';
import { openLeg } from './open-leg.ts';

export class Race {
  readonly #book: HedgeBook;
  readonly #recent: Recent;
  readonly #afterMs: number;
  readonly #attempts: number;
  /** Monotonic instant at which the second leg goes; Infinity while none will. */
  hedgeAt = Infinity;
  /** Keep-alives do not decide it before then. */
  holdUntil = 0;
  /** The second leg, while two run. */
  rival: Leg | null = null;
  #over = false;

  constructor(call: Call, { id, attempts }: Route, { after_ms: afterMs, budget }: HedgeConfig) {
    this.#book = call.lane.hedges.of(id);
    this.#book.call(budget);
    this.#recent = call.facts?.stream === true ? this.#book.streamed : this.#book.whole;
    this.#afterMs = afterMs ?? this.#recent.p95();
    this.#attempts = Math.min(attempts, LIMITS.attempts);
  }

  /** A leg goes that runs alone. */
  began(now: number): void {
    if (this.#over || this.#afterMs === Infinity) return;
    this.hedgeAt = now + this.#afterMs;
    this.holdUntil = this.hedgeAt + BOUNDS.race_hold_ms;
  }

  /** Sends the second leg to the next candidate that takes it; null where the budget has none left, or nobody does. */
  send(call: Call, plan: Plan, first: Leg, owner: LegOwner, mend: () => Mending, now: number): Leg | null {
    this.#close();
    if (call.gone || call.attempts.length >= this.#attempts || !this.#book.take()) return null;
    const mending = mend();
    for (
      let position = Math.max(first.position + 1, mending.untried);
      position < call.order.length;
      position = mending.untried
    ) {
      const opened = openLeg(call, plan, position, owner, now, 'hedge');
      if (opened instanceof Leg) {
        this.holdUntil = now + BOUNDS.race_hold_ms;
        this.rival = opened;
        return opened;
      }
      mending.unsent(position, opened.error);
    }
    this.#book.giveBack();
    return null;
  }

  /** `winner` has content, and serves; the other is cut. Gives the winner. */
  decide(call: Call, first: Leg, winner: Leg, mending: () => Mending): Leg {
    const { rival } = this;
    const now = call.lane.clock.monotonic();
    this.#close();
    // Of a first leg that was outrun it is known that it takes at least so long.
    this.#recent.add(now - call.startedMono - first.draft.started_ms);
    if (rival === null) return winner;
    if (winner === rival) mending().hedged(rival.position);
    outrun(call, winner === rival ? first : rival, mending());
    timeByWinner(call, winner, now);
    return winner;
  }

  /** The leg that goes on alone when one of two has failed; null when there were not two. */
  oneLeft(call: Call, first: Leg, failed: Leg, failure: LegFailure, mending: () => Mending): Leg | null {
    const { rival } = this;
    if (rival === null) return null;
    this.#close();
    closeLeg(call, failed, failure, false);
    mending().failed(failed.position, failure.error);
    if (failed !== first) return first;
    mending().hedged(rival.position);
    return rival;
  }

  /** Nobody waits for two answers any more. */
  end(call: Call, mending: () => Mending): void {
    const { rival } = this;
    this.#close();
    if (rival !== null) outrun(call, rival, mending());
  }

  #close(): void {
    this.hedgeAt = Infinity;
    this.holdUntil = 0;
    this.rival = null;
    this.#over = true;
  }
}

/** Cut, and kept in the books as what it may have cost. */
function outrun(call: Call, leg: Leg, mending: Mending): void {
  leg.abort();
  leg.draft.dropped = 'outrun';
  closeLeg(call, leg, undefined, false);
  mending.outrun(leg.position);
}

/** Null where the route has no hedge, the call nowhere else to go, or where two legs would do twice what is to be done once. */
export function raceOf(call: Call, route: Route): Race | null {
  const { hedge } = route;
  if (hedge === undefined || call.endpoint !== 'generate' || call.order.length < 2 || hasEffects(call.facts))
    return null;
  return new Race(call, route, hedge);
}

/** What the call's timing says is of the leg that serves, not of one that was outrun. */
function timeByWinner(call: Call, leg: Leg, now: number): void {
  const { started_ms: started, ttfb_ms: waited } = leg.draft;
  if (waited !== undefined) call.firstByteMono = call.startedMono + started + waited;
  const began = leg.relay?.began === true;
  call.firstTokenMono = began ? now : -1;
  call.lastTokenMono = call.firstTokenMono;
  call.chunks = began && leg.prepared.context.facts.stream ? 1 : 0;
  call.gapMaxMs = 0;
}
