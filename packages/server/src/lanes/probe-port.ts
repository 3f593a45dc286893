// A plain exclusive bind before any lane binds with `reusePort`: two instances that share a port would each take half
// of the calls in silence, so the second one must be told.
import { createServer } from 'node:net';
import { AppError } from '@weighbridge/kernel';

/** Resolves with the port (a free one for 0), which is free again. Throws PORT_TAKEN. */
export async function probePort(host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(portError(error, host, port));
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}

function portError(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  if (error.code === 'EADDRINUSE')
    return new AppError('PORT_TAKEN', `something already listens at ${host}:${port}`, { cause: error });
  if (error.code === 'EACCES') {
    return new AppError('PORT_TAKEN', `this user may not listen at ${host}:${port}`, {
      next: 'take a port above 1023 with --port',
      cause: error,
    });
  }
  return new AppError('CONFIG_INVALID', `cannot listen at ${host}:${port}: ${error.message}`, {
    next: 'correct `listen.host`',
    cause: error,
  });
}
