/** Something that is wrong. */
export interface Finding {
  /** The number of the entry that it is about; null for what no entry of the ledger speaks of. */
  readonly seq: number | null;
  /** A stable, kebab-case name. */
  readonly code: string;
  /** A sentence; names in it are as they came, and are escaped where they are printed. */
  readonly message: string;
}

/** Findings in the order of the ledger, as many as anyone reads, and the count of the rest. */
export interface Findings {
  add(finding: Finding): void;
  /** In the order of the ledger, those about no entry last, each group as they were added. */
  readonly first: readonly Finding[];
  /** How many there are besides. */
  readonly more: number;
}

/** The most that are shown (docs/security.md, "Bounds"). */
const mostShown = 1000;

/** No findings. Of what is added, the first of the ledger's order stay, however many there are. */
export function openFindings(most = mostShown): Findings {
  let kept: Finding[] = [];
  let count = 0;
  const cut = () => {
    kept = kept.toSorted((one, other) => placeOf(one) - placeOf(other)).slice(0, most);
  };
  return {
    add(one) {
      count += 1;
      kept.push(one);
      if (kept.length >= 2 * most) cut();
    },
    get first() {
      cut();
      return kept;
    },
    get more() {
      return Math.max(0, count - most);
    },
  };
}

/** Sorting is stable: those of one place stay as they were added. */
function placeOf({ seq }: Finding): number {
  return seq ?? Number.MAX_SAFE_INTEGER;
}
