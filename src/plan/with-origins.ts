import type { KindDefinition } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import type { FieldChange, Plan } from '../model/generated/plan.js';
import { isJsonObject, type Json } from '../model/json.js';
import { lowerCase } from '../model/lower-case.js';
import { pointer, pointerSegments } from '../model/pointer.js';
import type { Origin, Resource } from '../model/resource.js';
import type { PlannedChange } from './planned-change.js';

/**
 * The plan with where the manifests set each of its fields; null where they don't. It is the same plan: its hash leaves
 * origins out. `changes` are those behind the plan's, in the same order.
 */
export function withOrigins(plan: Plan, changes: readonly PlannedChange[]): Plan {
  const origins = changes.map(originsOf);
  return {
    ...plan,
    changes: plan.changes.map((change, index) => ({
      ...change,
      fields: change.fields.map((field): FieldChange => ({ ...field, origin: origins[index]?.(field.path) ?? null })),
    })),
  };
}

/** Where the manifests set what a path of the plan names; undefined where they don't. */
export function originsOf({ resource, after }: PlannedChange): (path: string) => Origin | undefined {
  const kind = kindDefinition(resource.identity.kind);
  const { orders } = kind.keyedView(after);
  return (path) => {
    const elsewhere = kind.spelledElsewhere[path];
    return elsewhere === undefined ? originOf(resource, kind, orders, path) : resource.origins.get(elsewhere);
  };
}

/** Where a path of the plan is set, or else what is nearest above it in its member: there it would be set. */
function originOf(
  { spec, origins }: Resource,
  { caseless }: Pick<KindDefinition, 'caseless'>,
  orders: ReadonlyMap<string, readonly string[]>,
  path: string,
): Origin | undefined {
  let value: Json | undefined = spec;
  let found: Origin | undefined;
  const keyed: string[] = [];
  const place = ['spec'];
  for (const segment of pointerSegments(path)) {
    const above = pointer(keyed);
    const named = caseless.includes(above) ? spelledAs(value, segment) : segment;
    const inner = Array.isArray(value) ? indexIn(value, segment, orders.get(above)) : named;
    if (inner === undefined) return found;
    keyed.push(segment);
    place.push(inner);
    value = memberOf(value, inner);
    // The content of a grammar file is set by what names the file.
    const grammarFile = inner === 'content' ? origins.get(pointer([...place.slice(0, -1), 'file'])) : undefined;
    found = grammarFile ?? origins.get(pointer(place)) ?? found;
  }
  return found;
}

/** A plan names the items of a list by keys: those of its keyed view, in order; of a set, the items themselves. */
function indexIn(items: readonly Json[], key: string, order: readonly string[] | undefined): string | undefined {
  const index = order === undefined ? items.indexOf(key) : order.indexOf(key);
  return index === -1 ? undefined : String(index);
}

/** A name as the manifest spells it, by its name in lower case. */
function spelledAs(value: Json | undefined, name: string): string {
  const names = isJsonObject(value) ? Object.keys(value) : [];
  return names.find((one) => lowerCase(one) === name) ?? name;
}

function memberOf(value: Json | undefined, member: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(member)];
  return isJsonObject(value) && Object.hasOwn(value, member) ? value[member] : undefined;
}
