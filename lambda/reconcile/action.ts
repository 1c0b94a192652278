import type { PresenceGoal, Tags } from './goal';
import type { Memory } from './memory';
import type { Resource } from './observed';

/** What to do next. */
export type Action = Look | Change | Ending;
export type Change = Create | Update | Delete | Tag;
/** What is to be done is done, for this time or for good. */
export type Ending = Wait | Succeed | Fail;

interface Noted {
  /** To be remembered, whatever comes of the action. */
  readonly note?: Partial<Memory>;
}

/** The decision needs to know more. */
export type Look = LookAt | LookAround;
/** Of this ARN; at `resource`, of the one that has it instead of the one of that name. */
interface LookAt extends Noted {
  readonly kind: 'look';
  readonly at: 'resource' | 'tags' | 'model' | 'users';
  readonly arn: string;
}
/** At all resources of the kind, or at the stack, whose status only the state machine can see. */
export interface LookAround extends Noted {
  readonly kind: 'look';
  readonly at: 'fleet' | 'stack';
}
/** `again`: what was made of the first request is gone; this is another. */
export interface Create extends Noted {
  readonly kind: 'create';
  readonly goal: PresenceGoal;
  readonly again?: true;
}
export interface Update extends Noted {
  readonly kind: 'update';
  readonly arn: string;
  readonly modelArn: string;
}
export interface Delete extends Noted {
  readonly kind: 'delete';
  readonly arn: string;
}
export interface Tag extends Noted {
  readonly kind: 'tag';
  readonly arn: string;
  readonly set: Tags;
  readonly unset: readonly string[];
}
export interface Wait extends Noted {
  readonly kind: 'wait';
  readonly seconds: number;
  readonly awaiting: string;
}
/** `warning`: of what was left as it is. */
export interface Succeed extends Noted {
  readonly kind: 'succeed';
  readonly resource?: Resource;
  readonly warning?: string;
}
/**
 * `leaves`: nothing of that name was made by this request, nor is it to be deleted after it; `gone`: what this request
 * made is surely gone.
 */
export interface Fail extends Noted {
  readonly kind: 'fail';
  readonly reason: string;
  readonly leaves?: true;
  readonly gone?: true;
}
