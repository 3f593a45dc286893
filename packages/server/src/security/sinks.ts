// How a batch of security events leaves once: appended to a file, or written to a connection that is made when it is needed and
// kept. Each resolves when the operating system took all of it, and throws when it did not; trying again is the caller's.
import { appendFile, readFile } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { once } from 'node:events';
import { AppError } from '@weighbridge/kernel';
import type { ReadSecret } from '@weighbridge/gateway';
import type { SecurityDestinationConfig } from '@weighbridge/protocol';
import { octetCounted, shortened, syslogText, type SyslogMessage } from './syslog.ts';

export interface Sink {
  /** Throws EVENTS_UNDELIVERED, saying why without what was sent. */
  send(messages: readonly SyslogMessage[]): Promise<void>;
  close(): void;
}

const DEADLINE_MS = 10_000;
/** Of one datagram, below what IPv4 can hold: one that is larger would be refused each time it is tried. */
const DATAGRAM_BYTES = 60_000;
const PORTS = { tls: 6_514, tcp: 601, udp: 514 } as const;

type Syslog = Extract<SecurityDestinationConfig, { kind: 'syslog' }>;

export function sinkOf(config: SecurityDestinationConfig, readSecret: ReadSecret): Sink {
  if (config.kind === 'file') return fileSink(config.path);
  return config.transport === 'udp' ? datagramSink(config) : streamSink(config, readSecret);
}

/** Opened by its name each time: one that rotation moved away is made anew. */
const fileSink = (path: string): Sink => ({
  send: async (messages) => {
    const text = messages.map(({ json }) => `${json}\n`).join('');
    await appendFile(path, text, { mode: 0o600 }).catch((error: unknown) => {
      throw undelivered(`${path} cannot be written`, error);
    });
  },
  close: () => undefined,
});

const placeOf = ({ facility }: Syslog) => ({ facility, host: hostname(), pid: process.pid });

function datagramSink(config: Syslog): Sink {
  const socket = createSocket(config.host.includes(':') ? 'udp6' : 'udp4').unref();
  socket.on('error', () => undefined); // Each send tells its own.
  return {
    send: async (messages) => {
      for (const message of messages) {
        const whole = Buffer.from(syslogText(message, placeOf(config)));
        const bytes =
          whole.length <= DATAGRAM_BYTES ? whole : Buffer.from(syslogText(shortened(message), placeOf(config)));
        await new Promise<void>((resolve, reject) => {
          socket.send(bytes, config.port ?? PORTS.udp, config.host, (error) =>
            error === null ? resolve() : reject(undelivered(`${config.host} cannot be sent to`, error)),
          );
        });
      }
    },
    close: () => socket.close(),
  };
}

function streamSink(config: Syslog, readSecret: ReadSecret): Sink {
  let socket: Socket | null = null;
  const drop = (): void => {
    socket?.destroy();
    socket = null;
  };
  return {
    send: async (messages) => {
      try {
        // A server that has closed its end takes nothing more.
        if (socket === null || socket.destroyed || socket.readableEnded) {
          drop();
          socket = await opened(config, readSecret);
        }
        await written(socket, messages.map((one) => octetCounted(syslogText(one, placeOf(config)))).join(''));
      } catch (error) {
        drop();
        throw undelivered(`${config.host} does not take syslog over ${config.transport}`, error);
      }
    },
    close: drop,
  };
}

async function opened(config: Syslog, readSecret: ReadSecret): Promise<Socket> {
  const { host, transport, ca, client } = config;
  const port = config.port ?? PORTS[transport];
  const at = { host, port };
  const socket =
    transport === 'tcp'
      ? connect(at)
      : connectTls({
          ...at,
          minVersion: 'TLSv1.2',
          ...(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') }),
          ...(client === undefined
            ? {}
            : { cert: await readFile(client.certificate, 'utf8'), key: await readSecret(client.key) }),
        });
  socket.on('error', () => undefined); // Told by what waits for it.
  socket.resume(); // Nothing is said back; that the other end closed is seen only by who reads.
  socket.unref();
  try {
    await once(socket, transport === 'tcp' ? 'connect' : 'secureConnect', { signal: AbortSignal.timeout(DEADLINE_MS) });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function written(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('ETIMEDOUT')), DEADLINE_MS);
    socket.write(text, (error) => {
      clearTimeout(late);
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}

/** Codes only: what systems say may repeat an address or more. */
function undelivered(what: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, name } = error as NodeJS.ErrnoException;
  return new AppError('EVENTS_UNDELIVERED', `${what} (${code ?? name})`);
}
