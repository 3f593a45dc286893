// Who called a cloud of the lab, once a credential held. The label goes into the ledger; it never holds a secret.

/** `key:anthropic`, `entra:CLIENT`, `google:EMAIL`, `aws:AKID`, `none`. */
export interface Caller {
  readonly label: string;
}
