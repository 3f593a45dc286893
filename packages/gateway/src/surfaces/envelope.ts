// How a call came wrapped: by a cloud's own path, with the model in it, that cloud's framing and its way to tell failures,
// around a body of a dialect. The body itself is never rewritten for it: what the path says is a splice that is put
// together with the edits of whoever serves the call, so that a body which goes back to the same cloud leaves byte for byte.
import type { ErrorForm, Splice } from '@weighbridge/dialects';
import { AppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { ClientHeaders } from '../pipeline/client-headers.ts';

/** What all calls of one kind have alike. */
export interface EnvelopeForm {
  /** As the receipt names it. */
  readonly kind: string;
  readonly dialect: DialectId;
  readonly errors: ErrorForm;
  /** Top-level fields that are the cloud's and not the dialect's. */
  readonly removes: readonly string[];
  /** Values of `anthropic_version` that it takes; empty: it knows none. */
  readonly versions: readonly string[];
  /** Framing of a stream where it is not the dialect's own: of one server-sent event, and the head that announces it. */
  readonly framing: Framing | null;
  /** Without a ceiling the model's own holds. */
  readonly unbounded?: true;
  /** The request inside a request to count. */
  readonly uncount?: (raw: unknown) => Buffer;
  /** The answer to a request to count, from the dialect's own. */
  readonly counted?: (body: Buffer) => Buffer;
}

export interface Framing {
  /** Frames one event of the dialect; null where its events are framed already. */
  readonly frame: ((event: Buffer) => Buffer) | null;
  readonly head: () => string[];
}

type Fields = Readonly<Record<string, unknown>>;

export class Envelope {
  readonly form: EnvelopeForm;
  /** Model in the path; null where the body names it. */
  readonly #model: string | null;
  /** Whether the path asks for a stream; null where the body says so. */
  readonly #streams: boolean | null;
  /** Names of the route besides the one that was written, nearest first. */
  readonly otherNames: readonly string[];
  /** The body as it came; null before it was read. */
  received: Buffer | null = null;
  /** What it says. */
  raw: unknown = null;
  /** Makes of the body what the dialect has. */
  splice: Splice = NO_SPLICE;

  constructor(form: EnvelopeForm, model: string | null, streams: boolean | null, otherNames: readonly string[]) {
    this.form = form;
    this.#model = model;
    this.#streams = streams;
    this.otherNames = otherNames;
  }

  /** The body as the dialect has it. Betas that it holds join those of the headers. Throws BAD_REQUEST. */
  open(parsed: unknown, headers: ClientHeaders): unknown {
    this.raw = parsed;
    // What is no object is told by whoever reads the dialect.
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return parsed;
    const body = parsed as Fields;
    this.#checkVersion(body);
    joinBetas(this.form.dialect === 'bedrock-converse' ? nestedBetas(body) : body['anthropic_beta'], headers);
    const opened: Record<string, unknown> = { ...body };
    const set: Record<string, string> = {};
    const remove = [...this.form.removes];
    for (const name of this.form.removes) delete opened[name];
    if (this.#model !== null) {
      opened['model'] = this.#model;
      set['model'] = JSON.stringify(this.#model);
    }
    if (this.#streams === true) {
      opened['stream'] = true;
      set['stream'] = 'true';
    } else if (this.#streams === false) {
      delete opened['stream'];
      remove.push('stream');
    }
    this.splice = { set, remove };
    return opened;
  }

  #checkVersion({ anthropic_version: version }: Fields): void {
    const { versions } = this.form;
    if (versions.length === 0 || version === undefined) return;
    if (typeof version === 'string' && (versions.includes(version) || DATE.test(version))) return;
    throw new AppError('BAD_REQUEST', `the field "anthropic_version" must be "${versions.join('" or "')}" here`, {
      details: { param: 'anthropic_version' },
    });
  }
}

const NO_SPLICE: Splice = { set: {}, remove: [] };
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const BETA_HEADER = 'anthropic-beta';

/** Converse has them among the model's own fields. */
function nestedBetas({ additionalModelRequestFields: fields }: Fields): unknown {
  return typeof fields === 'object' && fields !== null ? (fields as Fields)['anthropic_beta'] : undefined;
}

/** Betas of the body are the header's by another way; those in both are named once. */
function joinBetas(list: unknown, headers: ClientHeaders): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list) || !list.every((name) => typeof name === 'string')) {
    throw new AppError('BAD_REQUEST', 'the field "anthropic_beta" must be a list of texts', {
      details: { param: 'anthropic_beta' },
    });
  }
  const sent = headers.pass[BETA_HEADER];
  const known = new Set((sent ?? '').split(',').map((name) => name.trim()));
  const added = list.filter((name) => !known.has(name));
  if (added.length > 0) headers.pass[BETA_HEADER] = [...(sent === undefined ? [] : [sent]), ...added].join(',');
}

/** Edits one after the other, as one. */
export function joinSplices(first: Splice, second: Splice): Splice {
  const gone = new Set(second.remove);
  const kept = Object.entries(first.set).filter(([name]) => !gone.has(name));
  const remove = [...first.remove.filter((name) => !Object.hasOwn(second.set, name)), ...second.remove];
  return { set: { ...Object.fromEntries(kept), ...second.set }, remove: [...new Set(remove)] };
}
