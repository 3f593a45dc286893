// The files that ship with the product: public reference, nothing of an organisation's own.
const file = (path: string): URL => new URL(`../data/${path}`, import.meta.url);

export const GOVERNANCE_FILES = {
  register: file('alliance/register.yaml'),
  duties: file('duties/responsibility.yaml'),
  watchList: file('duties/watch-list.yaml'),
  playbook: file('playbook/buyer.yaml'),
  /** A register of one's own to begin with; everything in it is made up. */
  ownRegister: file('own/register.yaml'),
} as const;
