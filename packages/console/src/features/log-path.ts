// Where the transparency log of what is shown is served, on the console's own origin.
import { MOUNT } from '../url/mount.ts';

export const LOG_PATH = `${MOUNT}/log`;
