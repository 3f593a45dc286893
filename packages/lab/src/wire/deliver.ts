// Hands an answer to the socket at its pace, with whatever fault befell it, and reports what was really sent. A stream is
// first laid out as steps (bytes, wait, tokens so far) and then played; without waits and faults it is one write.
import type { Payload } from '../dialects/payload.ts';
import type { Affliction } from '../faults/registry.ts';
import type { Pace } from '../latency.ts';
import type { ServedOutcome } from '../ledger.ts';
import { SIMULATED, type Exchange, type FlatHeaders } from './exchange.ts';
import type { Framing } from './framing.ts';

export interface Sent {
  readonly outcome: ServedOutcome;
  readonly frames: number;
  readonly output: number;
}

interface Step {
  readonly bytes: string | Buffer;
  /** Ms before it is written. */
  readonly wait: number;
  readonly output: number;
  /** What happens instead of the next step. */
  readonly next?: 'destroy' | 'end';
}

/** Part of the time to first token after which headers and the opening payload go out. */
const OPENING_SHARE = 0.8;

/** Lays out a stream. `pace` null means no waits. */
function layOut(payloads: readonly Payload[], framing: Framing, pace: Pace | null, fault: Affliction | null): Step[] {
  const steps: Step[] = [];
  let contents = 0;
  let output = 0;
  const breaking = fault !== null && ['cut_stream', 'error_after_200', 'malformed_sse'].includes(fault.fault);
  for (const [index, payload] of payloads.entries()) {
    const content = payload.kind === 'content';
    let wait = pace === null ? 0 : waitFor(index, content, contents, pace);
    if (breaking && ((content && contents === fault.after) || payload.kind === 'end' || payload.kind === 'usage')) {
      steps.push(breakStep(payload, framing, fault, wait, output));
      return steps;
    }
    if (content && contents === 0 && fault?.fault === 'slow_first_token') wait += fault.ms;
    if (fault?.fault === 'stall' && content && contents === fault.after) wait += fault.ms;
    output = payload.output;
    steps.push({ bytes: framing.frame(payload, index), wait, output });
    if (fault?.fault === 'duplicated_chunk' && content && contents === fault.after) {
      steps.push({ bytes: framing.frame(payload, index), wait: 0, output });
    }
    if (content) contents += 1;
  }
  if (breaking) steps.push(breakStep(payloads.at(-1), framing, fault, 0, output));
  else if (framing.end !== '') steps.push({ bytes: framing.end, wait: 0, output });
  return steps;
}

function waitFor(index: number, content: boolean, contents: number, pace: Pace): number {
  if (index === 0) return pace.first * OPENING_SHARE;
  if (!content) return 0;
  return contents === 0 ? pace.first * (1 - OPENING_SHARE) : pace.next();
}

function breakStep(
  payload: Payload | undefined,
  framing: Framing,
  fault: Affliction,
  wait: number,
  output: number,
): Step {
  if (fault.fault === 'cut_stream') return { bytes: '', wait, output, next: 'destroy' };
  if (fault.fault === 'error_after_200') return { bytes: framing.error(), wait, output, next: 'end' };
  const victim = payload ?? { event: '', json: '{}', kind: 'content', output };
  return { bytes: framing.broken(victim), wait, output, next: 'end' };
}

export interface Stream {
  readonly exchange: Exchange;
  readonly headers: FlatHeaders;
  readonly payloads: readonly Payload[];
  readonly framing: Framing;
  readonly pace: Pace | null;
  readonly fault: Affliction | null;
  readonly done: (sent: Sent) => void;
}

/** Plays a stream; calls `done` exactly once, when the last byte is out or the client is gone. */
export function deliverStream(stream: Stream): void {
  const { exchange, headers, framing, pace, fault } = stream;
  const steps = layOut(stream.payloads, framing, pace, fault);
  const { res } = exchange;
  res.writeHead(200, [...headers, ...SIMULATED, 'content-type', framing.contentType, 'cache-control', 'no-cache']);
  if (pace === null && fault === null) {
    const whole = steps.every((step) => typeof step.bytes === 'string')
      ? steps.map((step) => step.bytes).join('')
      : Buffer.concat(steps.map((step) => Buffer.from(step.bytes)));
    res.end(whole);
    stream.done({ outcome: 'completed', frames: steps.length, output: steps.at(-1)?.output ?? 0 });
    return;
  }
  if (fault?.fault === 'slow_first_token') res.flushHeaders();
  play(stream, steps);
}

function play({ exchange, done }: Stream, steps: readonly Step[]): void {
  const { res } = exchange;
  let at = 0;
  let output = 0;
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const finish = (outcome: ServedOutcome): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    res.off('close', gone);
    done({ outcome, frames: at, output });
  };
  const gone = (): void => finish('aborted');
  const advance = (waited: boolean): void => {
    for (let step = steps[at]; step !== undefined; step = steps[at], waited = false) {
      if (!waited && step.wait > 0) {
        timer = setTimeout(advance, step.wait, true);
        return;
      }
      const room = step.bytes.length === 0 || res.write(step.bytes);
      at += 1;
      output = step.output;
      if (step.next !== undefined) {
        finish('broken');
        if (step.next === 'destroy') destroySoon(exchange);
        else res.end();
        return;
      }
      if (!room) {
        res.once('drain', () => advance(false));
        return;
      }
    }
    finish('completed');
    res.end();
  };
  res.on('close', gone);
  advance(false);
}

/** Breaks the connection once what was written has left, so that the reader meets the break where it was meant to be. */
function destroySoon({ res }: Exchange): void {
  const { socket } = res;
  // Node holds what was written in this turn back until its end; a socket destroyed before that would lose it.
  if (socket !== null) setImmediate(() => socket.destroySoon());
}

export interface Whole {
  readonly exchange: Exchange;
  readonly headers: FlatHeaders;
  readonly body: string | Buffer;
  /** What this vendor sends as an error body. */
  readonly errorBody: string;
  readonly output: number;
  /** Ms before the first byte. */
  readonly wait: number;
  readonly fault: Affliction | null;
  readonly done: (sent: Sent) => void;
}

/** Sends a whole answer; calls `done` exactly once. */
export function deliverWhole(whole: Whole): void {
  const { exchange, fault } = whole;
  const extra = fault?.fault === 'slow_first_token' ? fault.ms : 0;
  if (whole.wait + extra <= 0) {
    writeWhole(whole);
    return;
  }
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    exchange.res.off('close', gone);
    writeWhole(whole);
  }, whole.wait + extra);
  const gone = (): void => {
    if (over) return;
    clearTimeout(timer);
    whole.done({ outcome: 'aborted', frames: 0, output: 0 });
  };
  exchange.res.on('close', gone);
}

function writeWhole(whole: Whole): void {
  const { exchange, headers, fault, output, done } = whole;
  const { res } = exchange;
  const body = Buffer.from(fault?.fault === 'error_after_200' ? whole.errorBody : whole.body);
  const cut = Math.floor(body.length / 2);
  const shown = fault?.fault === 'malformed_sse' ? body.subarray(0, cut) : body;
  res.writeHead(200, [
    ...headers,
    ...SIMULATED,
    'content-type',
    'application/json',
    'content-length',
    String(shown.length),
  ]);
  switch (fault?.fault) {
    case 'cut_stream':
      res.write(body.subarray(0, cut));
      done({ outcome: 'broken', frames: 0, output: 0 });
      destroySoon(exchange);
      return;
    case 'stall': {
      res.write(body.subarray(0, cut));
      const timer = setTimeout(() => {
        res.off('close', gone);
        res.end(body.subarray(cut));
        done({ outcome: 'completed', frames: 1, output });
      }, fault.ms);
      const gone = (): void => {
        clearTimeout(timer);
        done({ outcome: 'aborted', frames: 0, output: 0 });
      };
      res.once('close', gone);
      return;
    }
    default: {
      res.end(shown);
      const broken = fault?.fault === 'error_after_200' || fault?.fault === 'malformed_sse';
      done({ outcome: broken ? 'broken' : 'completed', frames: 1, output: broken ? 0 : output });
    }
  }
}
