// The three groups of a call's entry as canonical JSON (RFC 8785), written piece by piece in sorted key order: nothing is
// sorted, and no object made, on the hot path. A property test holds this against `canonicalJson`.
import { createHash } from 'node:crypto';
import { LIMITS, moneyToDecimal, type AppError } from '@weighbridge/kernel';
import type { CallEnergy, Charge, Cost, Usage } from '@weighbridge/protocol';
import type { Bypassed } from '../bypass/bypass.ts';
import { countedText, limitText, type Limited } from '../limits/limited.ts';
import type { Deferral } from '../deadline/deadline.ts';
import type { AttemptDraft } from '../pipeline/attempt.ts';
import type { Call } from '../pipeline/call.ts';
import { servedText } from './served-text.ts';
import { instantText, millisText } from './number-text.ts';
import { bounded, countsText, quoted } from './text.ts';

/** What only the end of a call knows. */
export interface Ending {
  readonly error: AppError | null;
  readonly endedAt: number;
  readonly endedMono: number;
  readonly responseDigest: string | null;
  readonly responseBytes: number;
}

/** Written once per call: the intent and the receipt hold the same text. */
export function whoGroup(call: Call): string {
  if (call.whoText === '') call.whoText = JSON.stringify({ who: call.who });
  return call.whoText;
}

/** Written once per call, as `who` is. */
export function askedText(call: Call): string {
  if (call.askedText === '') call.askedText = asked(call);
  return call.askedText;
}

export function publicGroup(call: Call, ending: Ending): string {
  const { error } = ending;
  const stopReason = call.answer?.stopReason ?? call.stopReason;
  let text = `{"asked":${askedText(call)},"attempts":[${call.attempts.map(attemptText).join(',')}]`;
  if (call.deferral !== null) text += `,"deadline":${deadlineText(call.deferral)}`;
  if (call.energy !== undefined) text += `,"energy":${call.energy === null ? 'null' : energyText(call.energy)}`;
  if (error !== null) text += `,"error":${JSON.stringify({ code: error.code, message: bounded(error.message) })}`;
  if (call.bypassed !== null) text += lateText(call.bypassed);
  if (call.lost.length > 0) text += `,"lost":${JSON.stringify(call.lost.map(bounded))}`;
  text += `,"outcome":${JSON.stringify(call.outcome)}`;
  if (call.parent !== null) text += `,"parent":{"as":"${call.parent.as}","call":"${call.parent.call}"}`;
  if (ending.responseDigest !== null) {
    text += `,"response_bytes":${ending.responseBytes},"response_digest":"${ending.responseDigest}"`;
  }
  text += `,"served":${call.served === null ? 'null' : servedText(call.served, call.target?.deployment ?? null, call.cached)}`;
  text += `,"simulated":${isSimulated(call)},"status":${call.status}`;
  if (stopReason !== null) text += `,"stop_reason":${quoted(stopReason)}`;
  text += `,"timing":${timing(call, ending)},"usage":${call.usage === null ? 'null' : usageText(call.usage)}}`;
  return text;
}

/** Keys in sorted order. */
const lateText = ({ bypass, opened }: Bypassed): string => `,"late":{"bypass":"${bypass.id}","opened":${opened}}`;

export function commercialGroup(call: Call): string {
  const { rated } = call;
  const charges = rated === null ? '' : rated.charges.map(charge).join(',');
  const budgeted = call.budgeted ? `"budget":${budget(call)},` : '';
  const { counted, limit } = call.limited === null ? UNLIMITED : limitedTexts(call, call.limited);
  return `{${avoided(call)}${budgeted}"charges":[${charges}],"cost":${cost(rated === null ? NO_COST : rated.cost)}${counted},"decided":"${call.decision?.digest ?? ''}"${limit}}`;
}

/** Keys in sorted order. */
function avoided({ avoided: sums }: Call): string {
  if (sums === null) return '';
  const { basis, contracted, currency, list } = sums;
  return `"avoided":{"basis":"${basis}","contracted":${decimal(contracted)},"currency":"${currency}","list":${decimal(list)}},`;
}

const UNLIMITED = { counted: '', limit: '' };

function limitedTexts({ plan, lane }: Call, limited: Limited): typeof UNLIMITED {
  const counted = countedText(limited, plan?.route.id ?? '');
  const limit = limitText(limited, lane.clock.wall());
  return {
    counted: counted === '' ? '' : `,"counted":${counted}`,
    limit: limit === '' ? '' : `,"limit":${limit}`,
  };
}

/** The texts that were written for the same amounts are taken again: turning an amount into digits costs the most here. */
function budget({ rated, reservedText, reservedTotal, settledTotal }: Call): string {
  const billed = rated === null || rated.billed !== settledTotal ? null : rated.cost.billed;
  const reserved = reservedText === '' ? moneyToDecimal(reservedTotal) : reservedText;
  return `{"currency":"USD","reserved":"${reserved}","settled":"${billed ?? moneyToDecimal(settledTotal)}"}`;
}

/** A call that nothing served cost nothing, and that is known exactly. Keys in sorted order. */
const NO_COST: Cost = { billed: '0', contracted: '0', currency: 'USD', list: '0', status: 'exact' };

/** Keys in sorted order. */
function asked(call: Call): string {
  const { facts } = call;
  const most = facts?.maxOutputTokens;
  const features = facts === null || facts.features.length === 0 ? '[]' : JSON.stringify(facts.features);
  const envelope = call.envelope === null ? '' : `,"envelope":"${call.envelope.form.kind}"`;
  return (
    `{"alias":${quoted(call.alias)}${waits(call)}${envelope},"features":${features}${most === undefined ? '' : `,"max_output_tokens":${most}`}` +
    `,"request_bytes":${(call.envelope?.received ?? call.body).length},"request_digest":"${call.requestDigest}","stream":${facts?.stream ?? false}` +
    `,"surface":"${call.surface}"}`
  );
}

const waits = ({ deferral, startedAt }: Call): string =>
  deferral === null ? '' : `,"deadline_ms":${Math.round(deferral.until - startedAt)}`;

/** Keys in sorted order. */
const deadlineText = ({ as, why }: Deferral): string =>
  as === 'batch' ? '{"as":"batch"}' : `{"as":"at_once","why":"${why ?? 'not_configured'}"}`;

/** Keys in sorted order. */
function attemptText(draft: AttemptDraft): string {
  const { connect_ms: connect, edits, error, fault, status, ttfb_ms: ttfb, vendor_request_id: vendor } = draft;
  let text = draft.batch === undefined ? '{' : `{"batch":${quoted(draft.batch)},`;
  if (draft.check !== undefined) text += `"check":${quoted(bounded(draft.check))},`;
  if (connect !== undefined) text += `"connect_ms":${millisText(connect)},`;
  text += `"deployment":${JSON.stringify(draft.deployment)}`;
  if (draft.dropped !== undefined) text += `,"dropped":"${draft.dropped}"`;
  text += `,"edits":[${edits.map(quoted).join(',')}]`;
  if (error !== undefined) text += `,"error":${JSON.stringify(error)}`;
  if (fault !== undefined) text += `,"fault":"${fault}"`;
  if (draft.role !== undefined) text += `,"role":"${draft.role}"`;
  text += `,"started_ms":${millisText(draft.started_ms)}`;
  if (status !== undefined) text += `,"status":${status}`;
  if (ttfb !== undefined) text += `,"ttfb_ms":${millisText(ttfb)}`;
  if (draft.usage !== undefined) text += `,"usage":${usageText(draft.usage)}`;
  return vendor === undefined ? `${text}}` : `${text},"vendor_request_id":${quoted(vendor)}}`;
}

/** Keys in sorted order. */
function usageText({ inference_geo: geo, raw, server_tools: tools, source, speed, tier, tokens }: Usage): string {
  let text = geo === undefined ? '{' : `{"inference_geo":${quoted(geo)},`;
  text += `"raw":${raw === null ? 'null' : JSON.stringify(inlineOrDigest(raw))}`;
  if (tools !== undefined) text += `,"server_tools":${countsText(tools)}`;
  text += `,"source":"${source}"`;
  if (speed !== undefined) text += `,"speed":${quoted(speed)}`;
  if (tier !== undefined) text += `,"tier":${quoted(tier)}`;
  return `${text},"tokens":${countsText(tokens)}}`;
}

/** Keys in sorted order; a method is of our own making, and needs no escape. */
const energyText = ({ high, low, method, wh }: CallEnergy): string =>
  `{"high":${high},"low":${low},"method":"${method}","wh":${wh}}`;

/** Keys in sorted order. */
function timing(call: Call, ending: Ending): string {
  const offset = call.startedAt - call.startedMono;
  const instant = (mono: number): string => instantText(Math.round(offset + mono));
  let text = call.chunks > 0 ? `{"chunks":${call.chunks},"ended":` : '{"ended":';
  text += instantText(Math.round(ending.endedAt));
  if (call.firstByteMono >= 0) text += `,"first_byte":${instant(call.firstByteMono)}`;
  if (call.firstTokenMono >= 0) text += `,"first_token":${instant(call.firstTokenMono)}`;
  if (call.chunks > 1) text += `,"gap_max_ms":${millisText(call.gapMaxMs)}`;
  text += `,"gateway_ms":${millisText(gatewayMs(call, ending.endedMono))}`;
  if (call.lastTokenMono >= 0) text += `,"last_token":${instant(call.lastTokenMono)}`;
  if (call.queuedMs > 0) text += `,"queued_ms":${millisText(call.queuedMs)}`;
  text += `,"started":${instantText(Math.round(call.startedAt))}`;
  const perToken = timePerOutputToken(call);
  if (perToken !== undefined) text += `,"tpot_ms":${millisText(perToken)}`;
  // What passed before a call went by itself was not its seller's to answer in.
  const waited = call.deferral !== null && call.attempts.some(({ role }) => role === 'batch');
  if (call.firstTokenMono >= 0 && !waited) text += `,"ttft_ms":${millisText(call.since(call.firstTokenMono))}`;
  return `${text}}`;
}

/** From the whole request to the first dispatch, and from the last upstream byte to the end. */
function gatewayMs(call: Call, endedMono: number): number {
  const from = call.receivedMono === 0 ? call.startedMono : call.receivedMono;
  const before = (call.dispatchedMono === 0 ? endedMono : call.dispatchedMono) - from;
  const after = call.dispatchedMono === 0 || call.lastByteMono < 0 ? 0 : endedMono - call.lastByteMono;
  return Math.max(0, before + after - call.queuedMs);
}

function timePerOutputToken(call: Call): number | undefined {
  if (call.usage === null || call.firstTokenMono < 0) return undefined;
  const tokens = (call.usage.tokens.output ?? 0) + (call.usage.tokens.reasoning ?? 0);
  return tokens > 1 && call.lastTokenMono > call.firstTokenMono
    ? (call.lastTokenMono - call.firstTokenMono) / (tokens - 1)
    : undefined;
}

/** An amount is its own text: digits need no quoting. */
const decimal = (amount: string | null): string => (amount === null ? 'null' : `"${amount}"`);

/** Keys in sorted order. */
function charge(value: Charge): string {
  const leg = value.leg === undefined ? '' : `,"leg":${value.leg}`;
  const note = value.note === undefined ? '' : `,"note":${quoted(value.note)}`;
  return (
    `{"contracted":${decimal(value.contracted)},"currency":"${value.currency}"${leg},"list":${decimal(value.list)}${note}` +
    `,"price":${value.price === null ? 'null' : priceReference(value.price)},"quantity":${value.quantity}` +
    `,"token_class":"${value.token_class}","unit_price":${decimal(value.unit_price)}}`
  );
}

type PriceReference = NonNullable<Charge['price']>;

/** The list row beside a contract's: without it nobody could compute the list amount again. */
function priceReference(price: PriceReference): string {
  const known = REFERENCES.get(price);
  if (known !== undefined) return known;
  const { book, list_row, row } = price;
  const text = JSON.stringify(list_row === undefined ? { book, row } : { book, list_row, row });
  REFERENCES.set(price, text);
  return text;
}

/** A row of the book is referred to by one object for as long as the book is in force. */
const REFERENCES = new WeakMap<PriceReference, string>();

const cost = (value: Cost): string =>
  `{"billed":${decimal(value.billed)},"contracted":${decimal(value.contracted)},"currency":"${value.currency}"` +
  `,"list":${decimal(value.list)},"status":"${value.status}"}`;

/** True when what served, or else all that could have, is simulated. */
export function isSimulated(call: Call): boolean {
  if (call.target !== null) return call.target.deployment.simulated;
  const targets = call.plan?.targets ?? [];
  return targets.length > 0
    ? targets.every((target) => target.deployment.simulated)
    : call.compiled.snapshot.log !== 'live';
}

/** Raw usage beyond the inline bound is represented by its digest. */
function inlineOrDigest(raw: string): string {
  if (raw.length <= LIMITS.inline_bytes) return raw.toWellFormed();
  return JSON.stringify({
    bytes: Buffer.byteLength(raw),
    sha256: createHash('sha256').update(raw).digest('base64url'),
  });
}
