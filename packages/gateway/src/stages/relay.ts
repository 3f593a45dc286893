// Carries the bytes of one good answer from a leg to the client, and reads them in passing. Three promises: payloads of
// the same dialect leave as they came; nothing leaves before the first content, so that a failure until then can still
// be mended elsewhere; the terminal event leaves last and apart, so that it can be held for the receipt.
import type {
  ClientFrame,
  EventMeaning,
  ResponseFacts,
  ResponseTap,
  ResponseTranslator,
  SseEvent,
} from '@weighbridge/dialects';
import { EventStreamReader, SseReader, createTap, createTranslator } from '@weighbridge/dialects';
import { LIMITS } from '@weighbridge/kernel';
import type { Classified } from '../clouds/cloud.ts';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Prepared } from '../pipeline/attempt.ts';
import type { Call } from '../pipeline/call.ts';
import type { Target } from '../routing/compiled.ts';
import { fromClassified, inItsWords, ownFinding, type LegFailure } from './leg-failure.ts';
import { errorText, excessive, type Relay, type RelayOwner } from './relay-contract.ts';
import { WholeRelay } from './whole-relay.ts';

export function createRelay(call: Call, target: Target, prepared: Prepared, owner: RelayOwner): Relay {
  const { facts } = call;
  const translator =
    prepared.translated && facts !== null
      ? createTranslator(target.dialect, call.surface, {
          facts,
          requestId: call.id,
          request: call.parsed,
          model: target.deployment.model,
          elapsed: () => call.since(call.lane.clock.monotonic()),
        })
      : null;
  const tap = createTap(target.dialect);
  return prepared.context.facts.stream
    ? new StreamRelay(call, target, tap, translator, prepared, owner)
    : new WholeRelay(call, target, tap, translator, owner);
}

class StreamRelay implements Relay {
  readonly #call: Call;
  readonly #target: Target;
  readonly #tap: ResponseTap;
  readonly #translator: ResponseTranslator | null;
  readonly #prepared: Prepared;
  readonly #owner: RelayOwner;
  readonly #sse: SseReader | null;
  readonly #frames: EventStreamReader | null;
  /** The client's own framing, where it is not the dialect's. */
  readonly #frame: ((event: Buffer) => Buffer) | null;
  /** Bytes not yet forwarded: of this chunk, or all of the prelude. */
  #out: Buffer[] = [];
  #outBytes = 0;
  #committed = false;
  heldUntil = Infinity;
  silentSince = -1;
  /** Whether its silence is filled with pings of ours. */
  readonly #pings: boolean;
  #heardMono = 0;
  #over = false;
  began = false;

  constructor(
    call: Call,
    target: Target,
    tap: ResponseTap,
    translator: ResponseTranslator | null,
    prepared: Prepared,
    owner: RelayOwner,
  ) {
    this.#call = call;
    this.#target = target;
    this.#tap = tap;
    this.#translator = translator;
    this.#prepared = prepared;
    this.#owner = owner;
    const sse = target.cloud.framing === 'sse';
    this.#sse = sse ? new SseReader() : null;
    this.#frames = sse ? null : new EventStreamReader();
    this.#frame = call.envelope?.form.framing?.frame ?? null;
    this.#pings = call.surface === 'anthropic-messages' && this.#frame === null && (!sse || translator !== null);
  }

  chunk(chunk: Buffer, now: number): void {
    if (this.#sse !== null) {
      const events = this.#sse.push(chunk);
      for (let i = 0; i < events.length && !this.#over; i += 1) this.#event(events[i] as SseEvent, now);
    } else if (this.#frames !== null) {
      for (const message of this.#frames.push(chunk)) {
        if (this.#over) return;
        if (this.#excessive(message.payload)) return;
        const unwrapped = this.#target.cloud.unwrap?.(message, this.#target.dialect) ?? null;
        if (unwrapped === null) continue;
        if ('raw' in unwrapped) this.#event(unwrapped, now);
        else this.#reported(unwrapped);
      }
    }
    if (this.#pings) this.#heard(now);
    if (!this.#over) this.#flush();
    // What was read of a chunk before it broke has gone on by now; the leg hears why nothing more does.
    if (!this.#over && this.#frames !== null && this.#frames.broken !== null) throw this.#frames.broken;
  }

  /** The silence that is counted begins anew. */
  #heard(now: number): void {
    this.#heardMono = now;
    this.silentSince = -1;
    const waits = this.#outBytes > 0 && this.heldUntil === Infinity;
    if (this.#committed || waits) this.heldUntil = now + BOUNDS.ping_gap_ms;
  }

  end(now: number): void {
    if (this.#over) return;
    for (const event of this.#sse?.end() ?? []) {
      if (!this.#over) this.#event(event, now);
    }
    this.#frames?.end();
    if (!this.#over && this.#complete()) this.#close();
    if (!this.#over) {
      this.#fail(
        ownFinding(
          'UPSTREAM_CUT',
          `"${this.#target.deployment.id}" ended its stream before the end of the answer`,
          'deployment',
        ),
      );
    }
  }

  /**
   * Some servers of the Chat dialect send no `[DONE]`. Their answer is whole once a reason to finish has come, and the
   * usage after it where it was asked for (with several answers, only usage shows that none is still missing).
   */
  #complete(): boolean {
    if (this.#target.dialect !== 'openai-chat') return false;
    const { stopReason, usage } = this.#tap.facts();
    const { asksUsage, context } = this.#prepared;
    return stopReason !== null && (usage.source === 'reported' || (!asksUsage && context.facts.choices === 1));
  }

  /** Gives the client the end that the upstream left out. */
  #close(): void {
    if (this.#translator !== null) return this.#forwardFrames(this.#translator.end());
    this.#owner.noted('added [DONE]');
    this.#terminal(DONE);
  }

  release(): void {
    if (this.#over) return;
    if (!this.#committed) {
      this.#commit();
      this.#flush();
      if (!this.#pings) return;
    }
    if (this.silentSince === -1) this.#owner.noted('added ping');
    this.silentSince = this.#heardMono;
    this.heldUntil = this.#call.lane.clock.monotonic() + BOUNDS.ping_gap_ms;
    this.#owner.forward(PING);
  }

  facts(): ResponseFacts {
    const facts = this.#tap.facts();
    const nextSequence = this.#translator?.nextSequence ?? null;
    return nextSequence === null ? facts : { ...facts, nextSequence };
  }

  lost(): readonly string[] {
    return this.#translator?.lost ?? NOTHING;
  }

  #event(event: SseEvent, now: number): void {
    if (event.raw.length > LIMITS.json_unseen_bytes && this.#excessive(Buffer.from(event.data))) return;
    const meaning = this.#tap.event(event);
    if (this.#owner.reader !== null) this.#owner.reader.event(event);
    if (meaning === 'content') this.#content(now);
    else if (meaning === 'error') return this.#errorEvent(event);
    if (this.#translator !== null) return this.#translated(this.#translator, event, meaning);
    if (meaning === 'usage_only' && this.#prepared.removeUsage) return;
    const bytes = event.incomplete === true ? closed(event.raw) : event.raw;
    if (meaning === 'terminal') return this.#terminal(bytes);
    this.#hold(bytes, meaning);
  }

  /** Nothing is parsed that would hold the lane for long; true when the attempt has failed for it. */
  #excessive(json: Buffer): boolean {
    const failure = excessive(this.#target, json);
    if (failure !== null) this.#fail(failure);
    return failure !== null;
  }

  #translated(translator: ResponseTranslator, event: SseEvent, meaning: EventMeaning): void {
    const frames = translator.event(event);
    this.#forwardFrames(frames);
    if (meaning === 'terminal' && !this.#over) this.#forwardFrames(translator.end());
    if (meaning === 'terminal' && !this.#over) {
      this.#fail(ownFinding('TRANSLATION_FAILED', 'the translated answer has no end', 'own_limit'));
    }
  }

  #forwardFrames(frames: readonly ClientFrame[]): void {
    for (const frame of frames) {
      if (this.#over) return;
      if (frame.meaning === 'terminal') this.#terminal(frame.bytes);
      else if (frame.meaning === 'error') this.#untranslatable(frame.message ?? 'it cannot be read');
      else this.#hold(frame.bytes, frame.meaning);
    }
  }

  /** The translator found the stream at odds with its own dialect; the client hears of it once, in our words. */
  #untranslatable(message: string): void {
    const why = `"${this.#target.deployment.id}": ${message.slice(0, 200)}`;
    this.#fail(ownFinding('UPSTREAM_MALFORMED', why, 'deployment'));
  }

  #hold(event: Buffer, meaning: EventMeaning): void {
    const bytes = this.#frame === null ? event : this.#frame(event);
    this.#out.push(bytes);
    this.#outBytes += bytes.length;
    if (this.#committed || meaning === 'prelude') return;
    if (meaning === 'ping') {
      if (this.heldUntil === Infinity) this.heldUntil = this.#call.lane.clock.monotonic() + BOUNDS.ping_hold_ms;
      return;
    }
    this.#commit();
  }

  #commit(): void {
    this.#committed = true;
    this.heldUntil = Infinity;
    this.#owner.commit();
  }

  #flush(): void {
    if (!this.#committed) {
      if (this.#outBytes <= BOUNDS.prelude_bytes) return;
      this.#commit();
    }
    if (this.#out.length === 0) return;
    const first = this.#out[0];
    const bytes = this.#out.length === 1 && first !== undefined ? first : Buffer.concat(this.#out, this.#outBytes);
    this.#out = [];
    this.#outBytes = 0;
    this.#owner.forward(bytes);
  }

  #terminal(bytes: Buffer): void {
    if (!this.#committed) this.#commit();
    this.#flush();
    this.#over = true;
    this.#owner.finished(this.#frame === null ? bytes : this.#frame(bytes));
  }

  #content(now: number): void {
    const call = this.#call;
    if (call.firstTokenMono < 0) call.firstTokenMono = now;
    else if (now - call.lastTokenMono > call.gapMaxMs) call.gapMaxMs = now - call.lastTokenMono;
    call.lastTokenMono = now;
    call.chunks += 1;
    this.began = true;
  }

  #errorEvent(event: SseEvent): void {
    const { error } = this.#tap.facts();
    const { deployment } = this.#target;
    if (error === null || error.type === 'malformed') {
      const why = error?.message ?? 'an event that cannot be read';
      return this.#fail(ownFinding('UPSTREAM_MALFORMED', `"${deployment.id}": ${why}`, 'deployment'));
    }
    return this.#fail(inItsWords(this.#target, this.#owner.said(errorText(this.#target, event.data))));
  }

  #reported(classified: Classified): void {
    this.#fail(fromClassified(this.#owner.said(''), classified));
  }

  #fail(failure: LegFailure): void {
    // What came before the error has already been counted; the client gets it before it learns of the error.
    if (this.#committed) this.#flush();
    this.#over = true;
    this.#owner.failed(failure);
  }
}

const NOTHING: readonly string[] = [];
const BLANK_LINE = Buffer.from('\n\n');

const PING = Buffer.from('event: ping\ndata: {"type": "ping"}\n\n');

const DONE = Buffer.from('data: [DONE]\n\n');

/** A last event whose blank line never came gets one, or the client's reader would drop it. */
const closed = (raw: Buffer): Buffer => Buffer.concat([raw, BLANK_LINE]);
