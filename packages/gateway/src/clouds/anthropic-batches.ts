// Anthropic's Message Batches. One call hands in all requests; results are lines of JSON in no order, each under our own
// name for it. The address of the results that an answer names is not followed: they are read where the batch is.
// https://platform.claude.com/docs/en/build-with-claude/batch-processing
import type { Deployment } from '../deployment.ts';
import { bagOf, gone, good, resultLine, textOf } from './batch-answers.ts';
import { answered, refused, type BatchApi, type BatchRequest, type BatchResult } from './batches.ts';
import type { Headers } from './cloud.ts';
import { baseOf, joinPath } from './endpoint.ts';
import { ANTHROPIC_VERSION } from './messages-api.ts';

type Bag = Readonly<Record<string, unknown>>;

/** `origin`: of the seller, where the deployment names none. */
export const anthropicBatches = (origin: string): BatchApi => {
  const request = (
    deployment: Deployment,
    method: BatchRequest['method'],
    parts: readonly string[],
    headers: Headers = {},
    body: Buffer | null = null,
  ): BatchRequest => {
    const base = baseOf(deployment, origin);
    const path = joinPath(base, ['v1', 'messages', 'batches', ...parts]);
    return { method, origin: base.origin, path, headers: { 'anthropic-version': ANTHROPIC_VERSION, ...headers }, body };
  };
  return {
    unfit: () => null,
    without: ['stream'],
    // No time is documented: what is under way and cannot be interrupted is finished first, which takes minutes at most.
    cancelMs: 5 * 60_000,

    async submit(http, deployment, { headers, items }) {
      const parts = items.flatMap(({ id, body }, index) => [
        Buffer.from(`${index === 0 ? '' : ','}{"custom_id":"${id}","params":`),
        body,
        CLOSE,
      ]);
      const body = Buffer.concat([OPEN, ...parts, END]);
      const sent = { ...headers, 'content-type': 'application/json' };
      return textOf(good(await http.ask(request(deployment, 'POST', [], sent, body))), 'id');
    },

    async look(http, deployment, id) {
      const batch = good(await http.ask(request(deployment, 'GET', [id])));
      const ended = batch['processing_status'] === 'ended';
      return { ended, results: ended ? [id] : [], rest: null, refused: null, input: null };
    },

    async cancel(http, deployment, id) {
      good(await http.ask(request(deployment, 'POST', [id, 'cancel'])));
    },

    async clear(http, deployment, id) {
      gone(await http.ask(request(deployment, 'DELETE', [id])));
    },

    async results(http, deployment, { results }, each) {
      for (const id of results) {
        const reply = await http.lines(request(deployment, 'GET', [id, 'results']), (line) => {
          const said = resultLine(line);
          const name = said?.['custom_id'];
          if (typeof name === 'string') each(name, resultOf(bagOf(said?.['result'])));
          return said !== null;
        });
        if (reply.status > 299) throw refused(reply);
      }
    },
  };
};

const OPEN = Buffer.from('{"requests":[');
const CLOSE = Buffer.from('}');
const END = Buffer.from(']}');

function resultOf(result: Bag): BatchResult {
  switch (result['type']) {
    case 'succeeded':
      return answered(result['message'], null);
    case 'canceled':
      return { kind: 'cancelled' };
    case 'expired':
      return { kind: 'expired' };
    default:
      return { kind: 'errored', said: JSON.stringify(result['error'] ?? null).slice(0, 2_000) };
  }
}
