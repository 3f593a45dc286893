// Who is asking, of a request that carries a signature in place of a key. Whether the signature holds can depend on the
// body, so the body is read here, before there is a call: what is not proven to come from the key's holder leaves no
// receipt in its name. Where the request claims its payload's digest, the signature is judged before the body is read; else a
// body is read for a pair that exists, and for no other.
import { AppError, toAppError } from '@weighbridge/kernel';
import type { KeyRecord } from '../deployment.ts';
import type { Call } from '../pipeline/call.ts';
import type { LaneContext } from '../pipeline/lane-context.ts';
import type { Reply, Send } from '../pipeline/stage.ts';
import { checkPayload, payloadDigest, readSignature, signedBy, type Signature } from '../surfaces/aws-signed.ts';
import type { SignedRequest } from '../surfaces/aws-signed.ts';
import { keyIdOf, secretOf } from './aws-pair.ts';
import { attend, leave } from './attend.ts';
import { checkInForce } from './key-in-force.ts';
import { readBody } from './read-body.ts';
import { noteStranger } from './stranger.ts';

/** Goes on with `next` once the signature holds; else fails the call, without a receipt. */
export function identifySigned(call: Call, reply: Reply, next: Send): void {
  const { lane, headers, request } = call;
  const refuse = (error: unknown): void => {
    const failure = toAppError(error);
    noteStranger(lane, request, headers.key, failure);
    reply.fail(failure);
  };
  let signature: Signature;
  try {
    signature = readSignature(targetOf(request), headers.key, lane.clock.wall());
    if (signature.payload !== null) signer(lane, signature, signature.payload);
    // Nobody's body is waited for.
    else if (pairKey(lane, signature) === undefined) throw unknownPair();
  } catch (error) {
    return refuse(error);
  }
  attend(call);
  readBody(call, (error, body) => {
    leave(call);
    if (error !== null) return reply.fail(error);
    try {
      const digest = payloadDigest(body);
      checkPayload(signature, digest);
      const key = signer(lane, signature, digest);
      call.key = key;
      call.subject = key.who.principal ?? key.id;
    } catch (failure) {
      return refuse(failure);
    }
    call.early = body;
    return next(call, reply);
  });
}

/** The key of a signed request without a body. Throws as `identifyKey` does, and SIGNATURE_INVALID. */
export function identifySignedReader(lane: LaneContext, request: Target, authorization: string): KeyRecord {
  const signature = readSignature(targetOf(request), authorization, lane.clock.wall());
  const digest = payloadDigest(Buffer.alloc(0));
  checkPayload(signature, digest);
  return signer(lane, signature, digest);
}

interface Target {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly rawHeaders: readonly string[];
}

const targetOf = ({ method = '', url = '', rawHeaders }: Target): SignedRequest => ({
  method,
  target: url,
  rawHeaders,
});

/** Whose pair made the signature. */
function signer(lane: LaneContext, signature: Signature, payload: string): KeyRecord {
  const key = pairKey(lane, signature);
  // An unknown id costs the same work as a known one.
  const holds = signedBy(signature, secretOf(lane.keyDigest, key ?? NOBODY), payload);
  if (key === undefined) throw unknownPair();
  if (!holds) {
    throw new AppError(
      'SIGNATURE_INVALID',
      'the signature is not the one that this access key makes over this request',
    );
  }
  checkInForce(key, lane.clock.wall());
  return key;
}

/** Undefined where no key has such a pair. */
function pairKey(lane: LaneContext, { accessKeyId }: Signature): KeyRecord | undefined {
  const id = keyIdOf(accessKeyId);
  const key = id === null ? undefined : lane.compiled.keys.get(id);
  return key?.aws === true ? key : undefined;
}

const unknownPair = (): AppError =>
  new AppError('KEY_INVALID', 'this access key id is not known here', {
    next: 'make a key with a pair: `weighbridge keys create NAME --aws`',
  });

const NOBODY = { id: '', hmac: '' };
