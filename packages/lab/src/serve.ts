// One model call at a simulated cloud, from its parsed envelope to the ledger row: fault, credential, version, model,
// body, tape or answer, framing. The order is the real services': who you are before what you want. What differs between
// clouds comes in as an `Envelope`; nothing here knows a vendor.
import type { DialectId } from '@weighbridge/protocol';
import type { Caller } from './caller.ts';
import { writeStream, writeWhole } from './dialects/answer.ts';
import type { OpenAiFlavour } from './dialects/openai-response.ts';
import type { Claims, Payload } from './dialects/payload.ts';
import { SITE_FACTS } from './endpoints.ts';
import { applyToAnswer, applyToCounts, applyToRegion, faultRefusal, swapOf } from './faults/apply.ts';
import type { Affliction } from './faults/registry.ts';
import type { Lab } from './lab.ts';
import { paceOf, type Pace } from './latency.ts';
import type { ServedRow } from './ledger.ts';
import type { Admission } from './market/counter.ts';
import type { Quota } from './market/quota.ts';
import type { LabModel } from './model/catalogue.ts';
import { compose, fingerprintOf } from './model/compose.ts';
import type { Answer, Counts, Prompt } from './model/prompt.ts';
import { Draw } from './model/random.ts';
import { isRefusal, refuse, type Refusal } from './model/refusal.ts';
import { deliverStream, deliverWhole, type Sent } from './wire/deliver.ts';
import { send, type Exchange, type FlatHeaders } from './wire/exchange.ts';
import type { Framing } from './wire/framing.ts';

/** What a cloud makes of its path, headers and body once the caller is known. */
export interface Resolved {
  readonly model: LabModel;
  /** Where it runs. */
  readonly region: string;
  /** The version a response names. */
  readonly reported: string;
  /** Tier a response names; null where the cloud names none. */
  tier(prompt: Prompt): string | null;
  /** Anthropic `inference_geo`; null where the cloud names none. */
  geo(prompt: Prompt): string | null;
  readonly flavour: OpenAiFlavour;
  parse(): Prompt | Refusal;
}

/** Facts that response headers are made from. */
export interface HeaderFacts {
  readonly region: string;
  readonly reported: string;
  readonly counts: Counts | null;
  readonly stream: boolean;
  readonly asked: string;
  readonly ms: number;
  /** What is left of the limits; null where none are counted. */
  readonly quota: Quota | null;
  /** How full the capacity is that was bought; absent where none was. */
  readonly utilisation?: number | undefined;
}

/** One request as its cloud reads it. */
export interface Envelope {
  readonly exchange: Exchange;
  readonly requestId: string;
  readonly dialect: DialectId;
  readonly framing: Framing;
  /** Model or deployment as the caller named it. */
  readonly asked: string;
  readonly stream: boolean;
  readonly toolIdPrefix: string;
  messageId(draw: Draw): string;
  authorise(): Caller | Refusal | Promise<Caller | Refusal>;
  resolve(): Resolved | Refusal;
  refusal(refusal: Refusal): { readonly status: number; readonly headers: FlatHeaders; readonly body: string };
  headers(facts: HeaderFacts): FlatHeaders;
  /** Last touch on the payloads of a stream (Bedrock's invocation metrics). */
  finish?(payloads: Payload[], counts: Counts | null, ms: number): Payload[];
}

type Row = { -readonly [K in keyof Omit<ServedRow, 'n'>]: Omit<ServedRow, 'n'>[K] };

const NO_COUNTS: Counts = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };

/** Serves one call; every path through it writes one ledger row. */
export function serve(lab: Lab, envelope: Envelope): void {
  const { exchange, asked, stream } = envelope;
  const { site } = exchange;
  const { cloud, region } = SITE_FACTS[site];
  const fault = lab.faults.pick({ site, cloud, model: asked, stream });
  const row: Row = {
    at: lab.now(),
    site,
    cloud,
    path: exchange.path.slice(0, 512),
    caller: null,
    model_asked: asked.slice(0, 256),
    model_ran: null,
    region,
    tier: null,
    stream,
    status: 0,
    fault: fault?.fault ?? null,
    tape: null,
    request_id: envelope.requestId,
    response_id: null,
    usage: null,
    output_sent: 0,
    frames_sent: 0,
    request_bytes: exchange.body.length,
    outcome: 'refused',
    ms: 0,
  };
  if (fault?.fault === 'reset') {
    book(lab, exchange, row, { outcome: 'broken', frames: 0, output: 0 }, 0);
    exchange.req.socket.resetAndDestroy();
    return;
  }
  if (fault?.fault === 'slow_connect') delay(lab, envelope, row, fault);
  else admit(lab, envelope, row, fault);
}

function delay(lab: Lab, envelope: Envelope, row: Row, fault: Affliction): void {
  const { exchange } = envelope;
  const timer = setTimeout(() => {
    exchange.res.off('close', gone);
    admit(lab, envelope, row, fault);
  }, fault.ms);
  const gone = (): void => {
    clearTimeout(timer);
    book(lab, exchange, row, { outcome: 'aborted', frames: 0, output: 0 }, 0);
  };
  exchange.res.once('close', gone);
}

function admit(lab: Lab, envelope: Envelope, row: Row, fault: Affliction | null): void {
  const refused = fault === null ? null : faultRefusal(fault);
  if (refused !== null) {
    turnAway(lab, envelope, row, refused);
    return;
  }
  const caller = envelope.authorise();
  if (caller instanceof Promise) {
    caller.then(
      (known) => proceed(lab, envelope, row, fault, known),
      (error: unknown) => fail(lab, envelope, row, error),
    );
  } else proceed(lab, envelope, row, fault, caller);
}

function proceed(lab: Lab, envelope: Envelope, row: Row, fault: Affliction | null, caller: Caller | Refusal): void {
  if (isRefusal(caller)) {
    turnAway(lab, envelope, row, caller);
    return;
  }
  row.caller = caller.label;
  const { site } = envelope.exchange;
  if (!lab.market.sells(site, envelope.asked)) {
    const message = `Simulated: ${envelope.asked.slice(0, 120)} is not sold here in this market.`;
    turnAway(lab, envelope, row, refuse('model_unknown', message));
    return;
  }
  const resolved = envelope.resolve();
  if (isRefusal(resolved)) {
    turnAway(lab, envelope, row, resolved);
    return;
  }
  const prompt = resolved.parse();
  if (isRefusal(prompt)) {
    turnAway(lab, envelope, row, prompt);
    return;
  }
  const tape = lab.tapes.next(site, headerTape(envelope.exchange) ?? prompt.directives.tape ?? null, envelope.asked);
  if (tape !== null) {
    playTape(lab, envelope, row, fault, resolved, tape);
    return;
  }
  const admission = lab.admit(site, envelope.asked, prompt);
  if (admission !== null && isRefusal(admission)) turnAway(lab, envelope, row, admission);
  else answerCall(lab, envelope, row, { fault, resolved, prompt, admission });
}

const headerTape = (exchange: Exchange): string | null => {
  const value = exchange.req.headers['x-lab-tape'];
  return typeof value === 'string' ? value : null;
};

function turnAway(lab: Lab, envelope: Envelope, row: Row, refusal: Refusal): void {
  const { status, headers, body } = envelope.refusal(refusal);
  send(envelope.exchange, status, ['content-type', 'application/json', ...headers], body);
  book(lab, envelope.exchange, row, { outcome: 'refused', frames: 0, output: 0 }, status);
}

/** A fault of the lab itself, not a simulated one: say so plainly, so that nobody looks for it in the gateway. */
function fail(lab: Lab, envelope: Envelope, row: Row, error: unknown): void {
  const message = `the lab itself failed: ${error instanceof Error ? error.message : String(error)}`;
  turnAway(lab, envelope, row, { refusal: 'internal', message });
}

function book(lab: Lab, exchange: Exchange, row: Row, sent: Sent, status: number): void {
  row.outcome = sent.outcome;
  row.frames_sent = sent.frames;
  row.output_sent = sent.output;
  row.status = status;
  row.ms = lab.monotonic() - exchange.started;
  lab.ledger.add(row);
}

function playTape(
  lab: Lab,
  envelope: Envelope,
  row: Row,
  fault: Affliction | null,
  resolved: Resolved,
  name: string,
): void {
  const { exchange, stream, framing } = envelope;
  row.tape = name;
  const tape = lab.tapes.load(name, stream);
  const problem =
    'problem' in tape
      ? tape.problem
      : tape.dialect === envelope.dialect
        ? null
        : `it speaks ${tape.dialect}, this cloud ${envelope.dialect}`;
  if ('problem' in tape || problem !== null) {
    turnAway(lab, envelope, row, {
      refusal: 'invalid',
      message: `the lab cannot play tape "${name}": ${String(problem)}`,
    });
    return;
  }
  row.model_ran = `tape:${name}`;
  row.region = resolved.region;
  const n = lab.count();
  const headers = envelope.headers({
    region: resolved.region,
    reported: resolved.reported,
    counts: null,
    stream,
    asked: envelope.asked,
    ms: 0,
    quota: null,
  });
  const done = (sent: Sent): void => book(lab, exchange, row, sent, 200);
  const pace = paceOf(lab.latency, lab.seed, n);
  if (stream) deliverStream({ exchange, headers, payloads: tape.payloads, framing, pace, fault, done });
  else
    deliverWhole({
      exchange,
      headers,
      body: tape.body,
      errorBody: errorBodyOf(envelope),
      output: 0,
      wait: pace?.first ?? 0,
      fault,
      done,
    });
}

const errorBodyOf = (envelope: Envelope): string =>
  envelope.refusal({ refusal: 'internal', message: 'Internal server error' }).body;

/** What was used, truly. */
function countsOf(
  lab: Lab,
  site: string,
  caller: string,
  model: LabModel,
  prompt: Prompt,
  answers: readonly Answer[],
): Counts {
  const scope = `${site} ${caller} ${model.id}`;
  const output = answers.reduce((sum, answer) => sum + answer.output, 0);
  const reasoning = answers.reduce((sum, answer) => sum + answer.reasoning, 0);
  if (prompt.segments.length === 0) return { ...NO_COUNTS, input: prompt.inputTokens, output, reasoning };
  if (prompt.dialect.startsWith('openai')) {
    const read = lab.cache.openai(scope, prompt.segments, model.minCache, lab.now());
    return { ...NO_COUNTS, input: prompt.inputTokens - read, cacheRead: read, output, reasoning };
  }
  const use = lab.cache.anthropic(scope, prompt.segments, model.minCache, lab.now());
  const input = prompt.inputTokens - use.read - use.write5m - use.write1h;
  return { input, cacheRead: use.read, cacheWrite5m: use.write5m, cacheWrite1h: use.write1h, output, reasoning };
}

/** A call that was let in. */
interface Served {
  readonly fault: Affliction | null;
  readonly resolved: Resolved;
  readonly prompt: Prompt;
  readonly admission: Admission | null;
}

function answerCall(lab: Lab, envelope: Envelope, row: Row, { fault, resolved, prompt, admission }: Served): void {
  const { exchange, stream, framing } = envelope;
  const n = lab.count();
  const ran = fault?.fault === 'model_swapped' ? swapOf(resolved.model) : resolved.model;
  const mind = { seed: lab.seed, signer: lab.signer, toolIdPrefix: envelope.toolIdPrefix };
  const answers: Answer[] = [];
  for (let choice = 0; choice < prompt.choices; choice += 1) {
    answers.push(applyToAnswer(compose(prompt, ran, mind, choice), fault));
  }
  const truth = countsOf(lab, exchange.site, row.caller ?? '', ran, prompt, answers);
  const quota = admission?.settle(truth, lab.now()) ?? null;
  const claimed = applyToCounts(truth, fault);
  const region = applyToRegion(resolved.region, fault);
  const draw = new Draw(lab.seed, `response ${n}`);
  const swapped = fault?.fault === 'model_swapped' && !fault.silent;
  const reported = swapped ? ran.version : resolved.reported;
  const claims: Claims = {
    id: envelope.messageId(draw),
    model: reported,
    created: Math.floor(lab.now() / 1000),
    tier: resolved.tier(prompt),
    geo: fault?.fault === 'wrong_region' && resolved.geo(prompt) !== null ? 'eu' : resolved.geo(prompt),
    fingerprint: resolved.flavour === 'compatible' ? null : fingerprintOf(reported),
  };
  row.model_ran = ran.version;
  row.region = region;
  row.tier = claims.tier;
  row.response_id = claims.id;
  row.usage = truth;
  const [answer] = answers;
  if (prompt.responses?.keep === true && answer !== undefined) lab.kept.keep(claims.id, prompt, answer);
  const pace = paceOf(lab.latency, lab.seed, n);
  const ms = lab.monotonic() - exchange.started + (pace?.first ?? 0);
  const { asked } = envelope;
  const utilisation = admission?.utilisation;
  const headers = envelope.headers({ region, reported, counts: claimed, stream, asked, ms, quota, utilisation });
  const done = (sent: Sent): void => {
    admission?.finish?.(truth, lab.now());
    book(lab, exchange, row, sent, 200);
  };
  const written = { prompt, flavour: resolved.flavour, answers, counts: claimed, claims, ms };
  if (stream) {
    const streamed = writeStream(lab, written);
    const payloads = envelope.finish?.(streamed, claimed, ms) ?? streamed;
    deliverStream({ exchange, headers, payloads, framing, pace, fault, done });
    return;
  }
  const body = writeWhole(lab, written);
  deliverWhole({
    exchange,
    headers,
    body,
    errorBody: errorBodyOf(envelope),
    output: truth.output,
    wait: wholeWait(pace, truth.output),
    fault,
    done,
  });
}

/** An answer that is not a stream takes as long as its stream would have. */
function wholeWait(pace: Pace | null, tokens: number): number {
  if (pace === null) return 0;
  let wait = pace.first;
  for (let i = 1; i < tokens; i += 1) wait += pace.next();
  return wait;
}
