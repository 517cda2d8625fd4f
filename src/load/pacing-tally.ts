/** What one load process counts of itself. Histograms are kept whole, so that several processes merge without loss. Plain data. */
export interface PacingTally {
  readonly planned: number;
  readonly sent: number;
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
