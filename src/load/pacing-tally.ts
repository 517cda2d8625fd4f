/** What one load process counts of itself. Histograms are kept whole, so that several processes merge without loss. Plain data. */
export interface PacingTally {
  readonly planned: number;
  readonly sent: number;
  /** Calls for which the server took no connection: not sent, and not the client's fault; undefined: none is known of. */
  readonly unconnected?: number | undefined;
  readonly dropped: number;
  readonly httpRequests: number;
  /** Compressed HDR histograms of whole µs, base64 (`hdr-histogram-js`); '' where nothing was recorded. */
  readonly sendErrorUs: string;
  readonly loopLagUs: string;
  readonly httpUs: string;
  /** User and system, µs, from start to end. */
  readonly cpuUs: number;
  readonly wallMs: number;
}
