import { NotProvisioned, type Provisioned, type Provisioner } from './provisioner';

/**
 * The Parameter Store of Systems Manager, as templates write and read it:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export class ParameterStore implements Provisioner {
  private readonly values = new Map<string, string>();

  put(logicalId: string, _type: string, properties: Readonly<Record<string, unknown>>, stackId: string): Provisioned {
    const {
      Name = `${stackId.split('/')[1] ?? ''}-${logicalId}`,
      Value = '',
      Type,
    } = properties as Readonly<Record<string, string>>;
    this.values.set(Name, Value);
    return { physicalId: Name, attributes: { Type: Type ?? 'String', Value } };
  }

  remove(_type: string, physicalId: string): void {
    this.values.delete(physicalId);
  }

  value(name: string): string {
    const value = this.values.get(name);
    if (value === undefined) {
      throw new NotProvisioned(`Unable to fetch parameters [${name}] from parameter store for this account.`);
    }
    return value;
  }
}
