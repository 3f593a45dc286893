// How much of a file can be entered or posted: plain data, so that a page which only counts does not load the schemas. A request to
// the control API is bounded too.

/** Characters of a contract's file. */
export const CONTRACT_TEXT_MOST = 40_000;

/** Characters of a scenario that is posted; the command line reads longer ones. */
export const SCENARIO_TEXT_MOST = 56_000;

/** Characters of the organisation's own register. */
export const REGISTER_TEXT_MOST = 40_000;
