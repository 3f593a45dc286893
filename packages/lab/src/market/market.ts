// What the simulated clouds offer where a market is given: deployments with limits, offers with a capacity that their
// deployments share, routes over them. Plain data, so that it crosses a process border.

export interface LabLimits {
  readonly requests_per_minute: number;
  /** Input and output together. */
  readonly tokens_per_minute: number;
}

export interface OfferedDeployment {
  readonly id: string;
  readonly cloud: string;
  /** As the cloud calls it. */
  readonly model: string;
  readonly priced_as?: string | undefined;
  readonly region: string;
  readonly region_set?: readonly string[] | undefined;
  readonly region_scope?: string | undefined;
  readonly hosting?: string | undefined;
  readonly path_style?: string | undefined;
  readonly api_version?: string | undefined;
  /** Name of one of the made-up credentials. */
  readonly credential?: string | undefined;
  readonly roles: Readonly<Record<string, string | undefined>>;
  readonly limits: LabLimits;
}

export interface LabOffer {
  readonly name: string;
  /** The list of the price book that it sells by; null or absent: it has prices of its own. */
  readonly price_list?: string | null;
  /** What there is to serve all of its deployments with. */
  readonly capacity: { readonly tokens_per_minute: number };
  readonly deployments: readonly OfferedDeployment[];
}

export interface LabMarket {
  readonly offers: readonly LabOffer[];
  readonly routes: Readonly<
    Record<string, { readonly aliases: readonly string[]; readonly candidates: readonly string[] }>
  >;
}

/** Capacity that was bought of a deployment of the lab's Azure resource. */
export interface LabProvisioned {
  /** Name of the deployment at the resource, and the model behind it. */
  readonly name: string;
  readonly model: string;
  readonly units: number;
  readonly input_tpm_per_unit: number;
  readonly output_weight: number;
  /** Seconds of the whole capacity that 100 % stand for. */
  readonly burst_seconds: number;
}
