import { doJobs } from '../../../simulation/all-cores';

doJobs(async (job: number) => {
  if (job < 0) {
    process.exit(1);
  }
  await new Promise((resolve) => setTimeout(resolve, 10 / job));
  return 2 * job;
});
