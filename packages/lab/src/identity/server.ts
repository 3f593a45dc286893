// The identity endpoints, all under one TLS listener: Entra ID by tenant path, Google's token services, AWS STS under
// `/aws/`. The instance-metadata services of the clouds are not here: the lab has none, and tests switch them off.
import type { RequestListener } from 'node:http';
import type { Lab } from '../lab.ts';
import { receive, sendJson, type Exchange } from '../wire/exchange.ts';
import { answerSts } from './aws-sts.ts';
import { answerEntra } from './entra.ts';
import { answerGoogle } from './google.ts';

export function identityHandler(lab: Lab): RequestListener {
  return (req, res) => {
    receive(
      'anthropic',
      req,
      res,
      () => lab.monotonic(),
      (exchange) => {
        answer(exchange, lab).catch((error: unknown) => {
          sendJson(exchange, 500, {
            error: 'server_error',
            error_description: `the lab itself failed: ${String(error)}`,
          });
        });
      },
    );
  };
}

async function answer(exchange: Exchange, lab: Lab): Promise<void> {
  const origin = `https://${exchange.req.headers.host ?? 'localhost'}`;
  if (exchange.tooLarge) sendJson(exchange, 413, { error: 'invalid_request' });
  else if (await answerSts(exchange, lab)) return;
  else if (await answerGoogle(exchange, lab, origin)) return;
  else if (await answerEntra(exchange, lab, origin)) return;
  else
    sendJson(exchange, 404, {
      error: 'not_found',
      error_description: `the lab knows no ${exchange.method} ${exchange.path.slice(0, 200)}`,
    });
}
