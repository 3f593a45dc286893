// The server's public face, as its tests use it.
export {
  askControl,
  controlSocket,
  foldKeys,
  openApiText,
  openBlobs,
  readBooks,
  readConfigs,
  readInstance,
  readKeys,
  type Change,
  type Status,
} from '@weighbridge/server';
export type { Started } from './server.ts';
