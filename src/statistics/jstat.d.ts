/** What is used of jstat, which comes without types. */
declare module 'jstat' {
  export const jStat: {
    /** log Γ(x) */
    gammaln(x: number): number;
    readonly beta: {
      /** Quantile of the beta distribution. */
      inv(probability: number, alpha: number, beta: number): number;
    };
    readonly normal: {
      cdf(x: number, mean: number, sd: number): number;
    };
    readonly studentt: {
      cdf(t: number, degreesOfFreedom: number): number;
      /** Quantile of Student's distribution. */
      inv(probability: number, degreesOfFreedom: number): number;
    };
  };
}
