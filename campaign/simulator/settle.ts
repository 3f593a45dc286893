// Where a run hands on: whatever waits for nothing but its turn has had it when this resolves.
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
