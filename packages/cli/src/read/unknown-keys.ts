// What is said of a checkpoint that the log signs under a key as well which nobody introduced.
export const unknownKeysText = (keys: readonly string[] = []): string =>
  `signed also by an unknown key, ${keys.join(', ')}: the log may have handed over its key, and the file that says so (log/handovers) be missing`;
