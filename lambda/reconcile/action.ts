import type { Gate, PresenceGoal, PreviousProperties, Tags } from './goal';
import type { Memory } from './memory';
import type { Resource } from './observed';

/** What to do next. */
export type Action = Look | Change | Check | Ending;
export type Change = Create | Update | Delete | Tag;
/** What is to be done is done, for this time or for good. */
export type Ending = Wait | Succeed | Fail;

interface Noted {
  /** What to remember, whatever comes of the action. */
  readonly note?: Partial<Memory>;
}

/** The decision needs to know more. */
export type Look = LookAt | LookAround;
/** At what has this ARN; `resource`: at it instead of at what has the name. */
interface LookAt extends Noted {
  readonly kind: 'look';
  readonly at: 'resource' | 'tags' | 'model' | 'users';
  readonly arn: string;
}
/** At all resources of the kind, or at the stack, whose status only the state machine can see. */
export interface LookAround extends Noted {
  readonly kind: 'look';
  readonly at: 'quota' | 'stack';
}
/** `again`: what the first attempt made is gone; this is another one, with another token. */
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
/** A check of a gate, which only the state machine can make, and for which there are so many seconds. */
export interface Check extends Noted {
  readonly kind: 'check';
  readonly gate: Gate;
  readonly deployment: Resource;
  /** The model that it is to serve. */
  readonly modelArn: string;
  /** The properties before this request, if it is an Update. */
  readonly previous?: PreviousProperties;
  readonly seconds: number;
  readonly awaiting: string;
}
export interface Wait extends Noted {
  readonly kind: 'wait';
  readonly seconds: number;
  readonly awaiting: string;
}
/** `warning`: about what was left as it is. */
export interface Succeed extends Noted {
  readonly kind: 'succeed';
  readonly resource?: Resource;
  readonly warning?: string;
}
/**
 * `untouched`: what has the name was not made by this request, and must not be deleted after it; `cleanedUp`: what this
 * request made is surely gone.
 */
export interface Fail extends Noted {
  readonly kind: 'fail';
  readonly reason: string;
  readonly untouched?: true;
  readonly cleanedUp?: true;
}

/** The action, and more to remember with it. */
export function noting(action: Action, note: Partial<Memory>): Action {
  return { ...action, note: { ...action.note, ...note } };
}
