// A certificate authority made for one run. It signs the identity endpoints' certificate for 127.0.0.1 and localhost, so
// that the vendors' own libraries, told of it by NODE_EXTRA_CA_CERTS, accept the lab as they would the vendor.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

export interface Authority {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

/** `now`: UTC ms. Certificates are valid from a day before to thirty days after. */
export async function makeAuthority(now: number): Promise<Authority> {
  const caKeys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const serverKeys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const dates = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 30 * DAY_MS) };
  const ca = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Weighbridge Lab CA (simulated)',
    ...dates,
    signingAlgorithm: SIGNING,
    keys: caKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const server = await X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=Weighbridge Lab (simulated)',
    issuer: ca.subject,
    ...dates,
    signingAlgorithm: SIGNING,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey)).toString('base64');
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
  return { caPem: ca.toString('pem'), certPem: server.toString('pem'), keyPem };
}
