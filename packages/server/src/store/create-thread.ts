// Makes an embedded database where there is none, in a thread of its own that ends with it: what making one takes in
// memory is more than what using it takes, and is given back this way.
import { parentPort, workerData } from 'node:worker_threads';
import { invariant, toAppError } from '@weighbridge/kernel';
import { openEmbedded } from './pglite.ts';

invariant(parentPort !== null, 'a database is made in a thread of its own');
const { folder, memoryBytes } = workerData as { folder: string; memoryBytes: number };
try {
  const database = await openEmbedded(folder, { memoryBytes });
  await database.close();
} catch (error) {
  parentPort.postMessage(toAppError(error).body());
}
