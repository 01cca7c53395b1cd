/** How much work is left, counted, so that every machine gives the same answer; below 0 there was too much of it. */
export interface Steps {
  left: number;
}

/** The work that all patterns of a run may take together, in steps. */
export interface RunSteps extends Steps {
  /** Besides what is left for hard patterns: what the first part of each pattern may take, so that these don't starve others. */
  free: number;
}
