/** How much work is left, counted, so that every machine gives the same answer; below 0 there was too much of it. */
export interface Steps {
  left: number;
}
