/** A way to make a model of a frozen prefix: what a search has to know of it. How it works is the runner's. */
export interface Method {
  /** For tables: "Train a suffix". */
  readonly label: string;
  /** Most epochs of a trial; null where the study's budget decides. */
  readonly epochs: number | null;
}
