import type { Create, Delete, Tag, Update } from './action';
import type { Memory } from './memory';

/** A change that was accepted: what the request remembers of it. */
export function remember(memory: Memory, change: Create | Update | Delete | Tag, arn: string | undefined, at: number): Memory {
  switch (change.kind) {
    case 'create':
      return { ...memory, create: { acceptedAt: at, ...(arn === undefined ? {} : { arn }) } };
    case 'update':
      return { ...memory, update: { before: {}, ...memory.update, acceptedAt: at } };
    case 'delete':
      return { ...memory, deleted: { arn: change.arn, at } };
    case 'tag':
      return memory;
  }
}
