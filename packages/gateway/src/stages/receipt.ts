// The receipt. What leaves for the client passes through here and is digested; the terminal event is held until the
// entry of the call is durable, so that an answer which looks complete is always an answer with a receipt. If the entry
// cannot be written, the client is told so instead, unless the route of the call goes on without.
import { AppError, toAppError } from '@weighbridge/kernel';
import type { EntryDraft, Outcome } from '@weighbridge/protocol';
import type { Call } from '../pipeline/call.ts';
import { renderFailure, renderStreamFailure } from '../pipeline/failure.ts';
import type { RawHeaders, Reply, Stage } from '../pipeline/stage.ts';
import type { BodyHasher } from '../ports.ts';
import { noRoute } from '../routing/decision.ts';
import { commercialGroup, publicGroup, whoGroup } from './receipt-groups.ts';
import { attend } from './attend.ts';
import { writeDecision } from './intent.ts';
import { goesOnUnsealed, noteUnsealed } from './unsealed.ts';

export const receipt: Stage = (next) => (call, reply) => {
  const { lane } = call;
  lane.counters.calls += 1;
  attend(call);
  const sealed = new SealedReply(call, reply);
  try {
    next(call, sealed);
  } catch (error) {
    sealed.fail(toAppError(error));
  }
};

class SealedReply implements Reply {
  readonly #call: Call;
  readonly #outer: Reply;
  #hasher: BodyHasher | null = null;
  #bytes = 0;
  #closed = false;

  constructor(call: Call, outer: Reply) {
    this.#call = call;
    this.#outer = outer;
  }

  head(status: number, headers: RawHeaders): void {
    this.#call.status = status;
    this.#outer.head(status, headers);
  }

  write(bytes: Buffer): void {
    if (!this.#call.gone) this.#count(bytes);
    this.#outer.write(bytes);
  }

  end(last: Buffer): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#call.outcome = this.#call.gone ? 'client_gone' : 'completed';
    this.#seal(null, last);
  }

  fail(error: AppError): void {
    if (this.#closed) return;
    this.#closed = true;
    const call = this.#call;
    // A request that never arrived whole was not asked: there is nothing to give a receipt for.
    if (error.code === 'CLIENT_GONE' && call.receivedMono === 0) return this.#forget();
    call.outcome = outcomeOf(call, error);
    if (call.headSent) {
      return this.#seal(error, renderStreamFailure(call, error));
    }
    const failure = renderFailure(call.errors, error, call.id);
    failure.headers.push('weighbridge-receipt', call.id);
    // The rest of a request that was not read must never be taken for the next one.
    if (!call.request.complete) failure.headers.push('connection', 'close');
    call.status = failure.status;
    return this.#seal(error, failure.body, failure.headers);
  }

  #count(bytes: Buffer): void {
    const call = this.#call;
    this.#hasher ??= call.bodies().hasher('response');
    this.#hasher.update(bytes);
    this.#bytes += bytes.length;
  }

  /** Appends the entry; only then the terminal bytes leave. */
  #seal(error: AppError | null, last: Buffer, headers: RawHeaders | null = null): void {
    const call = this.#call;
    const { lane } = call;
    const send = (): void => {
      if (headers !== null && call.bypassed !== null) headers.push('weighbridge-sealed', 'no');
      if (headers !== null) this.#outer.head(call.status, headers);
      this.#outer.end(last);
      this.#done();
    };
    let written: Promise<void>;
    let digest: string | null = null;
    try {
      if (call.bypassed !== null) return this.#note(error, this.#digest(last), send);
      if (!lane.sealer.available && !call.intended) {
        lane.counters.unsealed += 1;
        return send();
      }
      digest = this.#digest(last);
      written = this.#append(error, digest);
    } catch (failure) {
      return this.#unsealed(toAppError(failure));
    }
    written.then(
      () => {
        lane.counters.receipts += 1;
        if (call.deferral !== null) forgetWaiting(call);
        call.whenSealed?.();
        send();
      },
      (failure: unknown) => {
        if (goesOnUnsealed(call, failure)) this.#note(error, digest, send);
        else this.#unsealed(toAppError(failure));
      },
    );
  }

  /** The journal takes no entry of it now: whoever seals it afterwards is told, and nothing waits. */
  #note(error: AppError | null, digest: string | null, send: () => void): void {
    noteUnsealed(this.#call, this.#draft(error, digest), this.#bytes);
    send();
  }

  /** Of all that was sent, `last` included; null when nothing was. */
  #digest(last: Buffer): string | null {
    const call = this.#call;
    if (call.gone) return this.#hasher?.digest() ?? null;
    if (this.#hasher !== null) {
      this.#count(last);
      return this.#hasher.digest();
    }
    this.#bytes = last.length;
    return call.bodies().digest('response', last);
  }

  #append(error: AppError | null, responseDigest: string | null): Promise<void> {
    const call = this.#call;
    const { lane } = call;
    const decided = writeDecision(call);
    const appended = lane.sealer.append(this.#draft(error, responseDigest));
    return decided === null ? appended : Promise.all([decided, appended]).then(() => undefined);
  }

  #draft(error: AppError | null, responseDigest: string | null): EntryDraft {
    const call = this.#call;
    const { lane } = call;
    const endedMono = lane.clock.monotonic();
    return {
      kind: 'call',
      id: call.id,
      at: Math.round(lane.clock.wall()),
      public: publicGroup(call, {
        error,
        endedAt: call.startedAt + endedMono - call.startedMono,
        endedMono,
        responseDigest,
        responseBytes: this.#bytes,
      }),
      commercial: commercialGroup(call),
      personal: whoGroup(call),
      subject: call.subject,
    };
  }

  /** The entry was not written: whatever was sent so far must not end as if it had been. */
  #unsealed(failure: AppError): void {
    const call = this.#call;
    call.lane.counters.unsealed += 1;
    const error =
      failure.code === 'JOURNAL_UNAVAILABLE'
        ? failure
        : new AppError('JOURNAL_UNAVAILABLE', `the receipt of this call could not be written: ${failure.message}`, {
            cause: failure,
          });
    this.#outer.fail(error);
    this.#done();
  }

  #forget(): void {
    this.#call.outcome = 'client_gone';
    this.#done();
  }

  #done(): void {
    if (this.#call.plan?.route.mirror !== undefined) this.#call.lane.mirrored(this.#call);
    this.#call.holder = null;
    this.#call.lane.inFlight.delete(this.#call);
  }
}

/** Nothing more of it has to outlive the process. A file that stays is dropped by the next start, which finds the receipt. */
function forgetWaiting({ lane, id, deferral }: Call): void {
  if (deferral?.kept === true) lane.waiting?.drop(id).catch(() => undefined);
}

function outcomeOf(call: Call, error: AppError): Outcome {
  if (call.decision === null) {
    // Refused before any route was considered; the decision says so.
    call.decision = call.lane.decisions.internDecision(noRoute(call.compiled.snapshot.digest, error.code));
  }
  if (call.gone || error.code === 'CLIENT_GONE') return 'client_gone';
  if (call.headSent) return 'cut';
  return call.attempts.length === 0 ? 'refused' : 'error';
}
