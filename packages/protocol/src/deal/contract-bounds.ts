// How much of a contract can be entered: plain data, so that a page which only counts does not load the schemas.

/** Characters of a contract's file: a request to the control API is bounded too. */
export const CONTRACT_TEXT_MOST = 40_000;
