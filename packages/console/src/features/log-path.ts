// Where the transparency log is served, on the console's own origin.

export const LOG_PATH = '/log';
