// Adds a certificate authority to what this thread trusts. The lab makes one per run, and the vendors' own identity
// libraries must accept its endpoints without any switch that turns verification off.
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

export function trustAuthority(file: string | undefined): void {
  if (file === undefined) return;
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(file, 'utf8')]);
}
