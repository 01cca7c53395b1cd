import type { TrafficIndex } from '../../traffic/traffic-index.js';
import type { Comparison } from '../planned-change.js';

/** The split of a changed resource under its desired name, before and after the run, in percent; both 0 for a webhook. */
export function splitRise({ id }: Comparison, traffic: TrafficIndex): readonly [number, number] {
  const engine = traffic.engine(id);
  return engine === undefined ? [0, 0] : [traffic.splitBefore(engine), engine.desired?.split ?? 0];
}
