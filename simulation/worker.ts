import { doJobs } from './all-cores';
import type { Violation } from './checkers/violation';
import { runSeed } from './seeds';
import { builtSubject } from './subjects/built';
import { handlerSubject } from './subjects/in-process';
import { neverKilledProviderSubject, providerSubject } from './subjects/provider/subject';
import type { SubjectFactory } from './subjects/subject';
import { downgradeSubject, upgradeSubject, WORLD_OF_LAST_RELEASE } from './subjects/upgrade';
import type { WorldConfig } from './workload/plan';
import { worldIn } from './world-file';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** The subjects that `npm run storm` knows, by name. */
const SUBJECTS = {
  'handler': handlerSubject,
  'built': builtSubject,
  'upgrade': upgradeSubject,
  'downgrade': downgradeSubject,
  'provider': providerSubject,
  'provider-never-killed': neverKilledProviderSubject,
} satisfies Readonly<Record<string, SubjectFactory>>;

export type SubjectName = keyof typeof SUBJECTS;
export const SUBJECT_NAMES = Object.keys(SUBJECTS) as SubjectName[];

/** The worlds of subjects for which none is drawn. */
const WORLDS: Readonly<Partial<Record<SubjectName, WorldConfig>>> = {
  upgrade: WORLD_OF_LAST_RELEASE,
  downgrade: WORLD_OF_LAST_RELEASE,
};

export interface Job {
  readonly seed: number;
  readonly subject: SubjectName;
  /** ms */
  readonly shrinkFor: number;
  /** Path of a world file. Default: the subject's world, or else a drawn one. */
  readonly world?: string | undefined;
}

export interface JobResult {
  readonly seed: number;
  readonly subject: SubjectName;
  readonly violations: readonly Violation[];
  readonly operations: number;
  readonly trace: readonly string[];
  readonly world?: string;
}

export async function runJob({ seed, subject, shrinkFor, world }: Job): Promise<JobResult> {
  return {
    subject,
    ...(await runSeed(seed, SUBJECTS[subject], shrinkFor, world === undefined ? WORLDS[subject] : worldIn(world))),
  };
}

if (require.main === module) {
  doJobs(runJob);
}
