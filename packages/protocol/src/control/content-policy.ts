// The content security policy of the console. A page loads its own files and talks to its own origin, and nothing else: no
// inline script or style, no text turned into script, no frame, no form, no plug-in. The server sends it; the console's
// browser tests run under the same, so that what would break it breaks them first.
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');
