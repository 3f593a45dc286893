// Looks again until it holds; the deadline is the test's claim.
export async function until<Value>(what: string, within: number, look: () => Value | undefined): Promise<Value> {
  const deadline = performance.now() + within;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
