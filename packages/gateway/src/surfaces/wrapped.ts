// The clouds' own paths to a model, for clients that are set to a cloud and pointed here: Amazon's Invoke, Google's
// rawPredict, Azure's deployments. Only a path that begins like one of them is looked at; the model in it is a name of a
// route, or one that leads to a route without the cloud's decoration.
import { AppError } from '@weighbridge/kernel';
import type { Endpoint } from '../pipeline/call.ts';
import { chunkHead, countedTokens, frameChunk, streamHead, uncountInvoke } from './aws-frames.ts';
import { Envelope, type EnvelopeForm } from './envelope.ts';
import { plainNames } from './model-names.ts';

export interface Wrapped {
  readonly form: EnvelopeForm;
  readonly endpoint: Endpoint;
  /** A fresh envelope for one call. Throws BAD_REQUEST for a path that is not percent-encoded text. */
  envelope(): Envelope;
}

const INVOKE: EnvelopeForm = {
  kind: 'bedrock-invoke',
  dialect: 'anthropic-messages',
  errors: 'aws-exception',
  removes: ['anthropic_version', 'anthropic_beta'],
  versions: ['bedrock-2023-05-31'],
  framing: { frame: frameChunk, head: chunkHead },
};
const CONVERSE: EnvelopeForm = {
  kind: 'bedrock-converse',
  dialect: 'bedrock-converse',
  errors: 'aws-exception',
  removes: [],
  versions: [],
  framing: { frame: null, head: streamHead },
  unbounded: true,
};
const INVOKE_COUNT: EnvelopeForm = { ...INVOKE, uncount: uncountInvoke, counted: countedTokens };

const PREDICT: EnvelopeForm = {
  kind: 'vertex-predict',
  dialect: 'anthropic-messages',
  errors: 'google-status',
  removes: ['anthropic_version', 'anthropic_beta'],
  versions: ['vertex-2023-10-16'],
  framing: null,
};

const DEPLOYMENT: EnvelopeForm = {
  kind: 'azure-deployment',
  dialect: 'openai-chat',
  errors: 'openai-chat',
  removes: [],
  versions: [],
  framing: null,
};

const MODEL = /^\/model\/([^/]+)\/(invoke|invoke-with-response-stream|converse|converse-stream|count-tokens)$/;
const PUBLISHED =
  /^(?:\/v1)?\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/([^/]+):(rawPredict|streamRawPredict)$/;
const DEPLOYED = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/;
const COUNTER = 'count-tokens';

/** What the path asks for by a cloud's own way; null for any other path. */
export function wrappedAt(path: string): Wrapped | null {
  if (path.startsWith('/model/')) return invokeAt(path);
  if (path.startsWith('/v1/projects/') || path.startsWith('/projects/')) return predictAt(path);
  return path.startsWith('/openai/deployments/') ? deploymentAt(path) : null;
}

function invokeAt(path: string): Wrapped | null {
  const [, model, action] = MODEL.exec(path) ?? [];
  if (model === undefined) return null;
  const counting = action === COUNTER;
  const form = counting ? INVOKE_COUNT : action?.startsWith('converse') === true ? CONVERSE : INVOKE;
  return wrapped(form, counting ? 'count_tokens' : 'generate', model, action?.endsWith('stream') === true);
}

/** To count is the one call whose body names the model. */
function predictAt(path: string): Wrapped | null {
  const [, model, method] = PUBLISHED.exec(path) ?? [];
  if (model === undefined) return null;
  if (model !== COUNTER) return wrapped(PREDICT, 'generate', model, method === 'streamRawPredict');
  return { form: PREDICT, endpoint: 'count_tokens', envelope: () => new Envelope(PREDICT, null, false, []) };
}

function deploymentAt(path: string): Wrapped | null {
  const model = DEPLOYED.exec(path)?.[1];
  return model === undefined ? null : wrapped(DEPLOYMENT, 'generate', model, null);
}

function wrapped(form: EnvelopeForm, endpoint: Endpoint, encoded: string, streams: boolean | null): Wrapped {
  return {
    form,
    endpoint,
    envelope: () => {
      const model = decoded(encoded);
      return new Envelope(form, model, streams, plainNames(model));
    },
  };
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AppError('BAD_REQUEST', 'the model name in the path is not percent-encoded text');
  }
}
