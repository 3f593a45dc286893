// Form bodies and answers that the simulated identity services share.
import type { Exchange } from '../wire/exchange.ts';
import { send } from '../wire/exchange.ts';

/** A form-encoded body; the first value of each field. */
export function readForm(exchange: Exchange): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(exchange.body.toString('utf8')))
    if (!form.has(name)) form.set(name, value);
  return form;
}

const NO_STORE = ['cache-control', 'no-store', 'pragma', 'no-cache'];

export function answerJson(exchange: Exchange, status: number, value: unknown): void {
  send(exchange, status, ['content-type', 'application/json; charset=utf-8', ...NO_STORE], JSON.stringify(value));
}

export function answerXml(exchange: Exchange, status: number, xml: string): void {
  send(exchange, status, ['content-type', 'text/xml', ...NO_STORE], xml);
}
