import { NotProvisioned } from './provisioner';

interface Exported {
  readonly value: string;
  readonly stackId: string;
}

/**
 * What the stacks of an account export to each other, and who imports it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
export class StackExports {
  private readonly exported = new Map<string, Exported>();
  private readonly imports = new Map<string, ReadonlySet<string>>();

  value(name: string): string {
    const exported = this.exported.get(name);
    if (exported === undefined) {
      throw new NotProvisioned(`No export named ${name} found.`);
    }
    return exported.value;
  }

  /** Why a stack cannot export this and nothing else; undefined if it can. */
  refusal(stackId: string, exports: ReadonlyMap<string, string>): string | undefined {
    const taken = [...exports.keys()].find((name) => (this.exported.get(name)?.stackId ?? stackId) !== stackId);
    if (taken !== undefined) {
      return (
        `Export with name ${taken} is already exported by stack ${nameOf(this.exported.get(taken)?.stackId ?? '')}.` +
        ' Export names must be unique across each individual account.'
      );
    }
    const inUse = [...this.exported].find(
      ([name, { value, stackId: exporter }]) =>
        exporter === stackId && exports.get(name) !== value && this.importersOf(name).length > 0,
    );
    if (inUse === undefined) {
      return undefined;
    }
    const [name] = inUse;
    return `Export ${name} cannot be ${exports.has(name) ? 'updated' : 'deleted'} as it is in use by ${this.importersOf(name).join(' and ')}`;
  }

  replace(stackId: string, exports: ReadonlyMap<string, string>): void {
    for (const [name, exported] of this.exported) {
      if (exported.stackId === stackId) {
        this.exported.delete(name);
      }
    }
    exports.forEach((value, name) => this.exported.set(name, { value, stackId }));
  }

  imported(stackId: string, names: Iterable<string>): void {
    this.imports.set(stackId, new Set(names));
  }

  private importersOf(name: string): string[] {
    return [...this.imports].filter(([, names]) => names.has(name)).map(([stackId]) => nameOf(stackId));
  }
}

function nameOf(stackId: string): string {
  return stackId.split('/')[1] ?? '';
}
