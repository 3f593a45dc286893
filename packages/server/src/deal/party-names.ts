// A name from a configuration, a receipt or a contract, looked up among the parties of the register.
import type { Register } from '@weighbridge/governance';

/** By its id; else by its name; else the one party whose name begins with the word. Undefined where none is meant, or two could be. */
export function partyNamed({ parties }: Register, name: string): string | undefined {
  if (Object.hasOwn(parties, name)) return name;
  const wanted = name.toLowerCase();
  const entities = Object.entries(parties).filter(([, { kind }]) => kind === 'entity');
  const whole = entities.filter(([, party]) => party.name.toLowerCase() === wanted);
  const begun = entities.filter(([, party]) => party.name.toLowerCase().startsWith(`${wanted} `));
  const found = whole.length > 0 ? whole : begun;
  return found.length === 1 ? found[0]?.[0] : undefined;
}
