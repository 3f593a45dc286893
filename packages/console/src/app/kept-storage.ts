// What the browser keeps for this origin; null where it keeps nothing: reading the property alone may throw.
export function keptStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
