import type { TemplateResources } from '../local/aws-simulator/cloudformation';
import { builtSubject } from '../simulation/subjects/built';
import { providerSubject } from '../simulation/subjects/provider/subject';
import type { SubjectFactory } from '../simulation/subjects/subject';
import {
  type Changes,
  functionMemory,
  independentTemplate,
  libraryResources,
  libraryTemplate,
  providerResources,
} from './templates';

/** A back end of custom resources, and the template that goes with it. */
export interface Contestant {
  readonly createSubject: SubjectFactory;
  readonly template: (count: number, changes: Changes) => TemplateResources;
  /** Of its functions, in MB. */
  readonly memory: () => number;
}

export const CONTESTANTS = {
  /** The handler and the state machine as they ship. */
  library: {
    createSubject: builtSubject,
    template: libraryTemplate,
    memory: () => functionMemory(libraryResources(1)),
  },
  /** The hand-written handler on CDK's `Provider` framework. */
  provider: {
    createSubject: providerSubject,
    template: independentTemplate,
    memory: () => functionMemory(providerResources(1)),
  },
} satisfies Readonly<Record<string, Contestant>>;
