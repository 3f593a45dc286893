// A question to a model as a tool: a Chat call of its own, through all stages that any call passes. What would have gone to
// a client is gathered here and becomes the tool's result; a refusal is a result too, so that the agent learns why.
import type { AppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import { renderFailure } from '../pipeline/failure.ts';
import type { RawHeaders, Reply } from '../pipeline/stage.ts';
import { Envelope, type EnvelopeForm } from '../surfaces/envelope.ts';
import type { Fields } from './json-rpc.ts';
import { toolFailure, toolResult } from './tools.ts';

const FORM: EnvelopeForm = {
  kind: 'mcp',
  dialect: 'openai-chat',
  errors: 'openai-chat',
  removes: [],
  versions: [],
  framing: null,
};

export const askEnvelope = (): Envelope => new Envelope(FORM, null, null, []);

/** The request that the question stands for, or what is wrong with the arguments. `models`: what the key may use. */
export function questionOf(args: Fields, models: readonly string[]): Buffer | string {
  const { question, instructions, max_output_tokens: most } = args;
  const [only] = models;
  const model = args['model'] ?? (models.length === 1 ? only : undefined);
  if (typeof question !== 'string' || question === '') return '`question` must be a text that is not empty';
  if (typeof model !== 'string' || model === '') return `\`model\` must be one of: ${models.slice(0, 50).join(', ')}`;
  if (instructions !== undefined && typeof instructions !== 'string') return '`instructions` must be a text';
  if (most !== undefined && (!Number.isSafeInteger(most) || (most as number) < 1))
    return '`max_output_tokens` must be a whole number of at least 1';
  const system = instructions === undefined || instructions === '' ? [] : [{ role: 'system', content: instructions }];
  return Buffer.from(
    JSON.stringify({
      model,
      messages: [...system, { role: 'user', content: question }],
      ...(most === undefined ? {} : { max_completion_tokens: most }),
    }),
  );
}

/** Gathers the answer of a call; `done` gets the result of the tool. */
export class AskReply implements Reply {
  readonly #call: Call;
  readonly #done: (result: object) => void;
  #headers: RawHeaders = [];

  constructor(call: Call, done: (result: object) => void) {
    this.#call = call;
    this.#done = done;
  }

  head(status: number, headers: RawHeaders): void {
    this.#call.headSent = true;
    this.#call.status = status;
    this.#headers = headers;
  }

  write(_bytes: Buffer): void {
    // No stream was asked for: the answer comes in one piece.
  }

  end(last: Buffer): void {
    if (this.#call.status >= 400) return this.#refused(last);
    const said = answerOf(last);
    return this.#done(
      said === null
        ? toolFailure(`The model’s answer holds no text (receipt ${this.#call.id}).`)
        : toolResult(said.answer, said.cut, {
            answer: said.answer,
            complete: said.cut === null,
            model: this.#header('weighbridge-model'),
            deployment: this.#header('weighbridge-deployment'),
            receipt: this.#call.id,
            cost: this.#header('weighbridge-cost'),
            simulated: this.#header('weighbridge-simulated') === 'true',
          }),
    );
  }

  /** Before there is a receipt to seal, or where it could not be sealed. */
  fail(error: AppError): void {
    const failure = renderFailure('openai-chat', error, this.#call.id);
    this.head(failure.status, failure.headers);
    this.#refused(failure.body);
  }

  #refused(body: Buffer): void {
    const { error } = JSON.parse(body.toString('utf8')) as {
      error: { message: string; weighbridge: { code: string } };
    };
    this.#done(toolFailure(`${error.message} (${error.weighbridge.code}, receipt ${this.#call.id})`));
  }

  #header(name: string): string {
    const at = this.#headers.findIndex((value, index) => index % 2 === 0 && value === name);
    return at === -1 ? '' : (this.#headers[at + 1] ?? '');
  }
}

interface Said {
  readonly answer: string;
  /** Why it is not the whole; null where it is. */
  readonly cut: string | null;
}

const CUT: Readonly<Record<string, string>> = {
  length: 'The answer was cut: it had as many tokens as it may have.',
  content_filter: 'The answer was cut by a filter of the seller.',
};

/** Null where it holds no text, or is nothing that can be read. */
function answerOf(body: Buffer): Said | null {
  const [choice] = choicesOf(body);
  const { content, refusal } = choice?.message ?? {};
  const answer = content ?? refusal;
  return typeof answer === 'string' ? { answer, cut: CUT[choice?.finish_reason ?? ''] ?? null } : null;
}

interface Choice {
  readonly message?: { readonly content?: unknown; readonly refusal?: unknown } | null;
  readonly finish_reason?: string | null;
}

function choicesOf(body: Buffer): readonly Choice[] {
  try {
    const { choices } = JSON.parse(body.toString('utf8')) as { choices?: unknown };
    return Array.isArray(choices) ? (choices as readonly Choice[]) : [];
  } catch {
    return []; // The seller gave it out as an answer: what it is not, the agent is told.
  }
}
