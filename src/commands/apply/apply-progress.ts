import { SingleBar } from 'cli-progress';
import type { Outcome } from '../../model/generated/apply.js';
import { outcomeLine } from '../../report/apply-text.js';
import type { Context } from '../context.js';

/** Shows each change as it ends. */
export interface ApplyProgress {
  finished(outcome: Outcome): void;
  close(): void;
}

/** From so many changes on, a terminal gets a bar, and lines only for what was not applied. */
const many = 20;

/** A line a change; on a terminal and for many, one bar. To stderr, and nothing under `--quiet`. */
export function openProgress({ err }: Context, { quiet }: { readonly quiet?: boolean }, total: number): ApplyProgress {
  if (quiet === true) return { finished: () => undefined, close: () => undefined };
  let ended = 0;
  const line = (outcome: Outcome) => `[${ended}/${total}] ${outcomeLine(outcome, err.page)}\n`;
  if (!err.isTerminal || err.stream === undefined || total < many) {
    return {
      finished: (outcome) => {
        ended += 1;
        err.write(line(outcome));
      },
      close: () => undefined,
    };
  }
  const failures: string[] = [];
  const bar = new SingleBar({
    format: '{bar} {value}/{total} {eta_formatted} left',
    hideCursor: true,
    clearOnComplete: true,
    stream: err.stream,
  });
  bar.start(total, 0);
  return {
    finished: (outcome) => {
      ended += 1;
      bar.update(ended);
      if (outcome.status !== 'applied') failures.push(line(outcome));
    },
    close: () => {
      bar.stop();
      for (const failure of failures) err.write(failure);
    },
  };
}
