// A usable credential, as an adapter sees it. Values are secrets: never logged, never in an error, never in a receipt.

export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'api_key'; readonly key: string }
  /** OAuth 2 access token (Entra ID, Google) or Bedrock API key. */
  | { readonly kind: 'bearer'; readonly token: string; readonly expires?: number }
  | {
      readonly kind: 'aws';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
      readonly expires?: number;
    };
