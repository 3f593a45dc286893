// What both kinds of load share: the request's bytes, made once, and connections opened in batches.
import { connect, type Socket } from 'node:net';

export interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
}

export const requestBytes = (target: Target): Buffer => {
  const headers = Object.entries({ 'content-type': 'application/json', ...target.headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const length = Buffer.byteLength(target.body);
  const start = `POST ${target.path} HTTP/1.1\r\nhost: 127.0.0.1:${target.port}\r\n`;
  return Buffer.from(`${start}${headers}content-length: ${length}\r\n\r\n${target.body}`);
};

export const isOk = (head: string): boolean => head.startsWith('HTTP/1.1 200');

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });

const BATCH = 64;

export const openAll = async ({ port, connections }: Target): Promise<Socket[]> => {
  const sockets: Socket[] = [];
  while (sockets.length < connections) {
    const batch = Math.min(BATCH, connections - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: batch }, () => open(port)))));
  }
  return sockets;
};
