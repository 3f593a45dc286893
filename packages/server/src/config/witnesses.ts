// What is wrong with the witnesses that a configuration names: an address that is none, a key that is not a witness's, one
// key for two of them, or the log's own word counted as another's.
import { isAppError } from '@weighbridge/kernel';
import { cosignerKeyProblem, witnessUrl } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';

export function checkWitnesses(config: Config, problems: ProblemList): void {
  const seen = new Map<string, number>();
  for (const [at, { url, vkey }] of config.journal.witnesses.entries()) {
    const path = ['journal', 'witnesses', at];
    const address = addressProblem(url);
    if (address !== null)
      problems.error([...path, 'url'], address, 'write its submission prefix, such as http://127.0.0.1:7420');
    const key = cosignerKeyProblem(vkey);
    if (key !== null) {
      const mend = 'write the key as the witness shows it: `weighbridge witness` prints it, and so does its /key';
      problems.error([...path, 'vkey'], `this is not the public key of a witness: ${key}`, mend);
      continue;
    }
    const material = vkey.split('+').slice(2).join('+');
    const before = seen.get(material);
    if (before !== undefined) {
      const message = `this is the key of journal.witnesses[${before}] again: one witness counts once`;
      problems.error([...path, 'vkey'], message, 'remove one of the two, or give the other its own key');
    }
    seen.set(material, at);
  }
}

function addressProblem(url: string): string | null {
  try {
    witnessUrl(url);
    return null;
  } catch (error) {
    if (isAppError(error)) return error.message;
    throw error;
  }
}
