/** What a resource is that is not a custom one: made, changed and deleted at once. */
export interface Provisioned {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Provisioner {
  /** Makes a resource, or changes it. Throws a `NotProvisioned` if its service refuses. */
  put(logicalId: string, type: string, properties: Readonly<Record<string, unknown>>, stackId: string): Provisioned;
  remove(type: string, physicalId: string): void;
}

/** A resource cannot be provisioned: the message is the reason that the events of the stack give. */
export class NotProvisioned extends Error {
  override readonly name = 'NotProvisioned';
}
