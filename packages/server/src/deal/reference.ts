// The reference that ships with the product: the register of the alliance, the map of duties, the watch-list, the playbook. Read
// when it is first asked for, and once.
import { readFileSync } from 'node:fs';
import {
  GOVERNANCE_FILES,
  readDutyMap,
  readPlaybook,
  readRegister,
  readWatchList,
  type DutyMap,
  type Playbook,
  type Register,
  type WatchList,
} from '@weighbridge/governance';

export interface Reference {
  readonly register: Register;
  readonly duties: DutyMap;
  readonly watch: WatchList;
  readonly playbook: Playbook;
}

let known: Reference | undefined;

/** Throws DEAL_INVALID for a file of the product that is broken. */
export function reference(): Reference {
  known ??= readReference();
  return known;
}

function readReference(): Reference {
  const text = (name: keyof typeof GOVERNANCE_FILES): string => readFileSync(GOVERNANCE_FILES[name], 'utf8');
  const register = readRegister('register.yaml', text('register'));
  return {
    register,
    duties: readDutyMap('responsibility.yaml', text('duties')),
    watch: readWatchList('watch-list.yaml', text('watchList'), Object.keys(register.parties)),
    playbook: readPlaybook('buyer.yaml', text('playbook')),
  };
}
