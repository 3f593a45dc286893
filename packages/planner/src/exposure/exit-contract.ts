// What a contract says of leaving a seller, and the line that an exit plan is made of: each with its reason and its source.

/** What the contract with the seller says; what it does not say is left out, and told as open. */
export interface ExitContract {
  readonly source: string;
  readonly notice_days?: number;
  readonly transition_days?: number;
  readonly retrieval_days?: number;
  readonly exit_fee?: number;
  readonly committed_left?: number;
  /** Falls under Regulation (EU) 2023/2854. */
  readonly eu_data_act?: boolean;
}

export interface ExitLine {
  readonly text: string;
  readonly why: string;
  readonly source: string;
}
