import type { Tags } from './goal';
import type { Memory } from './memory';
import type { Resource } from './observed';

/** What to do next. `note` is to be remembered, whatever comes of the action. */
export type Action = (Look | Create | Update | Delete | Tag | Wait | Succeed | Fail) & { readonly note?: Partial<Memory> };

/** The decision needs to know more. */
export interface Look { readonly kind: 'look'; readonly at: 'tags' | 'model' | 'users' }
export interface Create { readonly kind: 'create' }
export interface Update { readonly kind: 'update'; readonly arn: string; readonly modelArn: string }
export interface Delete { readonly kind: 'delete'; readonly arn: string }
export interface Tag { readonly kind: 'tag'; readonly arn: string; readonly set: Tags; readonly unset: readonly string[] }
export interface Wait { readonly kind: 'wait'; readonly seconds: number; readonly awaiting: string }
export interface Succeed { readonly kind: 'succeed'; readonly resource?: Resource }
/** `leaves`: nothing of that name was made by this request, nor is it to be deleted after it. */
export interface Fail { readonly kind: 'fail'; readonly reason: string; readonly leaves?: true }
