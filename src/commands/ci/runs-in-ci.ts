import type { Context } from '../context.js';

/** Whether a CI runs the program: `CI` is set, and neither empty nor `0` nor `false`. */
export function runsInCi({ CI }: Context['env']): boolean {
  return !['', '0', 'false'].includes((CI ?? '').trim().toLowerCase());
}
