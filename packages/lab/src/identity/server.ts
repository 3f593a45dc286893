// The identity endpoints, under TLS.
import type { RequestListener } from 'node:http';
import type { Lab } from '../lab.ts';
import { receive, sendJson } from '../wire/exchange.ts';

export function identityHandler(lab: Lab): RequestListener {
  return (req, res) => {
    receive('anthropic', req, res, () => lab.monotonic(), (exchange) => sendJson(exchange, 404, { error: 'not_found' }));
  };
}
