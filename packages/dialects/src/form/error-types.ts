// Error types of a stream that failed midway, between the two vocabularies. A type that neither knows is the cloud's own
// fault (`api_error`, `server_error`).

const TO_CHAT: Readonly<Record<string, string>> = {
  invalid_request_error: 'invalid_request_error',
  authentication_error: 'invalid_request_error',
  billing_error: 'insufficient_quota',
  permission_error: 'permission_error',
  not_found_error: 'invalid_request_error',
  request_too_large: 'invalid_request_error',
  rate_limit_error: 'rate_limit_error',
  timeout_error: 'timeout',
};
const TO_ANTHROPIC: Readonly<Record<string, string>> = {
  invalid_request_error: 'invalid_request_error',
  insufficient_quota: 'billing_error',
  permission_error: 'permission_error',
  rate_limit_error: 'rate_limit_error',
  rate_limit_exceeded: 'rate_limit_error',
  tokens: 'rate_limit_error',
  requests: 'rate_limit_error',
  timeout: 'timeout_error',
  overloaded_error: 'overloaded_error',
};

export const chatErrorType = (type: string): string => TO_CHAT[type] ?? 'server_error';
export const anthropicErrorType = (type: string): string => TO_ANTHROPIC[type] ?? 'api_error';
