// What a relay of an answer is to the leg that it carries for, in either form, and what both forms find wrong alike.
import { responsesErrorText, type AnswerReader, type ResponseFacts } from '@weighbridge/dialects';
import { LIMITS } from '@weighbridge/kernel';
import type { Said } from '../clouds/upstream-error.ts';
import { excessOfShape } from '../pipeline/json-shape.ts';
import type { Target } from '../routing/compiled.ts';
import { ownFinding, type LegFailure } from './leg-failure.ts';

/** Whom a relay reports to. After `finished` or `failed` nothing more is called. */
export interface RelayOwner {
  /** The first bytes are about to leave: from now on no other leg can take over. */
  commit(): void;
  forward(bytes: Buffer): void;
  finished(terminal: Buffer): void;
  failed(failure: LegFailure): void;
  /** What the cloud said of a failure inside its answer, with what is known of the answer. */
  said(body: string): Said;
  /** Who reads the answer beside; null where nobody does. */
  readonly reader: AnswerReader | null;
  /** Something was added to the answer: it is named among the edits of the attempt. */
  noted(edit: string): void;
}

export interface Relay {
  chunk(chunk: Buffer, now: number): void;
  /** The response ended in order. */
  end(now: number): void;
  /** When a keep-alive held before the first content must go, content or not; Infinity while none is held. */
  readonly heldUntil: number;
  /** Lets it go, and what was held before it. */
  release(): void;
  facts(): ResponseFacts;
  /** Names of what the translation of the answer could not carry. */
  lost(): readonly string[];
  /** When the cloud was last heard, while pings of ours have filled the silence since; -1 otherwise. */
  readonly silentSince: number;
  /** Content has been seen: the timer between tokens runs. */
  readonly began: boolean;
}

/** What of it would hold the lane for long; null when nothing would. */
export function excessive({ deployment }: Target, json: Buffer): LegFailure | null {
  const excess = excessOfShape(json);
  if (excess === null) return null;
  return ownFinding('UPSTREAM_MALFORMED', `"${deployment.id}" sent JSON that ${excess}`, 'deployment');
}

/** The error alone, in the form that adapters read. */
export const errorText = ({ dialect }: Target, text: string): string =>
  (dialect === 'openai-responses' ? responsesErrorText(text) : text).slice(0, LIMITS.error_body_bytes);
